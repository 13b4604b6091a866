// What an event of kind Api or HttpApi asks of an API.

import type { Fields, Value } from "../../template/value.ts";

export interface Route {
  readonly kind: "rest" | "http";
  /** The logical id of the API in this template. */
  readonly api: string;
  readonly path: string;
  /** In small letters; `any` for all. */
  readonly method: string;
  /** What is called, and how it is told to an OpenAPI document. */
  readonly integration: Fields;
  readonly event: Fields;
  readonly condition?: Value | undefined;
  /** The tags that its owner hands on. */
  readonly tags: Fields | undefined;
  /** What its owner says of being kept. */
  readonly kept: Fields;
  /** A state machine's methods declare their answers. */
  readonly responses: Fields;
}
