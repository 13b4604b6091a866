// Tags of streams and consumers: at most fifty each.

import { invalidArgument, limitExceeded } from "./faults.ts";

type Tags = Readonly<Record<string, string>>;

const mostTags = 50;

/** What comes of setting `given`. */
export function checkTags(given: Tags, current: Tags): Tags {
  for (const key of Object.keys(given)) {
    if (key.toLowerCase().startsWith("aws:")) {
      throw invalidArgument(`Tag keys starting with aws: are reserved: ${key}`);
    }
  }
  const tags = { ...current, ...given };
  if (Object.keys(tags).length > mostTags) {
    throw limitExceeded(`A resource cannot have more than ${mostTags} tags associated with it.`);
  }
  return tags;
}

export function withoutTags(tags: Tags, keys: readonly string[]): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));
}
