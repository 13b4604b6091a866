// Events that change a resource of the template: a bucket tells a function of its
// objects, a user pool calls it as a trigger.

import { type Fields, isFields, type Value } from "../../template/value.ts";
import { add, attribute, defined, type Expansion, ref } from "../expansion.ts";
import { refuse } from "../refusal.ts";
import { checkEvent, type Event, permission } from "./event.ts";

/** The resource that a property refers to, where it is one of this template and of a type. */
function referred(expansion: Expansion, value: Value | undefined, type: string): string | undefined {
  const id = isFields(value) ? value.Ref : value;
  if (typeof id !== "string") return undefined;
  return expansion.resources[id]?.Type === type ? id : undefined;
}

const fieldsOf = (value: Value | undefined): Fields => (isFields(value) ? value : {});
const listOf = (value: Value | undefined): readonly Value[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

export function s3Event(event: Event): void {
  const { expansion, id, properties, called, condition } = event;
  checkEvent(event, ["Bucket", "Events", "Filter"], ["Bucket", "Events"]);
  const bucketId = isFields(properties.Bucket)
    ? referred(expansion, properties.Bucket, "AWS::S3::Bucket")
    : undefined;
  const bucket = bucketId === undefined ? undefined : expansion.resources[bucketId];
  if (bucketId === undefined || bucket === undefined)
    refuse("S3 events must reference an S3 bucket in the same template.");
  const permissionId = `${id}Permission`;
  add(
    expansion,
    permissionId,
    permission(called, "s3.amazonaws.com", { SourceAccount: ref("AWS::AccountId") }),
    condition,
  );
  const own = fieldsOf(bucket.Properties);
  const notifications = fieldsOf(own.NotificationConfiguration);
  const added = listOf(properties.Events).map((Event): Value => {
    const one = defined({ Function: event.arn, Filter: properties.Filter, Event });
    if (condition === undefined) return one;
    return { "Fn::If": [condition, one, { Ref: "AWS::NoValue" }] };
  });
  const tags: readonly Value[] = listOf(own.Tags);
  const conditional: Fields = {
    Key: `sam:ConditionalDependsOn:${permissionId}`,
    Value: { "Fn::If": [condition ?? "", ref(permissionId), "no dependency"] },
  };
  expansion.resources[bucketId] = {
    ...bucket,
    // A resource cannot depend on one that may not be; a tag that names it does.
    ...(condition === undefined
      ? { DependsOn: [...listOf(bucket.DependsOn), permissionId].map(String).sort() }
      : {}),
    Properties: {
      ...own,
      ...(condition === undefined ? {} : { Tags: [...tags, conditional] }),
      NotificationConfiguration: {
        ...notifications,
        LambdaConfigurations: [...listOf(notifications.LambdaConfigurations), ...added],
      },
    },
  };
}

export function cognitoEvent(event: Event): void {
  const { expansion, properties, called, condition } = event;
  checkEvent(event, ["UserPool", "Trigger"], ["UserPool", "Trigger"]);
  const poolId = referred(expansion, properties.UserPool, "AWS::Cognito::UserPool");
  const pool = poolId === undefined ? undefined : expansion.resources[poolId];
  if (poolId === undefined || pool === undefined)
    refuse("Cognito events must reference a Cognito UserPool in the same template.");
  add(
    expansion,
    `${String(called.Ref)}CognitoPermission`,
    permission(called, "cognito-idp.amazonaws.com", { SourceArn: attribute(poolId, "Arn") }),
    condition,
  );
  const own = fieldsOf(pool.Properties);
  const triggers: Record<string, Value> = { ...fieldsOf(own.LambdaConfig) };
  for (const trigger of listOf(properties.Trigger)) {
    if (typeof trigger !== "string") continue;
    if (triggers[trigger] !== undefined) refuse(`Cognito trigger "${trigger}" defined multiple times.`);
    triggers[trigger] =
      trigger === "CustomEmailSender" || trigger === "CustomSMSSender"
        ? { LambdaArn: event.arn, LambdaVersion: "V1_0" }
        : event.arn;
  }
  expansion.resources[poolId] = { ...pool, Properties: { ...own, LambdaConfig: triggers } };
}
