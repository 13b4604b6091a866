// How a call looks to the policy of a resource: who calls, and the condition
// keys that every service knows
// (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).

import type { Context } from "../lang/policy/pattern.ts";
import type { PolicyPrincipal } from "../lang/policy/principal.ts";
import type { Place } from "./place.ts";
import type { Principal } from "./principal.ts";
import type { CallInfo } from "./transaction.ts";

export function policyPrincipal(principal: Principal): PolicyPrincipal {
  if (principal.type === "anonymous") return {};
  const { account, arn, roleArn, userId, service } = principal;
  return { account, arn, roleArn, userId, service };
}

type Key = (call: CallInfo & Place, now: number) => string | undefined;

const known: (call: CallInfo) => boolean = ({ principal }) => principal.type !== "anonymous";
const ofPrincipal =
  (value: (principal: Principal) => string | undefined): Key =>
  (call) =>
    known(call) ? value(call.principal) : undefined;

const keys: Readonly<Record<string, Key>> = {
  "aws:currenttime": (_call, now) => new Date(now).toISOString(),
  "aws:epochtime": (_call, now) => String(Math.floor(now / 1000)),
  "aws:principalaccount": ofPrincipal(({ type, account }) => (type === "service" ? undefined : account)),
  "aws:principalarn": ofPrincipal(({ type, roleArn, arn }) =>
    type === "service" ? undefined : (roleArn ?? arn),
  ),
  "aws:principalisawsservice": ({ principal }) => String(principal.type === "service"),
  "aws:principalservicename": ({ principal }) => principal.service,
  "aws:principaltype": ofPrincipal(({ type }) => principalTypes[type]),
  "aws:requestedregion": ({ region }) => region,
  // Plain HTTP does not leave the machine; a policy that asks for TLS must not shut out everybody.
  "aws:securetransport": () => "true",
  "aws:sourceaccount": ({ principal }) =>
    principal.type === "service" ? principal.sourceArn?.split(":")[4] || principal.account : undefined,
  "aws:sourcearn": ({ principal }) => principal.sourceArn,
  "aws:sourceidentity": ({ principal }) => principal.sourceIdentity,
  "aws:sourceip": ({ sourceIp }) => sourceIp,
  "aws:useragent": ({ userAgent }) => userAgent,
  "aws:userid": ofPrincipal(({ userId }) => userId),
  "aws:username": ({ principal }) =>
    principal.type === "user" ? principal.arn.split("/").at(-1) : undefined,
  "aws:viaawsservice": () => "false",
};

const principalTypes: Readonly<Record<Principal["type"], string | undefined>> = {
  root: "Account",
  user: "User",
  "assumed-role": "AssumedRole",
  "federated-user": "FederatedUser",
  service: undefined,
  anonymous: undefined,
};

const principalTag = "aws:principaltag/";

/** The keys of all services; `more` knows a service's own. */
export function policyContext(call: CallInfo & Place, now: number, more?: Context): Context {
  return (key) => {
    const own = more?.(key);
    if (own !== undefined) return own;
    if (key.startsWith(principalTag)) {
      const wanted = key.slice(principalTag.length);
      const tags = Object.entries(call.principal.sessionTags ?? {});
      const tag = tags.find(([name]) => name.toLowerCase() === wanted);
      return tag === undefined ? undefined : [tag[1]];
    }
    const value = keys[key]?.(call, now);
    return value === undefined ? undefined : [value];
  };
}
