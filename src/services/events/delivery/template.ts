// Input templates: text with `<variables>`. Outside quotes a variable becomes
// its JSON value, so that `{"state": <state>}` is JSON again; inside quotes it
// becomes text, and what is no string there loses its quotation marks.

export const reservedVariables = [
  "aws.events.rule-arn",
  "aws.events.rule-name",
  "aws.events.event",
  "aws.events.event.json",
  "aws.events.event.ingestion-time",
] as const;

/** JSON text of a variable's value; undefined where the event has none. */
export type Variables = (name: string) => string | undefined;

interface Piece {
  readonly text: string;
  readonly variable?: string;
  readonly quoted?: boolean;
}

export function compileTemplate(template: string): (variables: Variables) => string {
  const pieces = split(template);
  return (variables) =>
    pieces
      .map(({ text, variable, quoted }) =>
        variable === undefined ? text : shown(variables(variable), quoted === true),
      )
      .join("");
}

/** The variables that a template uses. */
export function variablesOf(template: string): readonly string[] {
  return split(template).flatMap(({ variable }) => variable ?? []);
}

function shown(json: string | undefined, quoted: boolean): string {
  if (!quoted) return json ?? '""';
  if (json === undefined) return "";
  return json.startsWith('"') ? json.slice(1, -1) : json.replaceAll('"', "");
}

function split(template: string): readonly Piece[] {
  const pieces: Piece[] = [];
  const variable = /<([A-Za-z0-9._-]+)>/g;
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
