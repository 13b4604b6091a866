// AWS::StepFunctions::StateMachine and Activity: the definition comes as an
// object, as text or from S3, with substitutions.

import {
  defineResourceType,
  type Properties,
  type ResourceContext,
  ResourceFailure,
  type Tag,
  tagChanges,
  unlessMissing,
} from "../../../core/resource-type.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { stepfunctions } from "../model.ts";

const s3 = modelOf<S3>("s3");

interface StateMachineProperties {
  readonly StateMachineName: string;
  readonly Definition?: unknown;
  readonly DefinitionS3Location?: {
    readonly Bucket: string;
    readonly Key: string;
    readonly Version?: string;
  };
  readonly DefinitionString?: string;
  readonly DefinitionSubstitutions?: Readonly<Record<string, unknown>>;
  readonly EncryptionConfiguration?: Properties;
  readonly LoggingConfiguration?: Properties;
  readonly RoleArn: string;
  readonly StateMachineType?: string;
  readonly Tags?: readonly Tag[];
  readonly TracingConfiguration?: Properties;
}

/** `LogGroupArn` becomes `logGroupArn`, all the way down. */
export function lowerCamel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerCamel);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      lowerCamel(each),
    ]),
  );
}

const maximumDefinitionBytes = 1_048_576;

async function definitionText(properties: StateMachineProperties, at: ResourceContext): Promise<string> {
  const {
    Definition,
    DefinitionString,
    DefinitionS3Location: location,
    DefinitionSubstitutions = {},
  } = properties;
  let text = DefinitionString ?? (Definition === undefined ? undefined : JSON.stringify(Definition));
  if (text === undefined && location !== undefined) {
    const { Bucket, Key, Version } = location;
    const { Body } = await at.ctx.call(s3, "GetObject", {
      Bucket,
      Key,
      ...(Version === undefined ? {} : { VersionId: Version }),
    });
    text = await bodyText(Body as AsyncIterable<Uint8Array> | Uint8Array | undefined);
  }
  return (text ?? "").replace(/\$\{([A-Za-z0-9_.:-]+)\}/g, (whole, name: string) =>
    name in DefinitionSubstitutions ? substitution(DefinitionSubstitutions[name]) : whole,
  );
}

/** Within a JSON text, what would end a string is escaped. */
function substitution(value: unknown): string {
  return JSON.stringify(String(value)).slice(1, -1);
}

async function bodyText(body: AsyncIterable<Uint8Array> | Uint8Array | undefined): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body instanceof Uint8Array ? [body] : (body ?? [])) {
    length += part.length;
    if (length > maximumDefinitionBytes) throw new ResourceFailure("The definition is longer than 1 MB.");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

async function input(properties: StateMachineProperties, at: ResourceContext): Promise<Properties> {
  const { EncryptionConfiguration, LoggingConfiguration, TracingConfiguration, RoleArn } = properties;
  return {
    definition: await definitionText(properties, at),
    roleArn: RoleArn,
    ...(LoggingConfiguration === undefined ? {} : { loggingConfiguration: lowerCamel(LoggingConfiguration) }),
    ...(TracingConfiguration === undefined ? {} : { tracingConfiguration: lowerCamel(TracingConfiguration) }),
    ...(EncryptionConfiguration === undefined
      ? {}
      : { encryptionConfiguration: lowerCamel(EncryptionConfiguration) }),
  };
}

async function setTags(
  resourceArn: string,
  after: readonly Tag[] | undefined,
  before: readonly Tag[] | undefined,
  at: ResourceContext,
): Promise<void> {
  const { set, remove } = tagChanges(before, after);
  if (remove.length > 0) await at.call(stepfunctions, "UntagResource", { resourceArn, tagKeys: remove });
  if (set.length > 0) await at.call(stepfunctions, "TagResource", { resourceArn, tags: lowerCamel(set) });
}

export const stateMachineType = defineResourceType<StateMachineProperties>({
  type: "AWS::StepFunctions::StateMachine",
  name: { property: "StateMachineName", maximum: 80 },
  existing: async ({ StateMachineName }, at) => {
    const stateMachineArn = `arn:aws:states:${at.region}:${at.account}:stateMachine:${StateMachineName}`;
    const found = await unlessMissing(
      at.ctx.call(stepfunctions, "DescribeStateMachine", { stateMachineArn }),
    );
    return found?.stateMachineArn;
  },
  create: async (properties, at) => {
    const { StateMachineName: name, StateMachineType: type, Tags } = properties;
    const { stateMachineArn: id } = await at.call(stepfunctions, "CreateStateMachine", {
      name,
      ...(await input(properties, at)),
      ...(type === undefined ? {} : { type }),
      ...(Tags === undefined ? {} : { tags: lowerCamel(Tags) }),
    });
    return { id, attributes: { Arn: id, Name: name } };
  },
  read: async (id, at) => {
    const found = await unlessMissing(
      at.call(stepfunctions, "DescribeStateMachine", { stateMachineArn: id }),
    );
    if (found === undefined) return undefined;
    const { tags = [] } = await at.call(stepfunctions, "ListTagsForResource", { resourceArn: id });
    return {
      Arn: id,
      Name: found.name,
      StateMachineName: found.name,
      StateMachineType: found.type,
      RoleArn: found.roleArn,
      DefinitionString: found.definition,
      StateMachineRevisionId: found.revisionId ?? "INITIAL",
      Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })),
    };
  },
  update: async (id, after, before, at) => {
    const gone = {
      ...(before.LoggingConfiguration === undefined ? {} : { loggingConfiguration: { level: "OFF" } }),
      ...(before.TracingConfiguration === undefined ? {} : { tracingConfiguration: { enabled: false } }),
    };
    const { revisionId } = await at.call(stepfunctions, "UpdateStateMachine", {
      stateMachineArn: id,
      ...gone,
      ...(await input(after, at)),
    });
    await setTags(id, after.Tags, before.Tags, at);
    return { attributes: { StateMachineRevisionId: revisionId } };
  },
  delete: async (id, _properties, at) => {
    await at.call(stepfunctions, "DeleteStateMachine", { stateMachineArn: id });
    // It goes once its executions have ended.
    while (
      (await unlessMissing(at.ctx.call(stepfunctions, "DescribeStateMachine", { stateMachineArn: id }))) !==
      undefined
    ) {
      if (at.ctx.signal.aborted) throw new ResourceFailure("The wait for the state machine was cut off.");
      await at.ctx.sleepUntil(at.ctx.now() + 100);
    }
  },
  list: async (at) => {
    const arns: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await at.call(stepfunctions, "ListStateMachines", { maxResults: 1000, nextToken });
      arns.push(...page.stateMachines.map(({ stateMachineArn }) => stateMachineArn));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return arns;
  },
});

interface ActivityProperties {
  readonly Name: string;
  readonly EncryptionConfiguration?: Properties;
  readonly Tags?: readonly Tag[];
}

export const activityType = defineResourceType<ActivityProperties>({
  type: "AWS::StepFunctions::Activity",
  existing: async ({ Name }, at) => {
    const activityArn = `arn:aws:states:${at.region}:${at.account}:activity:${Name}`;
    return (await unlessMissing(at.ctx.call(stepfunctions, "DescribeActivity", { activityArn })))
      ?.activityArn;
  },
  create: async (properties, at) => {
    const { activityArn } = await at.call(stepfunctions, "CreateActivity", lowerCamel(properties) as object);
    return { id: activityArn, attributes: { Arn: activityArn, Name: properties.Name } };
  },
  read: async (id, at) => {
    const found = await unlessMissing(at.call(stepfunctions, "DescribeActivity", { activityArn: id }));
    return found === undefined ? undefined : { Arn: id, Name: found.name };
  },
  update: async (id, after, before, at) => {
    await setTags(id, after.Tags, before.Tags, at);
    return undefined;
  },
  delete: async (id, _properties, at) => {
    await at.call(stepfunctions, "DeleteActivity", { activityArn: id });
  },
});
