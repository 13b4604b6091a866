// The role that SAM makes for a function or a state machine: managed policies by
// name or ARN, statements, and policy templates.

import { type Fields, isFields, type Value } from "../template/value.ts";
import { add, type Declared, defined, type Expansion } from "./expansion.ts";
import { isPolicyTemplate, policyOf } from "./policies/table.ts";
import { refuse } from "./refusal.ts";

/** AWS's own policies that live below a path. */
const serviceRoles = new Set([
  "AWSLambdaBasicDurableExecutionRolePolicy",
  "AWSLambdaBasicExecutionRole",
  "AWSLambdaDynamoDBExecutionRole",
  "AWSLambdaENIManagementAccess",
  "AWSLambdaKinesisExecutionRole",
  "AWSLambdaMSKExecutionRole",
  "AWSLambdaRole",
  "AWSLambdaSQSQueueExecutionRole",
  "AWSLambdaVPCAccessExecutionRole",
  "AWSCodeDeployRoleForLambda",
  "AmazonAPIGatewayPushToCloudWatchLogs",
  "AmazonS3ObjectLambdaExecutionRolePolicy",
  "AmazonSNSRole",
]);

export function managedPolicy(expansion: Expansion, name: string): string {
  if (name.startsWith("arn:")) return name;
  const path = serviceRoles.has(name) ? `service-role/${name}` : name;
  return `arn:${expansion.partition}:iam::aws:policy/${path}`;
}

export const trust = (service: string): Fields => ({
  Version: "2012-10-17",
  Statement: [{ Action: ["sts:AssumeRole"], Effect: "Allow", Principal: { Service: [service] } }],
});

export interface RoleNeeds {
  readonly service: string;
  /** Managed policies before those that are given, and after. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly policiesBefore: readonly Fields[];
  readonly policiesAfter: readonly Fields[];
  readonly tags: readonly Value[];
}

export function addRole(expansion: Expansion, owner: Declared, id: string, needs: RoleNeeds): void {
  const { properties } = owner;
  const managed: Value[] = needs.before.map((name) => managedPolicy(expansion, name));
  const own: Fields[] = [];
  const given = properties.Policies;
  const list = Array.isArray(given) ? given : given === undefined || given === null ? [] : [given];
  for (const [at, policy] of list.entries()) {
    const entry = readPolicy(policy, at);
    if (typeof entry === "string") managed.push(managedPolicy(expansion, entry));
    else if ("managed" in entry) managed.push(entry.managed);
    else own.push(entry.policy((document) => ({ PolicyName: `${id}Policy${at}`, PolicyDocument: document })));
  }
  for (const name of needs.after) {
    const arn = managedPolicy(expansion, name);
    if (!managed.includes(arn)) managed.push(arn);
  }
  const policies = [...needs.policiesBefore, ...own, ...needs.policiesAfter];
  add(
    expansion,
    id,
    {
      Type: "AWS::IAM::Role",
      Properties: defined({
        Path: properties.RolePath,
        AssumeRolePolicyDocument: properties.AssumeRolePolicyDocument ?? trust(needs.service),
        ManagedPolicyArns: managed,
        Policies: policies.length === 0 ? undefined : policies,
        PermissionsBoundary: properties.PermissionsBoundary,
        Tags: needs.tags,
      }),
    },
    owner.resource.Condition,
  );
}

type Named = (document: Value) => Fields;

/** A name, a value that becomes an ARN, or what makes a policy of a name. */
type Entry = string | { readonly managed: Value } | { readonly policy: (named: Named) => Fields };

function readPolicy(policy: Value, at: number): Entry {
  if (typeof policy === "string") return policy;
  const invalid = (): never => refuse(`Policy at index ${at} in the 'Policies' property is not valid`);
  if (!isFields(policy)) return invalid();
  if (policy.Statement !== undefined) return { policy: (named) => named(policy) };
  const [name = "", ...others] = Object.keys(policy);
  if (others.length > 0) return invalid();
  if (name === "Fn::If") return eitherPolicy(policy, at);
  if (name === "Ref" || name.startsWith("Fn::")) return { managed: policy };
  if (!isPolicyTemplate(name)) return invalid();
  const parameters = policy[name];
  if (parameters !== null && !isFields(parameters))
    refuse(`Must specify valid parameter values for policy template '${name}'`);
  const document = policyOf(name, isFields(parameters) ? parameters : {});
  return { policy: (named) => named(document) };
}

/** A template on either side becomes a policy there; else the whole becomes an ARN. */
function eitherPolicy(policy: Fields, at: number): Entry {
  const [condition = null, ...sides] = Array.isArray(policy["Fn::If"]) ? policy["Fn::If"] : [];
  const entries = sides.map((side) => {
    const absent = isFields(side) && side.Ref === "AWS::NoValue";
    return absent ? { policy: () => side } : readPolicy(side, at);
  });
  const made = entries.map((each) =>
    typeof each !== "string" && "policy" in each ? each.policy : undefined,
  );
  const [first, second] = made;
  if (first === undefined || second === undefined) return { managed: policy };
  return { policy: (named) => ({ "Fn::If": [condition, first(named), second(named)] }) };
}
