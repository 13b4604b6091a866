// A request to the registry, once it is known who asks and for what.

import type { HttpRequest } from "../../../core/http.ts";
import type { Waiting } from "../../../core/waiting.ts";

/** A request of somebody who is logged in. */
export interface RegistryRequest {
  readonly request: HttpRequest;
  /** As who is logged in, where the registry is. */
  readonly ctx: Waiting;
  /** The repository: `team/app`. */
  readonly name: string;
  /** A tag, a digest or an upload's id; empty where the path ends before it. */
  readonly reference: string;
  readonly query: URLSearchParams;
}
