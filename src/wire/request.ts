// The HttpRequest that stands over a request that has arrived. Whatever
// costs something and is seldom read (the abort signal above all) is made when
// it is read.

import type { HttpRequest } from "../core/http.ts";
import type { ByteStream } from "../model/shapes.ts";
import type { Arrival } from "./connection/arrival.ts";
import type { Shutdown } from "./shutdown.ts";

export const emptyBody: Uint8Array = new Uint8Array(0);

export class WireRequest implements HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Changed by the front alone: `aws-chunked` is taken off, trailers are added. */
  readonly headers: Record<string, string>;
  readonly host: string;
  body: Uint8Array | ByteStream = emptyBody;
  readonly #arrival: Arrival;
  readonly #shutdown: Shutdown;
  #controller: AbortController | undefined;

  constructor(arrival: Arrival, host: string, shutdown: Shutdown) {
    this.method = arrival.method;
    const { target } = arrival;
    const path = target.charCodeAt(0) === 47 ? target : originForm(target);
    const mark = path.indexOf("?");
    this.path = mark < 0 ? path : path.slice(0, mark);
    this.query = mark < 0 ? "" : path.slice(mark + 1);
    this.headers = arrival.headers;
    this.host = host;
    this.#arrival = arrival;
    this.#shutdown = shutdown;
  }

  get rawHeaders(): readonly string[] {
    return this.#arrival.rawHeaders;
  }

  get remoteAddress(): string {
    const address = this.#arrival.remoteAddress;
    return address.startsWith("::ffff:") ? address.slice(7) : address;
  }

  get signal(): AbortSignal {
    this.#controller ??= this.#watch();
    return this.#controller.signal;
  }

  #watch(): AbortController {
    const controller = new AbortController();
    if (this.#arrival.gone) {
      controller.abort();
      return controller;
    }
    this.#shutdown.add(controller);
    this.#arrival.onClose((answered) => {
      this.#shutdown.delete(controller);
      if (!answered) controller.abort();
    });
    return controller;
  }
}

/** Clients of a proxy send `http://host/path`; `OPTIONS *` asks about the server. */
function originForm(target: string): string {
  const scheme = target.indexOf("://");
  if (scheme < 0) return `/${target}`;
  const slash = target.indexOf("/", scheme + 3);
  return slash < 0 ? "/" : target.slice(slash);
}
