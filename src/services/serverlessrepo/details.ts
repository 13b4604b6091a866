// What AWS documents of an application's texts: how long they may be, and of which
// characters.

import { badRequest } from "./model.ts";

interface Details {
  readonly Author?: string | undefined;
  readonly Description?: string | undefined;
  readonly Labels?: readonly string[] | undefined;
  readonly Name?: string | undefined;
}

const rules: Readonly<Record<"Author" | "Description" | "Name", { longest: number; pattern: RegExp }>> = {
  Author: { longest: 127, pattern: /^[a-z0-9](([a-z0-9]|-(?!-))*[a-z0-9])?$/ },
  Description: { longest: 256, pattern: /./s },
  Name: { longest: 140, pattern: /^[a-zA-Z0-9-]+$/ },
};

const label = /^[a-zA-Z0-9+\-_:/@]{1,127}$/;
const maximumLabels = 10;

export function checkDetails(details: Details): void {
  for (const [name, { longest, pattern }] of Object.entries(rules)) {
    const value = details[name as keyof typeof rules];
    if (value === undefined) continue;
    if (value.length > longest || !pattern.test(value))
      throw badRequest(
        `Invalid ${name.toLowerCase()}: it must have 1 to ${longest} characters and match ${pattern.source}.`,
      );
  }
  const { Labels = [] } = details;
  if (Labels.length > maximumLabels) throw badRequest(`An application has at most ${maximumLabels} labels.`);
  const wrong = Labels.find((each) => !label.test(each));
  if (wrong !== undefined)
    throw badRequest(`Invalid label '${wrong}': it must have 1 to 127 characters of a-z, A-Z, 0-9, +-_:/@.`);
}
