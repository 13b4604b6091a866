// How sensitive data is found in a text: by its form, by what makes that form
// valid, and by words that must stand nearby.

/** Where something was found, in characters. */
export interface Finding {
  readonly start: number;
  readonly end: number;
}

export type Find = (text: string) => readonly Finding[];

interface Options {
  /** Whether what has the right form can be the thing. */
  readonly valid?: (found: string) => boolean;
  /** One of these must stand within thirty characters, in any case; a space may be missing, `_` or `-`. */
  readonly near?: readonly string[];
}

const proximity = 30;

/** `pattern` must be global. */
export function matches(pattern: RegExp, { valid, near }: Options = {}): Find {
  const words = near && wordsPattern(near);
  return (text) => {
    const found: Finding[] = [];
    for (const match of text.matchAll(pattern)) {
      const [start, end] = [match.index, match.index + match[0].length];
      if (start === end || valid?.(match[0]) === false) continue;
      const around = `${text.slice(Math.max(0, start - proximity), start)}\n${text.slice(end, end + proximity)}`;
      if (words === undefined || words.test(around)) found.push({ start, end });
    }
    return found;
  };
}

function wordsPattern(words: readonly string[]): RegExp {
  const patterns = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(" ", "[ _-]?"));
  return new RegExp(`(?<![\\p{L}\\d])(?:${patterns.join("|")})(?![\\p{L}\\d])`, "iu");
}

const digitsOf = (text: string): readonly number[] => [...text.replace(/\D/g, "")].map(Number);

/** The check digit of cards and of many numbers beside. */
export function passesLuhn(text: string): boolean {
  const digits = digitsOf(text).toReversed();
  const sum = digits.reduce((total, digit, at) => {
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

/** ISO 13616. */
export function isIban(text: string): boolean {
  const compact = text.replace(/[ -]/g, "");
  const turned = `${compact.slice(4)}${compact.slice(0, 4)}`;
  let rest = 0;
  for (const character of turned) rest = Number(`${rest}${Number.parseInt(character, 36)}`) % 97;
  return rest === 1;
}

/** The sum of digits by their weights. */
export function weighted(text: string, weights: readonly number[]): number {
  const digits = digitsOf(text);
  return weights.reduce((sum, weight, at) => sum + weight * (digits[at] ?? 0), 0);
}

/** Brazil's CPF and CNPJ: two digits, each over all before it. */
export function passesBrazilian(text: string, first: readonly number[]): boolean {
  const digits = digitsOf(text);
  if (new Set(digits).size === 1) return false;
  const check = (weights: readonly number[]): number => {
    const rest = weighted(text, weights) % 11;
    return rest < 2 ? 0 : 11 - rest;
  };
  const second = [(first[0] ?? 0) + 1, ...first];
  return check(first) === digits[first.length] && check(second) === digits[second.length];
}
