// The seam between an exchange and the connection it came on: a request that
// has arrived, and the way back for its one answer. Node's parser is behind
// one implementation, the fast path for ordinary requests behind the other.

import type { HttpResponse } from "../../core/http.ts";
import type { AnswerOptions } from "../answer.ts";
import type { ArrivingBody } from "../body/arriving.ts";

export interface Arrival {
  readonly method: string;
  /** As received: mostly `/path?query`. */
  readonly target: string;
  /** Lower-case names. */
  readonly headers: Record<string, string>;
  /** Names and values alternating, as received. */
  readonly rawHeaders: readonly string[];
  readonly remoteAddress: string;
  readonly body: ArrivingBody;
  /** Nobody is there any more to read an answer. */
  readonly gone: boolean;
  /** Calls `listener` once, when the answer has been given or the client has gone before its end. */
  onClose(listener: (answered: boolean) => void): void;
  /** Throws where the headers cannot be sent, with nothing sent. */
  answer(response: HttpResponse, options: AnswerOptions): void;
  /** Cuts the connection. */
  destroy(): void;
}
