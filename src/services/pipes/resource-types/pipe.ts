// AWS::Pipes::Pipe.

import {
  defineResourceType,
  type Properties,
  pick,
  type ResourceContext,
  ResourceFailure,
  unlessMissing,
  unlessRepeated,
} from "../../../core/resource-type.ts";
import { pipes } from "../model.ts";

interface SourceParameters {
  readonly KinesisStreamParameters?: Properties & { readonly StartingPositionTimestamp?: string };
  readonly DynamoDBStreamParameters?: Properties;
  readonly [name: string]: unknown;
}

interface PipeProperties {
  readonly Name: string;
  readonly Source: string;
  readonly Target: string;
  readonly RoleArn: string;
  readonly Description?: string;
  readonly DesiredState?: string;
  readonly Enrichment?: string;
  readonly EnrichmentParameters?: Properties;
  readonly KmsKeyIdentifier?: string;
  readonly LogConfiguration?: Properties;
  readonly SourceParameters?: SourceParameters;
  readonly Tags?: Readonly<Record<string, string>>;
  readonly TargetParameters?: Properties;
}

const pauseMilliseconds = 50;

/** Resolves when the pipe is where it was wanted, or gone. */
async function settled(Name: string, at: ResourceContext): Promise<void> {
  for (;;) {
    const found = await unlessMissing(at.ctx.call(pipes, "DescribePipe", { Name }));
    const { CurrentState = "", StateReason = "" } = found ?? {};
    if (CurrentState.endsWith("_FAILED")) throw new ResourceFailure(`Pipe ${Name}: ${StateReason}`);
    if (!CurrentState.endsWith("ING") || CurrentState === "RUNNING") return;
    if (at.ctx.signal.aborted) throw new ResourceFailure("The wait for the pipe was cut off.");
    await at.ctx.sleepUntil(at.ctx.now() + pauseMilliseconds);
  }
}

/** Templates write times as text. */
function sourceOf(given: SourceParameters | undefined): SourceParameters | undefined {
  const kinesis = given?.KinesisStreamParameters;
  if (kinesis?.StartingPositionTimestamp === undefined) return given;
  const StartingPositionTimestamp = Date.parse(kinesis.StartingPositionTimestamp);
  return { ...given, KinesisStreamParameters: { ...kinesis, StartingPositionTimestamp } as Properties };
}

/** Where reading begins cannot be changed. */
function withoutStart(given: SourceParameters = {}): Properties {
  const { KinesisStreamParameters: kinesis, DynamoDBStreamParameters: dynamodb } = given;
  const bare = ({ StartingPosition: _start, StartingPositionTimestamp: _time, ...rest }: Properties) => rest;
  return {
    ...given,
    ...(kinesis !== undefined && { KinesisStreamParameters: bare(kinesis) }),
    ...(dynamodb !== undefined && { DynamoDBStreamParameters: bare(dynamodb) }),
  };
}

const arnOf = (name: string, { region, account }: ResourceContext): string =>
  `arn:aws:pipes:${region}:${account}:pipe/${name}`;

async function retag(
  resourceArn: string,
  after: Readonly<Record<string, string>> = {},
  before: Readonly<Record<string, string>> = {},
  at: ResourceContext,
): Promise<void> {
  const tagKeys = Object.keys(before).filter((key) => after[key] === undefined);
  if (tagKeys.length > 0) await at.call(pipes, "UntagResource", { resourceArn, tagKeys });
  if (Object.keys(after).length > 0) await at.call(pipes, "TagResource", { resourceArn, tags: after });
}

export const pipeType = defineResourceType<PipeProperties>({
  type: "AWS::Pipes::Pipe",
  name: { property: "Name", maximum: 64 },
  create: async (properties, at) => {
    const { Name } = properties;
    const input = { ...properties, SourceParameters: sourceOf(properties.SourceParameters) };
    await unlessRepeated(at, at.call(pipes, "CreatePipe", input), "ConflictException");
    at.made(Name);
    await settled(Name, at);
    return { id: Name, attributes: { Arn: arnOf(Name, at) } };
  },
  read: async (Name, at) => {
    const found = await unlessMissing(at.call(pipes, "DescribePipe", { Name }));
    if (found === undefined) return undefined;
    const { CreationTime = 0, LastModifiedTime = 0 } = found;
    return {
      ...pick(
        found,
        "Arn",
        "CurrentState",
        "Description",
        "DesiredState",
        "Enrichment",
        "EnrichmentParameters",
        "KmsKeyIdentifier",
        "LogConfiguration",
        "RoleArn",
        "Source",
        "SourceParameters",
        "StateReason",
        "Tags",
        "Target",
        "TargetParameters",
      ),
      Name,
      CreationTime: new Date(CreationTime).toISOString(),
      LastModifiedTime: new Date(LastModifiedTime).toISOString(),
    };
  },
  update: async (Name, after, before, at) => {
    await retag(arnOf(Name, at), after.Tags, before.Tags, at);
    await settled(Name, at);
    await at.call(pipes, "UpdatePipe", {
      Name,
      RoleArn: after.RoleArn,
      Description: after.Description ?? "",
      DesiredState: after.DesiredState ?? "RUNNING",
      SourceParameters: withoutStart(after.SourceParameters),
      Enrichment: after.Enrichment ?? "",
      EnrichmentParameters: after.EnrichmentParameters ?? {},
      Target: after.Target,
      TargetParameters: after.TargetParameters ?? {},
      LogConfiguration: after.LogConfiguration ?? { Level: "OFF" },
      KmsKeyIdentifier: after.KmsKeyIdentifier ?? "",
    });
    await settled(Name, at);
    return undefined;
  },
  delete: async (Name, _properties, at) => {
    await at.call(pipes, "DeletePipe", { Name });
    await settled(Name, at);
  },
  list: async (at) => {
    const names: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await at.call(pipes, "ListPipes", NextToken === undefined ? {} : { NextToken });
      names.push(...(page.Pipes ?? []).flatMap(({ Name }) => Name ?? []));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return names;
  },
});
