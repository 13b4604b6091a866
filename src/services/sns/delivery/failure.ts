// Why a delivery failed, and whether trying again may help.

import { Fault } from "../../../core/fault.ts";

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly statusCode: number;
  /** The endpoint is throttled or in trouble; it is not gone, and it did not refuse. */
  readonly passing: boolean;
}

const passingCodes =
  /Throttl|TooManyRequests|RequestLimitExceeded|ThroughputExceeded|SlowDown|Unavailable|InternalFailure|InternalError|InternalServer|OverLimit/;

export function isPassing(code: string): boolean {
  return passingCodes.test(code);
}

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Fault)) {
    return { code: "InternalFailure", message: "The delivery has failed.", statusCode: 500, passing: true };
  }
  const passing = isPassing(error.code);
  return {
    code: error.code,
    message: error.message,
    statusCode: error.status ?? (passing ? 503 : 400),
    passing,
  };
}
