// Reads request bodies: whole for most operations, piece by piece for streaming
// ones. A body in one piece, which nearly all are, is handed on without a copy
// and without a timer.

import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { Fault } from "../../core/fault.ts";
import { emptyBody } from "../request.ts";
import type { BodyWatch } from "./watch.ts";

/**
 * The client went away before its request was complete; there is nobody to
 * answer. A fault, for an upload that is broken off is no accident of ours.
 */
export class ClientGone extends Fault {
  constructor() {
    super("wire", "IncompleteBody", "The client closed the connection before the end of its request.");
  }
}

/** Whether the headers announce a body. */
export function isPresent(headers: Readonly<Record<string, unknown>>): boolean {
  const length = headers["content-length"];
  return length === undefined ? headers["transfer-encoding"] !== undefined : length !== "0";
}

/** At most `limit` bytes, else a fault, with the rest left for the connection to discard. */
export function readWhole(
  incoming: Readable,
  declared: number | undefined,
  limit: number,
  watch: BodyWatch,
): Promise<Uint8Array> {
  if (declared !== undefined && declared > limit) return Promise.reject(tooLarge(limit));
  return new Promise((resolve, reject) => {
    let first: Uint8Array | undefined;
    let pieces: Uint8Array[] | undefined;
    let length = 0;
    const watched = watch.whole(() => fail(tooSlow()));
    const settle = (): void => {
      watch.release(watched);
      incoming.removeListener("data", onData);
      incoming.removeListener("end", onEnd);
      incoming.removeListener("error", onGone);
      incoming.removeListener("close", onGone);
    };
    const fail = (error: Error): void => {
      settle();
      // What is still to come is read and dropped, so that the client gets to read the answer.
      incoming.on("error", ignore);
      incoming.resume();
      reject(error);
    };
    const onData = (piece: Uint8Array): void => {
      length += piece.length;
      if (length > limit) {
        fail(tooLarge(limit));
      } else if (first === undefined) {
        first = piece;
      } else {
        pieces ??= [first];
        pieces.push(piece);
      }
    };
    const onEnd = (): void => {
      settle();
      resolve(pieces === undefined ? (first ?? emptyBody) : Buffer.concat(pieces, length));
    };
    const onGone = (): void => fail(new ClientGone());
    incoming.on("data", onData);
    incoming.on("end", onEnd);
    incoming.on("error", onGone);
    incoming.on("close", onGone);
  });
}

/**
 * The body as it arrives. Leaving the loop early must not destroy the socket
 * (as iterating Node's stream would), since an answer still has to pass.
 */
export async function* streamBody(
  incoming: IncomingMessage,
  declared: number | undefined,
  watch: BodyWatch,
): AsyncGenerator<Uint8Array> {
  const watched = watch.streamed(() => incoming.destroy(tooSlow()));
  let length = 0;
  try {
    for await (const piece of incoming.iterator({ destroyOnReturn: false })) {
      watch.progress(watched);
      length += (piece as Uint8Array).length;
      yield piece as Uint8Array;
    }
  } catch (error) {
    throw error instanceof Fault ? error : new ClientGone();
  } finally {
    watch.release(watched);
  }
  if (!incoming.complete || (declared !== undefined && declared !== length)) throw new ClientGone();
}

export function declaredLength(incoming: IncomingMessage): number | undefined {
  const length = incoming.headers["content-length"];
  return length === undefined ? undefined : Number(length);
}

function ignore(): void {}

export function tooLarge(limit: number): Fault {
  return new Fault(
    "wire",
    "RequestEntityTooLarge",
    `The request body is larger than the limit of ${limit} bytes.`,
    { status: 413 },
  );
}

function tooSlow(): Fault {
  return new Fault(
    "wire",
    "RequestTimeout",
    "Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.",
    { status: 408 },
  );
}
