// What one process knows of the invocations it runs: places taken, log lines on
// their way, files of code. All of it can be lost with the process; nothing of
// it is shared between clouds, since each has its own function host.

import type { FunctionHost } from "../../../core/ports/compute.ts";
import { Concurrency } from "./concurrency.ts";
import { LogShipper } from "./log-shipper.ts";

export interface CodeFiles {
  readonly codeZip: string;
  readonly layerZips: readonly string[];
}

export interface ProcessState {
  readonly concurrency: Concurrency;
  readonly logs: LogShipper;
  /** By spec id. */
  readonly files: Map<string, CodeFiles>;
}

const states = new WeakMap<FunctionHost, ProcessState>();

export function processState(host: FunctionHost): ProcessState {
  let state = states.get(host);
  if (state === undefined) {
    const logs = new LogShipper();
    host.onLateLines((spec, stream, lines) => logs.late(spec.region, spec.logGroupName, stream, lines));
    state = { concurrency: new Concurrency(), logs, files: new Map() };
    states.set(host, state);
  }
  return state;
}
