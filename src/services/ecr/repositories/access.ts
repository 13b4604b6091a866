// Whom a repository's policy lets in. Callers of the owner's account may do all
// that the policy does not deny; others only what it allows.

import { fault } from "../../../core/fault.ts";
import { policyContext, policyPrincipal } from "../../../core/policy-request.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { PolicyError } from "../../../lang/policy/error.ts";
import { compilePolicy, type Policy } from "../../../lang/policy/policy.ts";
import { ecr, invalidParameter } from "../model.ts";
import { type RepositoryState, repositoryArn } from "./repository.ts";

// Memoised by the identity of the decoded record, which changes with its bytes.
const compiled = new WeakMap<RepositoryState, Policy>();

/** So that no policy shuts its owner out for good. */
const neverDeniedToRoot = new Set(["SetRepositoryPolicy", "GetRepositoryPolicy", "DeleteRepositoryPolicy"]);

export function checkAccess(caller: Transaction, repository: RepositoryState, action: string): void {
  const { principal } = caller;
  const own = principal.account === repository.account;
  if (own && repository.policy === undefined) return;
  const resource = repositoryArn(repository.name, repository);
  const effect = repository.policy === undefined ? "none" : effectOf(caller, repository, resource, action);
  if (effect === "deny" && own && principal.type === "root" && neverDeniedToRoot.has(action)) return;
  if (effect === "allow" || (own && effect === "none")) return;
  throw fault(
    ecr,
    "AccessDeniedException",
    `User: ${principal.arn} is not authorized to perform: ecr:${action} on resource: ${resource} ${
      effect === "deny"
        ? "with an explicit deny in a resource-based policy"
        : `because no resource-based policy allows the ecr:${action} action`
    }`,
    { status: 400 },
  );
}

function effectOf(caller: Transaction, repository: RepositoryState, resource: string, action: string) {
  let policy = compiled.get(repository);
  if (policy === undefined) {
    policy = compilePolicy(withResources(repository.policy ?? "", resource));
    compiled.set(repository, policy);
  }
  const context = policyContext(caller, caller.now, (key) => tagOf(repository, key));
  return policy.evaluate({
    action: `ecr:${action}`,
    resource,
    principal: policyPrincipal(caller.principal),
    context,
  }).effect;
}

function tagOf({ tags }: RepositoryState, key: string): string[] | undefined {
  const prefix = /^(?:ecr|aws):resourcetag\//.exec(key)?.[0];
  if (prefix === undefined) return undefined;
  const tag = Object.entries(tags).find(([each]) => each.toLowerCase() === key.slice(prefix.length));
  return tag && [tag[1]];
}

interface Document {
  readonly Statement?: object | readonly object[];
}

/** Statements of repositories' policies name no resource: they mean the repository. */
export function withResources(text: string, resource = "*"): string {
  let document: Document;
  try {
    document = JSON.parse(text) as Document;
  } catch {
    return text;
  }
  const { Statement: given } = document ?? {};
  if (given === undefined) return text;
  const statements = Array.isArray(given) ? given : [given];
  const complete = statements.map((each) =>
    typeof each !== "object" || each === null || "Resource" in each || "NotResource" in each
      ? (each as unknown)
      : { ...each, Resource: resource },
  );
  return JSON.stringify({ ...document, Statement: complete });
}

/** Throws AWS's fault unless it is a policy for a repository or a registry. */
export function checkPolicy(text: string, parameter: string): void {
  try {
    for (const { principal, notPrincipal } of compilePolicy(withResources(text)).document.statements) {
      if (principal === undefined && notPrincipal === undefined)
        throw new PolicyError("missing", "Principal");
    }
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw invalidParameter(
      `Invalid parameter at '${parameter}' failed to satisfy constraint: 'Invalid repository policy provided'`,
    );
  }
}
