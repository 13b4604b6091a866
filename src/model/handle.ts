// How code names a service model: a handle that costs nothing until its model
// is first needed, and carries the service's generated types.

import { loadModel } from "./load.ts";
import type { ServiceModel } from "./shapes.ts";

/** The type-level side of a model, generated as `model/generated/<name>.d.ts`. */
export interface ServiceTypes {
  readonly operations: Readonly<Record<string, { readonly input: object; readonly output: object }>>;
  /** The union of the codes of all modelled errors. */
  readonly errors: string;
}

export interface ModelHandle<S extends ServiceTypes = ServiceTypes> {
  /** The AWS CLI's name of the service. */
  readonly name: string;
  /** Parses the compiled model at the first call. */
  load(): ServiceModel;
  /** Never set; carries the types. */
  readonly types?: S;
}

export function modelOf<S extends ServiceTypes>(name: string): ModelHandle<S> {
  return { name, load: () => loadModel(name) };
}
