// Input templates: text with `<variables>`. Outside quotes a variable becomes
// its JSON value, so that `{"state": <state>}` is JSON again; inside quotes it
// becomes text, and what is no string there loses its quotation marks.

import { templatePieces } from "../../../lang/input-template/pieces.ts";

export const reservedVariables = [
  "aws.events.rule-arn",
  "aws.events.rule-name",
  "aws.events.event",
  "aws.events.event.json",
  "aws.events.event.ingestion-time",
] as const;

/** JSON text of a variable's value; undefined where the event has none. */
export type Variables = (name: string) => string | undefined;

const variable = /<([A-Za-z0-9._-]+)>/g;

export function compileTemplate(template: string): (variables: Variables) => string {
  const pieces = templatePieces(template, variable);
  return (variables) =>
    pieces
      .map(({ text, variable, quoted }) =>
        variable === undefined ? text : shown(variables(variable), quoted === true),
      )
      .join("");
}

/** The variables that a template uses. */
export function variablesOf(template: string): readonly string[] {
  return templatePieces(template, variable).flatMap(({ variable }) => variable ?? []);
}

function shown(json: string | undefined, quoted: boolean): string {
  if (!quoted) return json ?? '""';
  if (json === undefined) return "";
  return json.startsWith('"') ? json.slice(1, -1) : json.replaceAll('"', "");
}
