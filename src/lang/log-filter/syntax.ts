// What the three kinds of patterns share: the error, and tests of one value.

export class FilterSyntaxError extends Error {
  override readonly name = "FilterSyntaxError";
}

export type Comparison = "=" | "!=" | "<" | "<=" | ">" | ">=";

/** A test of a text against `value`, in which `*` stands for anything, or against a number. */
export function compareText(
  comparison: Comparison,
  value: string,
  quoted: boolean,
): (text: string) => boolean {
  const number = Number(value);
  const numeric = !quoted && value.trim() !== "" && Number.isFinite(number);
  if (comparison === "=" || comparison === "!=") {
    const equal = numeric ? (text: string) => text === value || Number(text) === number : wildcard(value);
    return comparison === "=" ? equal : (text) => !equal(text);
  }
  if (!numeric) throw new FilterSyntaxError(`${comparison} needs a number`);
  const order: Record<string, (a: number) => boolean> = {
    "<": (a) => a < number,
    "<=": (a) => a <= number,
    ">": (a) => a > number,
    ">=": (a) => a >= number,
  };
  const test = order[comparison]!;
  return (text) => text.trim() !== "" && test(Number(text));
}

/** `*` matches any run of characters. Written without regular expressions: patterns come from strangers. */
export function wildcard(pattern: string): (text: string) => boolean {
  const parts = pattern.split("*");
  if (parts.length === 1) return (text) => text === pattern;
  const first = parts[0]!;
  const last = parts.at(-1)!;
  const middle = parts.slice(1, -1).filter((part) => part !== "");
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
      return false;
    let at = first.length;
    for (const part of middle) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= text.length - last.length;
  };
}

const allowedInRegex = /^[A-Za-z0-9:_#=@/;,\-\s^$?[\]{}|\\*+.'"]*$/;
/** Nothing that repeats what repeats: such an expression can take for ever. */
const nestedRepetition = /[*+}]\s*[*+{]/;
const maximumRegex = 256;

/** A regular expression between percent signs, in the subset that AWS takes. */
export function regex(source: string): (text: string) => boolean {
  if (source.length > maximumRegex || !allowedInRegex.test(source) || nestedRepetition.test(source)) {
    throw new FilterSyntaxError("This regular expression is not supported");
  }
  let expression: RegExp;
  try {
    expression = new RegExp(source);
  } catch {
    throw new FilterSyntaxError("This is not a regular expression");
  }
  return (text) => expression.test(text);
}
