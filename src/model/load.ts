// Loads compiled models. A model is read and parsed at its first use and its
// shapes are expanded one by one as they are asked for, so that a request to a
// service of 700 operations pays for the few shapes it touches.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { modelsDirectory } from "./directory.ts";
import { expandModel } from "./expand.ts";
import type { CompiledModel, IndexEntry } from "./format.ts";
import type { ServiceModel } from "./shapes.ts";

export type { IndexEntry } from "./format.ts";

// Models are constants of the build, so a cache of them is not state.
const models = new Map<string, ServiceModel>();
let index: readonly IndexEntry[] | undefined;

/** The model of a service, by the AWS CLI's name. Throws for a name that has none. */
export function loadModel(name: string): ServiceModel {
  let model = models.get(name);
  if (model === undefined) {
    model = expandModel(readJson(name) as CompiledModel);
    models.set(name, model);
  }
  return model;
}

/** What the router needs of every service, without loading any model. */
export function loadIndex(): readonly IndexEntry[] {
  index ??= readJson("index") as readonly IndexEntry[];
  return index;
}

function readJson(name: string): unknown {
  const path = join(modelsDirectory(), `${name}.json`);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new Error(`There is no compiled model of "${name}" at ${path}.`, { cause });
  }
  return JSON.parse(text);
}
