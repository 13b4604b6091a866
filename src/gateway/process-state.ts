// What one process keeps for the APIs that it serves: tokens to throttle by,
// authorizers' answers, issuers' keys, log lines on their way. All of it can be
// lost with the process; nothing of it is shared between clouds, since each has
// its own function host.

import type { FunctionHost } from "../core/ports/compute.ts";
import type { Waiting } from "../core/waiting.ts";
import { AnswerCache } from "./answer-cache.ts";
import { LogShipper } from "./log-shipper.ts";
import { TokenBuckets } from "./token-buckets.ts";

export interface GatewayState {
  readonly buckets: TokenBuckets;
  /** What Lambda authorizers said, by authorizer, stage and identity. */
  readonly authorizations: AnswerCache<object>;
  /** What methods of REST APIs answered, by their cache keys. */
  readonly answers: AnswerCache<object>;
  readonly logs: LogShipper;
  /** Keys of token issuers, by issuer. */
  readonly issuers: AnswerCache<object>;
}

const states = new WeakMap<FunctionHost, GatewayState>();

export function gatewayState({ functions }: Waiting): GatewayState {
  let state = states.get(functions);
  if (state === undefined) {
    state = {
      buckets: new TokenBuckets(),
      authorizations: new AnswerCache(),
      answers: new AnswerCache(200),
      logs: new LogShipper(),
      issuers: new AnswerCache(500),
    };
    states.set(functions, state);
  }
  return state;
}
