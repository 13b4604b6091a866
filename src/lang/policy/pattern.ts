// Texts with `*`, `?` and policy variables (`${aws:username, 'nobody'}`).
// Matching walks the text with one point to return to, so that no pattern takes
// more than the product of both lengths
// (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html).

/** The values of a condition key, by its name in small letters; undefined where the request has none. */
export type Context = (key: string) => readonly string[] | undefined;

interface Variable {
  readonly key: string;
  readonly otherwise: string | undefined;
}

const any = Symbol("any");
const one = Symbol("one");
type Piece = string | typeof any | typeof one | Variable;
type Token = string | typeof any | typeof one;

export interface PatternOptions {
  /** Version 2012-10-17 has variables; in older policies they are mere text. */
  readonly variables: boolean;
  readonly ignoreCase?: boolean;
  /** Without them, `*` and `?` are letters like others. */
  readonly wildcards?: boolean;
}

export type Matcher = (text: string, context: Context) => boolean;

export function compilePattern(pattern: string, options: PatternOptions): Matcher {
  const { ignoreCase = false } = options;
  const pieces = piecesOf(ignoreCase ? pattern.toLowerCase() : pattern, options);
  const given = ignoreCase ? (text: string) => text.toLowerCase() : (text: string) => text;
  if (pieces.some(isVariable)) {
    return (text, context) => {
      const tokens = resolved(pieces, context, ignoreCase);
      return tokens !== undefined && matches(tokens, given(text));
    };
  }
  const tokens = pieces as readonly Token[];
  if (tokens.length === 0) return (text) => text === "";
  if (tokens.length === 1) {
    const [only] = tokens;
    if (only === any) return () => true;
    if (typeof only === "string") return (text) => given(text) === only;
  }
  const letters = lettersOf(tokens);
  return (text) => matchesLetters(letters, given(text));
}

function piecesOf(pattern: string, { variables, wildcards = true }: PatternOptions): readonly Piece[] {
  const pieces: Piece[] = [];
  let literal = "";
  const end = (): void => {
    if (literal !== "") pieces.push(literal);
    literal = "";
  };
  for (let at = 0; at < pattern.length; at++) {
    const letter = pattern[at]!;
    const found = variables && letter === "$" ? variableAt(pattern, at) : undefined;
    if (found !== undefined) {
      if (typeof found.piece === "string") literal += found.piece;
      else {
        end();
        pieces.push(found.piece);
      }
      at = found.last;
    } else if (wildcards && (letter === "*" || letter === "?")) {
      end();
      pieces.push(letter === "*" ? any : one);
    } else literal += letter;
  }
  end();
  return pieces;
}

/** `${key}` or `${key, 'default'}`; `${*}`, `${?}` and `${$}` are the letters themselves. */
function variableAt(
  pattern: string,
  at: number,
): { readonly piece: string | Variable; readonly last: number } | undefined {
  const found = /^\$\{([^}]*)\}/.exec(pattern.slice(at, at + 600));
  if (found === null) return undefined;
  const last = at + found[0].length - 1;
  const inside = found[1]!;
  if (inside === "*" || inside === "?" || inside === "$") return { piece: inside, last };
  const parts = /^\s*([^,]*?)\s*(?:,\s*'([^']*)'\s*)?$/.exec(inside);
  if (parts === null || parts[1] === "") return undefined;
  return { piece: { key: parts[1]!.toLowerCase(), otherwise: parts[2] }, last };
}

function isVariable(piece: Piece): piece is Variable {
  return typeof piece === "object";
}

/** Undefined where a variable has no value, or several: what it stands for matches nothing then. */
function resolved(
  pieces: readonly Piece[],
  context: Context,
  ignoreCase: boolean,
): readonly Token[] | undefined {
  const tokens: Token[] = [];
  for (const piece of pieces) {
    if (!isVariable(piece)) {
      tokens.push(piece);
      continue;
    }
    const values = context(piece.key);
    const value = values?.length === 1 ? values[0] : piece.otherwise;
    if (value === undefined) return undefined;
    tokens.push(ignoreCase ? value.toLowerCase() : value);
  }
  return tokens;
}

type Letter = string | typeof any | typeof one;

function lettersOf(tokens: readonly Token[]): readonly Letter[] {
  return tokens.flatMap((token): readonly Letter[] =>
    typeof token === "string" ? token.split("") : [token],
  );
}

function matches(tokens: readonly Token[], text: string): boolean {
  return matchesLetters(lettersOf(tokens), text);
}

function matchesLetters(letters: readonly Letter[], text: string): boolean {
  let at = 0;
  let letter = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    const wanted = letters[letter];
    if (wanted === any) {
      star = letter++;
      resume = at;
    } else if (wanted !== undefined && (wanted === one || wanted === text[at])) {
      letter++;
      at++;
    } else if (star >= 0) {
      letter = star + 1;
      at = ++resume;
    } else return false;
  }
  while (letters[letter] === any) letter++;
  return letter === letters.length;
}
