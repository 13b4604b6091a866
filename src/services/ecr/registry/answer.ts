// How the registry API words refusals.
// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes

import { Fault } from "../../../core/fault.ts";
import type { HttpResponse } from "../../../core/http.ts";

const version = { "docker-distribution-api-version": "registry/2.0" };

export function refusal(status: number, code: string, message: string): HttpResponse {
  return json(status, { errors: [{ code, message }] });
}

export function json(status: number, value: object, headers: Readonly<Record<string, string>> = {}) {
  return {
    status,
    headers: { ...version, "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(value),
  } satisfies HttpResponse;
}

export function empty(status: number, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return { status, headers: { ...version, ...headers } };
}

export const notAllowed = (): HttpResponse => empty(405);

/** Every client answers this with the password that it was logged in with. */
export function challenge(endpoint: string): HttpResponse {
  const answer = refusal(401, "UNAUTHORIZED", "Not Authorized");
  const realm = `Basic realm="${endpoint}/",service="ecr.amazonaws.com"`;
  return { ...answer, headers: { ...answer.headers, "www-authenticate": realm } };
}

const codes: Readonly<Record<string, readonly [number, string]>> = {
  AccessDeniedException: [403, "DENIED"],
  EmptyUploadException: [400, "BLOB_UPLOAD_INVALID"],
  ImageDigestDoesNotMatchException: [400, "DIGEST_INVALID"],
  ImageNotFoundException: [404, "MANIFEST_UNKNOWN"],
  ImageTagAlreadyExistsException: [400, "TAG_INVALID"],
  InvalidLayerException: [400, "DIGEST_INVALID"],
  InvalidLayerPartException: [416, "BLOB_UPLOAD_INVALID"],
  InvalidParameterException: [400, "MANIFEST_INVALID"],
  LayersNotFoundException: [400, "MANIFEST_BLOB_UNKNOWN"],
  NotImplemented: [415, "UNSUPPORTED"],
  ReferencedImagesNotFoundException: [400, "MANIFEST_BLOB_UNKNOWN"],
  RepositoryNotFoundException: [404, "NAME_UNKNOWN"],
  UploadNotFoundException: [404, "BLOB_UPLOAD_UNKNOWN"],
};

/** Undefined for what is an accident. */
export function refusalOf(error: unknown): HttpResponse | undefined {
  if (!(error instanceof Fault)) return undefined;
  const [status, code] = codes[error.code] ?? [error.status ?? 400, "UNKNOWN"];
  return refusal(status, code, error.message);
}
