// The tokens of a PartiQL statement, read one at a time.

/** The statement is not PartiQL, or none that is supported; the message says why. */
export class PartiqlError extends Error {
  override readonly name = "PartiqlError";
  /** It can be read, and means something that is not supported. */
  readonly wellFormed: boolean;

  constructor(message: string, wellFormed = false) {
    super(message);
    this.wellFormed = wellFormed;
  }
}

export interface Token {
  readonly kind: "identifier" | "quoted" | "string" | "number" | "symbol" | "end";
  readonly text: string;
  /** Where it stands: `line:column:length`, from 1. */
  readonly place: string;
}

const pattern =
  /(--[^\n]*|\/\*[\s\S]*?\*\/|\s+)|([A-Za-z_$][A-Za-z0-9_$]*)|"((?:[^"]|"")*)"|'((?:[^']|'')*)'|((?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(<<|>>|<>|!=|<=|>=|[-+*/%=<>()[\]{},.:?])/y;

const end: Token = { kind: "end", text: "", place: "" };
const largestScale = 2 ** 31;

/** Numbers are read as a coefficient and a scale, which is a 32-bit integer. */
function hasScale(number: string): boolean {
  const [coefficient = "", exponent = "0"] = number.toLowerCase().split("e");
  const fraction = coefficient.split(".")[1] ?? "";
  return (
    Math.abs(Number(exponent)) < largestScale && Math.abs(fraction.length - Number(exponent)) < largestScale
  );
}

function placeOf(text: string, start: number, length: number): string {
  const before = text.slice(0, start);
  return `${before.split("\n").length}:${start - before.lastIndexOf("\n")}:${length}`;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    // AWS says nothing about what it cannot even read.
    if (match === null || match[0] === "/") throw new PartiqlError("");
    const [whole, blank, identifier, quoted, string, number, symbol] = match;
    if (blank !== undefined) continue;
    const place = placeOf(text, match.index, whole.length);
    if (identifier !== undefined) tokens.push({ kind: "identifier", text: identifier, place });
    else if (quoted !== undefined) tokens.push({ kind: "quoted", text: quoted.replaceAll('""', '"'), place });
    else if (string !== undefined) tokens.push({ kind: "string", text: string.replaceAll("''", "'"), place });
    else if (number !== undefined) {
      if (!hasScale(number)) throw new PartiqlError("");
      tokens.push({ kind: "number", text: number, place });
    } else tokens.push({ kind: "symbol", text: symbol!, place });
  }
  return tokens;
}

export class TokenStream {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? end;
  }

  next(): Token {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  atSymbol(symbol: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "symbol" && token.text === symbol;
  }

  atKeyword(keyword: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "identifier" && token.text.toUpperCase() === keyword;
  }

  acceptSymbol(symbol: string): boolean {
    if (!this.atSymbol(symbol)) return false;
    this.#at += 1;
    return true;
  }

  acceptKeyword(keyword: string): boolean {
    if (!this.atKeyword(keyword)) return false;
    this.#at += 1;
    return true;
  }

  expectSymbol(symbol: string): void {
    if (!this.acceptSymbol(symbol)) throw this.unexpected();
  }

  expectKeyword(keyword: string): void {
    if (!this.acceptKeyword(keyword)) throw this.unexpected();
  }

  /** About the next token. */
  unexpected(): PartiqlError {
    const token = this.peek();
    if (token.kind === "identifier" && isKeyword(token.text)) return new PartiqlError("Unexpected keyword");
    return new PartiqlError("Unexpected term");
  }
}

const keywords = new Set(
  `ALL AND AS ASC BETWEEN BY CASE CROSS DELETE DESC DISTINCT EXISTS FALSE FROM FULL GROUP HAVING IN INNER
INSERT INTO IS JOIN LEFT LIKE LIMIT MISSING NOT NULL OFFSET ON OR ORDER OUTER PIVOT REMOVE RETURNING RIGHT
SELECT SET TRUE UNION UNPIVOT UPDATE VALUE VALUES WHERE`.split(/\s+/),
);

/** Words that cannot name an attribute or a table unless quoted. */
export function isKeyword(text: string): boolean {
  return keywords.has(text.toUpperCase());
}
