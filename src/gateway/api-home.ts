// Where an API lives. Its id is all that a host name tells, and ids are unique
// among both services of API Gateway, so that this is one record for all.

import type { Place } from "../core/place.ts";
import { defineResource } from "../core/resource.ts";

export interface ApiHomeState extends Place {
  readonly apiId: string;
  /** Absent of a REST API. */
  readonly protocol?: "HTTP" | "WEBSOCKET";
}

export const ApiHome = defineResource<ApiHomeState>()({
  service: "apigateway",
  type: "home",
  scope: "global",
  key: (home) => [home.apiId],
  cached: true,
});
