// Target parameters whose values come from the event: `"PartitionKey": "$.data.customer"`.

import type { PipeEvent } from "./event.ts";
import { compilePath } from "./template.ts";

export type Parameters = Readonly<Record<string, unknown>>;

const pathPattern = /^\$(\.[\w/-]+(\[(\d+|\*)\])*)+$/;
type Resolve = (event: PipeEvent) => unknown;

/** Throws the service's fault where a path is none. */
export function compileParameters(given: object | undefined): (event: PipeEvent) => Parameters {
  const resolve = compileValue(given ?? {});
  if (resolve === undefined) return () => given as Parameters;
  return (event) => resolve(event) as Parameters;
}

/** Undefined where nothing within depends on the event. */
function compileValue(value: unknown): Resolve | undefined {
  if (typeof value === "string") {
    if (!pathPattern.test(value)) return undefined;
    const find = compilePath(value);
    return (event) => {
      const found = find(event);
      return found === undefined || typeof found === "string" ? found : JSON.stringify(found);
    };
  }
  if (typeof value !== "object" || value === null) return undefined;
  const entries = Object.entries(value).map(([name, each]) => [name, each, compileValue(each)] as const);
  if (entries.every(([, , resolve]) => resolve === undefined)) return undefined;
  const resolved = (event: PipeEvent) =>
    entries.map(([name, each, resolve]) => [name, resolve === undefined ? each : resolve(event)] as const);
  if (Array.isArray(value)) return (event) => resolved(event).map(([, each]) => each);
  return (event) => Object.fromEntries(resolved(event).filter(([, each]) => each !== undefined));
}
