// HTTP as data. The wire speaks it to clients; a service sees it only where it
// serves a raw data plane (function URLs, execute-api, a registry).

import type { ByteStream } from "../model/shapes.ts";

export interface HttpRequest {
  readonly method: string;
  /** As received: percent-encoded, without the query. */
  readonly path: string;
  /** As received, without the question mark; empty where there is none. */
  readonly query: string;
  /** Lower-case names; repeated headers joined with `, ` (as Node does). */
  readonly headers: Readonly<Record<string, string>>;
  /** Names and values alternating, as received: S3 keeps the case of metadata. */
  readonly rawHeaders: readonly string[];
  /** The virtual host, lower-case and without the port. */
  readonly host: string;
  /** Whole where the front has read it already, else as it arrives. */
  readonly body: Uint8Array | ByteStream;
  readonly remoteAddress: string;
  /** Aborted when the client goes away or the server shuts down. */
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Uint8Array | string | ByteStream;
}
