// A value by its path, `identity.sourceIp`; undefined where it leads nowhere.

export function valueAt(from: Readonly<Record<string, unknown>>, path: string): unknown {
  let value: unknown = from;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}
