// Expected failures. A fault is an answer, not an accident: its code is one
// that AWS documents, and the wire gives it the protocol's shape and status.

import type { ModelHandle, ServiceTypes } from "../model/handle.ts";

export interface FaultOptions {
  /** Further members of the modelled error shape (`Item`, `CancellationReasons`, `Key`). */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Overrides the modelled HTTP status; needed only for codes that no model has. */
  readonly status?: number;
}

export class Fault extends Error {
  override readonly name = "Fault";
  readonly service: string;
  readonly code: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly status: number | undefined;

  constructor(service: string, code: string, message: string, options: FaultOptions = {}) {
    super(message);
    this.service = service;
    this.code = code;
    this.fields = options.fields ?? {};
    this.status = options.status;
  }
}

/** Codes that any service may answer without its model saying so, with their status. */
export const commonErrors = {
  AccessDeniedException: 403,
  AccessDenied: 403,
  ExpiredToken: 403,
  ExpiredTokenException: 403,
  IncompleteSignature: 403,
  InternalFailure: 500,
  InvalidAction: 400,
  InvalidClientTokenId: 403,
  InvalidParameterCombination: 400,
  InvalidParameterValue: 400,
  InvalidSignatureException: 403,
  MalformedQueryString: 400,
  MissingAction: 400,
  MissingAuthenticationToken: 403,
  MissingAuthenticationTokenException: 403,
  MissingParameter: 400,
  NotImplemented: 501,
  RequestExpired: 400,
  RequestEntityTooLarge: 413,
  SerializationException: 400,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
  ThrottlingException: 400,
  UnknownOperationException: 400,
  UnrecognizedClientException: 400,
  ValidationError: 400,
  ValidationException: 400,
} as const;

export type CommonError = keyof typeof commonErrors;

/**
 * The fault `code` of a service, with AWS's message word for word.
 * The code is one of the model's errors, a common one, or one of the service's
 * own table of unmodelled codes (S3, EC2), which declares itself in the types.
 */
export function fault<S extends ServiceTypes>(
  model: ModelHandle<S>,
  code: S["errors"] | CommonError,
  message: string,
  options?: FaultOptions,
): Fault {
  return new Fault(model.name, code, message, options);
}

/** A fault for what Cumulet does not do yet, naming the operation or the parameter. */
export function notImplemented(service: string, what: string): Fault {
  return new Fault(service, "NotImplemented", `Cumulet does not implement ${what} yet.`, { status: 501 });
}

/** A broken invariant: becomes `InternalFailure`, logged with its stack. */
export function assert(condition: unknown, why: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${why}`);
}
