// What conditions of a trust policy may ask about a call.

import type { Waiting } from "../../../core/waiting.ts";
import type { Tag } from "../../../model/generated/sts.d.ts";
import type { ConditionContext } from "./condition.ts";

interface AssumeInput {
  readonly RoleSessionName?: string | undefined;
  readonly ExternalId?: string | undefined;
  readonly SourceIdentity?: string | undefined;
  readonly Tags?: readonly Tag[] | undefined;
  readonly TransitiveTagKeys?: readonly string[] | undefined;
}

/** `claims` are what an identity provider says, under the names that conditions use. */
export function conditionContext(
  ctx: Waiting,
  input: AssumeInput,
  claims: Readonly<Record<string, string | readonly string[] | undefined>> = {},
): ConditionContext {
  const { principal } = ctx;
  const now = ctx.now();
  const tags = input.Tags ?? [];
  const known = principal.type !== "anonymous";
  const values: Record<string, string | readonly string[] | undefined> = {
    "sts:RoleSessionName": input.RoleSessionName,
    "sts:ExternalId": input.ExternalId,
    "sts:SourceIdentity": input.SourceIdentity,
    "sts:TransitiveTagKeys": input.TransitiveTagKeys,
    "aws:SourceIdentity": principal.sourceIdentity,
    "aws:PrincipalArn": known ? (principal.roleArn ?? principal.arn) : undefined,
    "aws:PrincipalAccount": known ? principal.account : undefined,
    "aws:PrincipalType": principalTypes[principal.type],
    "aws:SourceAccount": principal.type === "service" ? principal.account : undefined,
    "aws:userid": known ? principal.userId : undefined,
    "aws:username": principal.type === "user" ? principal.arn.split("/").at(-1) : undefined,
    "aws:SourceIp": ctx.sourceIp,
    "aws:UserAgent": ctx.userAgent,
    "aws:SecureTransport": String(ctx.endpoint.startsWith("https:")),
    "aws:CurrentTime": new Date(now).toISOString(),
    "aws:EpochTime": String(Math.floor(now / 1000)),
    "aws:TagKeys": tags.length === 0 ? undefined : tags.map((tag) => tag.Key),
    ...claims,
  };
  for (const { Key, Value } of tags) values[`aws:RequestTag/${Key}`] = Value;
  for (const [key, value] of Object.entries(principal.sessionTags ?? {})) {
    values[`aws:PrincipalTag/${key}`] = value;
  }
  const context = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined) context.set(key.toLowerCase(), [value].flat());
  }
  return context;
}

const principalTypes: Readonly<Record<string, string>> = {
  root: "Account",
  user: "User",
  "assumed-role": "AssumedRole",
  "federated-user": "FederatedUser",
};
