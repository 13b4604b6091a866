// Function URLs: their configuration under the function, and, known everywhere,
// which function a URL's id belongs to.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Cors, FunctionUrlConfig } from "../../../model/generated/lambda.d.ts";
import { type FunctionReference, functionArn } from "../name.ts";

export interface FunctionUrl {
  readonly functionName: string;
  /** An alias, or empty for the function itself. */
  readonly qualifier: string;
  readonly urlId: string;
  readonly AuthType: "NONE" | "AWS_IAM";
  readonly Cors?: Cors | undefined;
  readonly InvokeMode: "BUFFERED" | "RESPONSE_STREAM";
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly lastModified: number;
}

export const UrlRecord = defineResource<FunctionUrl>()({
  service: "lambda",
  type: "url",
  key: (url) => [url.functionName, url.qualifier],
});

/** What the data plane reads: one read finds the function and all settings. */
export interface UrlRoute {
  readonly urlId: string;
  readonly reference: FunctionReference;
  readonly url: FunctionUrl;
}

export const UrlRouteRecord = defineResource<UrlRoute>()({
  service: "lambda",
  type: "url-route",
  scope: "global",
  key: (route) => [route.urlId],
  cached: true,
});

/** `tx` looks at the function's place. */
export function putUrl(tx: Transaction, url: FunctionUrl): void {
  const { account, region } = tx;
  const qualifier = url.qualifier === "" ? undefined : url.qualifier;
  tx.put(UrlRecord, url);
  const reference = { account, region, name: url.functionName, qualifier };
  tx.put(UrlRouteRecord, { urlId: url.urlId, reference, url });
}

export function deleteUrl(tx: Transaction, url: FunctionUrl): void {
  tx.delete(UrlRecord, url.functionName, url.qualifier);
  tx.delete(UrlRouteRecord, url.urlId);
}

/** AWS's addresses end in `.on.aws` and speak https; ours end in the name and port that this cloud is reached by. */
export function urlAddress(endpoint: string, region: string, urlId: string): string {
  const { protocol, hostname, port } = new URL(endpoint);
  // An address of numbers has no names below it.
  const domain = /^[\d.:[\]]+$/.test(hostname) ? "localhost" : hostname;
  return `${protocol}//${urlId}.lambda-url.${region}.${domain}${port === "" ? "" : `:${port}`}/`;
}

export function describeUrl(tx: Transaction, url: FunctionUrl): FunctionUrlConfig {
  return {
    FunctionUrl: urlAddress(tx.endpoint, tx.region, url.urlId),
    FunctionArn: functionArn(tx, url.functionName, url.qualifier === "" ? undefined : url.qualifier),
    AuthType: url.AuthType,
    InvokeMode: url.InvokeMode,
    CreationTime: new Date(url.createdAt).toISOString(),
    LastModifiedTime: new Date(url.lastModified).toISOString(),
    ...(url.Cors === undefined ? {} : { Cors: url.Cors }),
  };
}
