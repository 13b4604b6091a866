// An overlay says what botocore's model of a service leaves out. It is merged
// into the source, may only speak of shapes and members that exist there, and
// says in `source` where its facts come from. `null` takes a trait away.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BotocoreService } from "./botocore.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/** The model with the overlay `<directory>/<name>.json` laid over it, if there is one. */
export function overlaid(directory: string, name: string, model: BotocoreService): BotocoreService {
  const path = join(directory, `${name}.json`);
  if (!existsSync(path)) return model;
  const { source, ...overlay } = JSON.parse(readFileSync(path, "utf8")) as JsonObject;
  if (typeof source !== "string") throw new Error(`The overlay of ${name} does not say its source.`);
  return merge(model as unknown as JsonObject, overlay, name) as unknown as BotocoreService;
}

/** In these objects a key that the model lacks is a slip of the pen. */
const closed = /^\w[\w-]*\.(operations|shapes|shapes\.\w+\.members)$/;

function merge(base: JsonObject, over: JsonObject, path: string): JsonObject {
  const merged: Record<string, Json> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const known = base[key];
    if (known === undefined && closed.test(path))
      throw new Error(`The overlay names ${path}.${key}, which is not there.`);
    if (value === null) delete merged[key];
    else merged[key] = isObject(known) && isObject(value) ? merge(known, value, `${path}.${key}`) : value;
  }
  return merged;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
