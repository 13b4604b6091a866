// Stage variables within URIs and ARNs: `${stageVariables.name}`.

const reference = /\$\{stageVariables\.(\w+)\}/g;

export function withStageVariables(text: string, variables: Readonly<Record<string, string>>): string {
  if (!text.includes("${stageVariables.")) return text;
  return text.replace(reference, (_all, name: string) => variables[name] ?? "");
}
