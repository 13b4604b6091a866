// `${stageVariables.name}` in URIs, ARNs and credentials.

const variable = /\$\{stageVariables\.([A-Za-z0-9_]+)\}/g;

/** One that the stage does not have is nothing. */
export function withStageVariables(text: string, variables: Readonly<Record<string, string>>): string {
  if (!text.includes("${")) return text;
  return text.replace(variable, (_all, name: string) =>
    Object.hasOwn(variables, name) ? variables[name]! : "",
  );
}
