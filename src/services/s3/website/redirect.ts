// Where a website's routing rules lead to
// (docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-page-redirect.html).

import type { RoutingRule, WebsiteConfiguration } from "../../../model/generated/s3.d.ts";

/** What a redirection keeps where the rule says nothing: the address as it was asked for. */
export interface Address {
  readonly protocol: string;
  readonly host: string;
  /** What stands before the key: empty but for the path form. */
  readonly base: string;
}

export interface Redirection {
  readonly status: number;
  readonly location: string;
}

/** `error`: the status that the key was answered with; undefined before it is looked up. */
export function routed(
  website: WebsiteConfiguration,
  address: Address,
  key: string,
  error: number | undefined,
): Redirection | undefined {
  const rule = website.RoutingRules?.find((each) => meets(each, key, error));
  if (rule === undefined) return undefined;
  const { HostName, HttpRedirectCode, Protocol } = rule.Redirect;
  const elsewhere = HostName !== undefined && HostName !== address.host;
  const base = elsewhere ? "" : address.base;
  return {
    status: Number(HttpRedirectCode ?? "301"),
    location: `${Protocol ?? address.protocol}://${HostName ?? address.host}${base}/${encodePath(newKey(rule, key))}`,
  };
}

function meets({ Condition }: RoutingRule, key: string, error: number | undefined): boolean {
  const { KeyPrefixEquals: prefix, HttpErrorCodeReturnedEquals: code } = Condition ?? {};
  if (prefix !== undefined && !key.startsWith(prefix)) return false;
  return code === undefined ? error === undefined : error !== undefined && Number(code) === error;
}

function newKey({ Condition, Redirect }: RoutingRule, key: string): string {
  if (Redirect.ReplaceKeyWith !== undefined) return Redirect.ReplaceKeyWith;
  if (Redirect.ReplaceKeyPrefixWith === undefined) return key;
  return Redirect.ReplaceKeyPrefixWith + key.slice((Condition?.KeyPrefixEquals ?? "").length);
}

export function toAll(website: WebsiteConfiguration, address: Address, key: string): Redirection | undefined {
  const target = website.RedirectAllRequestsTo;
  if (target === undefined) return undefined;
  const location = `${target.Protocol ?? address.protocol}://${target.HostName}/${encodePath(key)}`;
  return { status: 301, location };
}

export function encodePath(key: string): string {
  return key.split("/").map(encodeURIComponent).join("/");
}
