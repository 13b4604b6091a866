// Input templates taken apart: text with `<variables>`, each of which stands
// inside a JSON string or outside. What a variable becomes is its service's to say.

export interface Piece {
  readonly text: string;
  readonly variable?: string;
  readonly quoted?: boolean;
}

/** `variable` is global, and its first group the variable's name. */
export function templatePieces(template: string, variable: RegExp): readonly Piece[] {
  const pieces: Piece[] = [];
  let quoted = false;
  let from = 0;
  for (const match of template.matchAll(variable)) {
    const text = template.slice(from, match.index);
    quoted = endsQuoted(text, quoted);
    pieces.push({ text }, { text: match[0], variable: match[1]!, quoted });
    from = match.index + match[0].length;
  }
  return [...pieces, { text: template.slice(from) }];
}

/** Whether a text that began inside a string, or outside, ends inside one. */
function endsQuoted(text: string, began: boolean): boolean {
  let quoted = began;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') quoted = !quoted;
  }
  return quoted;
}
