// How an update changes a record: what is named replaces what was there, an
// empty text withdraws it, and maps are changed entry by entry.

type Fields = Readonly<Record<string, unknown>>;

/** `changes` over `state`; members of `maps` are merged, each entry that is empty withdrawn. */
export function changed<T extends object>(state: T, changes: Fields, maps: readonly (keyof T)[] = []): T {
  const after: Record<string, unknown> = { ...(state as Fields) };
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    if (value === "") delete after[name];
    else if (maps.includes(name as keyof T)) after[name] = merged(after[name] as Fields, value as Fields);
    else after[name] = value;
  }
  return after as T;
}

function merged(before: Fields = {}, changes: Fields): Fields {
  const after = { ...before };
  for (const [name, value] of Object.entries(changes)) {
    if (isEmpty(value)) delete after[name];
    else after[name] = value;
  }
  return after;
}

function isEmpty(value: unknown): boolean {
  return value === "" || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
}

/** The state without the names of its parents, as AWS shows it. */
export function shown<T extends object, K extends keyof T>(state: T, ...hidden: readonly K[]): Omit<T, K> {
  const rest = { ...state };
  for (const name of hidden) delete rest[name];
  return rest;
}

/** Only what the caller named. */
export function given<T extends object>(input: T): T {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as T;
}
