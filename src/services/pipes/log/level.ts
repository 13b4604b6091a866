// Which steps of an execution a pipe logs at which level.

import type { LogLevel } from "../../../model/generated/pipes.d.ts";

const always: readonly LogLevel[] = ["ERROR", "INFO", "TRACE"];
const coarse: readonly LogLevel[] = ["INFO", "TRACE"];
const fine: readonly LogLevel[] = ["TRACE"];

export function levelOf(messageType: string): readonly LogLevel[] {
  if (/_(FAILED|THROTTLED|TIMEOUT)$/.test(messageType)) return always;
  return /_(TRANSFORMATION|INVOCATION)_/.test(messageType) ? fine : coarse;
}
