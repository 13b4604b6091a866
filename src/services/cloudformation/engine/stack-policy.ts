// Stack policies: what an update may do to which resources. Without one,
// anything; with one, what it allows and does not deny.

import type { ResourceState } from "../stacks/stack-resource.ts";
import { Failure } from "./reason.ts";
import type { Run } from "./run-context.ts";

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export type PolicyAction = "Update:Modify" | "Update:Replace" | "Update:Delete";

export async function checkStackPolicy(
  { stack, operation }: Pick<Run, "stack" | "operation">,
  resource: ResourceState,
  action: PolicyAction,
): Promise<void> {
  const text = operation.stackPolicy ?? stack.policy;
  if (text === undefined || operation.kind !== "update") return;
  const { Statement: statements = [] } = JSON.parse(text) as { readonly Statement?: readonly Statement[] };
  let allowed = false;
  for (const [at, statement] of [statements].flat().entries()) {
    if (!applies(statement, resource, action)) continue;
    if (statement.Effect === "Deny") {
      throw new Failure(
        `Action denied by stack policy: Statement [#${at + 1}] does not allow [${action}] for resource [LogicalResourceId/${resource.logicalId}]`,
      );
    }
    allowed = true;
  }
  if (!allowed)
    throw new Failure(
      `Action denied by stack policy: no statement allows [${action}] for resource [LogicalResourceId/${resource.logicalId}]`,
    );
}

const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : [value].flat();

function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`).test(text);
}

function applies(statement: Statement, resource: ResourceState, action: PolicyAction): boolean {
  const name = `LogicalResourceId/${resource.logicalId}`;
  const actions = (patterns: readonly string[]) => patterns.some((each) => matches(each, action));
  const resources = (patterns: readonly string[]) => patterns.some((each) => matches(each, name));
  if (
    statement.NotAction !== undefined ? actions(list(statement.NotAction)) : !actions(list(statement.Action))
  )
    return false;
  if (
    statement.NotResource !== undefined
      ? resources(list(statement.NotResource))
      : !resources(list(statement.Resource))
  )
    return false;
  for (const condition of Object.values(statement.Condition ?? {})) {
    for (const [key, types] of Object.entries(condition)) {
      if (key !== "ResourceType" || !list(types).some((each) => matches(each, resource.type))) return false;
    }
  }
  return true;
}
