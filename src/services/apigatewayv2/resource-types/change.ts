// From properties to the input of an update: what the template no longer says
// is emptied, since updates leave alone what they do not name.

import type { Properties } from "../../../core/resource-type.ts";

/** What stands for "no longer said", where an empty text does not. */
export type Emptied = Readonly<Record<string, unknown>>;

export function changesOf(after: Properties, before: Properties, emptied: Emptied = {}): Properties {
  const changes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(after)) {
    changes[name] = isMap(value) && isMap(before[name]) ? mapChanges(value, before[name]) : value;
  }
  for (const [name, value] of Object.entries(before)) {
    if (after[name] !== undefined || value === undefined) continue;
    if (name in emptied) changes[name] = emptied[name];
    else if (Array.isArray(value)) changes[name] = [];
    else if (isMap(value)) changes[name] = mapChanges({}, value);
    else if (typeof value === "boolean") changes[name] = false;
    else if (typeof value === "string") changes[name] = "";
  }
  return changes;
}

/** Entries that are gone are emptied: texts by an empty one, all else by an empty map. */
function mapChanges(after: Properties, before: Properties): Properties {
  const gone = Object.entries(before)
    .filter(([name]) => !(name in after))
    .map(([name, value]) => [name, isMap(value) ? {} : ""]);
  return { ...after, ...Object.fromEntries(gone) };
}

function isMap(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
