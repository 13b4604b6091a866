// How a function is called: a URL of its own, and where asynchronous calls end.

import { type Fields, isFields, type Value } from "../template/value.ts";
import { add, attribute, type Declared, defined, type Expansion, pick, ref, resolved } from "./expansion.ts";
import type { Alias } from "./function-version.ts";
import { refuse } from "./refusal.ts";

export function addUrl(expansion: Expansion, declared: Declared, alias: Alias | undefined): void {
  const { id, properties, resource } = declared;
  const config = properties.FunctionUrlConfig;
  if (config === undefined) return;
  if (!isFields(config)) refuse("'FunctionUrlConfig' must be a dictionary");
  const kind = resolved(expansion, config.AuthType);
  if (kind === undefined) return;
  const called = ref(alias?.id ?? id);
  add(
    expansion,
    `${id}Url`,
    {
      Type: "AWS::Lambda::Url",
      Properties: { TargetFunctionArn: called, ...pick(config, ["AuthType", "Cors", "InvokeMode"]) },
    },
    resource.Condition,
  );
  if (kind !== "NONE") return;
  const permission = (Properties: Fields): Fields => ({ Type: "AWS::Lambda::Permission", Properties });
  const anyone = { FunctionName: called, Principal: "*" };
  add(
    expansion,
    `${id}UrlPublicPermissions`,
    permission({ Action: "lambda:InvokeFunctionUrl", ...anyone, FunctionUrlAuthType: "NONE" }),
    resource.Condition,
  );
  add(
    expansion,
    `${id}URLInvokeAllowPublicAccess`,
    permission({ Action: "lambda:InvokeFunction", ...anyone, InvokedViaFunctionUrl: true }),
    resource.Condition,
  );
}

interface Destination {
  readonly target?: Fields;
  readonly policy?: Fields;
}

/** The policies that the role needs for the destinations. */
export function asynchronousInvocation(
  expansion: Expansion,
  declared: Declared,
  alias: Alias | undefined,
): readonly Fields[] {
  const { id, properties, resource } = declared;
  const config = properties.EventInvokeConfig;
  if (config === undefined) return [];
  if (!isFields(config)) refuse("'EventInvokeConfig' must be a dictionary");
  const given = isFields(config.DestinationConfig) ? config.DestinationConfig : undefined;
  const made: Record<string, Value> = {};
  const policies: Fields[] = [];
  for (const when of ["OnSuccess", "OnFailure"]) {
    const destination = given?.[when];
    if (!isFields(destination)) continue;
    const { target, policy } = destinationOf(expansion, declared, when, destination);
    if (target !== undefined) made[when] = target;
    if (policy !== undefined) policies.push(policy);
  }
  add(
    expansion,
    `${id}EventInvokeConfig`,
    {
      Type: "AWS::Lambda::EventInvokeConfig",
      ...pick(resource, ["Metadata"]),
      ...(alias === undefined ? {} : { DependsOn: [alias.id] }),
      Properties: defined({
        DestinationConfig: given === undefined ? undefined : made,
        FunctionName: ref(id),
        MaximumEventAgeInSeconds: config.MaximumEventAgeInSeconds,
        MaximumRetryAttempts: config.MaximumRetryAttempts,
        Qualifier: alias?.name ?? "$LATEST",
      }),
    },
    resource.Condition,
  );
  return policies;
}

function destinationOf(
  expansion: Expansion,
  declared: Declared,
  when: string,
  destination: Fields,
): Destination {
  const { id, resource } = declared;
  const { Type: type } = destination;
  const actions: Readonly<Record<string, string>> = {
    SQS: "sqs:SendMessage",
    SNS: "sns:publish",
    Lambda: "lambda:InvokeFunction",
    EventBridge: "events:PutEvents",
    S3Bucket: "s3:PutObject",
  };
  if (type === undefined) return { target: { Destination: destination.Destination ?? null } };
  const action = typeof type === "string" ? actions[type] : undefined;
  if (action === undefined)
    refuse(`'Type: ${String(type)}' must be one of ['SQS', 'SNS', 'EventBridge', 'Lambda', 'S3Bucket']`);
  let arn = destination.Destination;
  if (arn === undefined) {
    if (type !== "SQS" && type !== "SNS")
      refuse(
        `Destination is required if Type is not ['SNS', 'SQS'] or Type is empty. If Destination is not specified, please specify Type as SNS or SQS.`,
      );
    const made = `${id}EventInvokeConfig${when}${type === "SQS" ? "Queue" : "Topic"}`;
    add(
      expansion,
      made,
      { Type: type === "SQS" ? "AWS::SQS::Queue" : "AWS::SNS::Topic", Properties: {} },
      resource.Condition,
    );
    expansion.names.set(`${id}.Destination${type === "SQS" ? "Queue" : "Topic"}`, made);
    arn = type === "SQS" ? attribute(made, "Arn") : ref(made);
  }
  const Resource: Value = type === "S3Bucket" && typeof arn === "string" ? `${arn}/*` : arn;
  const statement: Fields = { Action: action, Effect: "Allow", Resource };
  return {
    target: { Destination: arn },
    policy: {
      PolicyName: `${id}EventInvokeConfig${when}${String(type)}Policy`,
      PolicyDocument: { Statement: [statement] },
    },
  };
}
