// What transactions and waiting contexts both tell of the call they serve.

import { type AfterCall, askAfter } from "./after-call.ts";
import type { Place } from "./place.ts";
import type { Principal } from "./principal.ts";
import type { CallInfo } from "./transaction.ts";

export abstract class InCall implements CallInfo {
  readonly account: string;
  readonly region: string;
  protected readonly info: CallInfo;

  constructor(place: Place, info: CallInfo) {
    this.account = place.account;
    this.region = place.region;
    this.info = info;
  }

  get requestId(): string {
    return this.info.requestId;
  }
  afterCall(name: string, todo: AfterCall): void {
    askAfter(this.info, name, todo);
  }
  get operation(): string | undefined {
    return this.info.operation;
  }
  get principal(): Principal {
    return this.info.principal;
  }
  get endpoint(): string {
    return this.info.endpoint;
  }
  get sourceIp(): string {
    return this.info.sourceIp;
  }
  get userAgent(): string {
    return this.info.userAgent;
  }
  get traceHeader(): string | undefined {
    return this.info.traceHeader;
  }
}
