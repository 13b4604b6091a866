// Create, update, start, stop and delete: what the user wants. The job that
// tends the pipe does it.

import type { WaitingHandler } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { PipeSourceParameters, UpdatePipeSourceParameters } from "../../../model/generated/pipes.d.ts";
import { conflict, type Input, type Output } from "../model.ts";
import { changeablePipe, openPipe, Pipe, type PipeState, summary } from "../pipe.ts";
import { checked, checkKey, checkServices } from "../settings.ts";
import { putPipe } from "../tend.ts";

export const createPipe: WaitingHandler<Input<"CreatePipe">, Output<"CreatePipe">> = {
  waits: async (input, ctx) => {
    const { Name: name, DesiredState: desired = "RUNNING" } = input;
    checkServices(ctx, [input.Enrichment, input.Target]);
    await checkKey(ctx, input.KmsKeyIdentifier);
    return ctx.atomically(async (tx) => {
      const pipe = checked(
        {
          name,
          id: tx.ids.uuid(),
          description: input.Description,
          desired,
          current: "CREATING",
          source: input.Source,
          sourceParameters: input.SourceParameters ?? {},
          enrichment: input.Enrichment || undefined,
          enrichmentParameters: input.EnrichmentParameters,
          target: input.Target,
          targetParameters: input.TargetParameters,
          roleArn: input.RoleArn,
          logs: input.LogConfiguration,
          kmsKey: input.KmsKeyIdentifier || undefined,
          tags: input.Tags ?? {},
          createdAt: tx.now,
          modifiedAt: tx.now,
          revision: tx.ids.uuid(),
        },
        tx,
      );
      if ((await tx.get(Pipe, name)) !== undefined) throw conflict(name, `Pipe ${name} already exists.`);
      putPipe(tx, pipe);
      return { ...summary(pipe, tx), DesiredState: desired };
    });
  },
};

/** What is not given stays; parameters that are given are replaced as a whole. */
export const updatePipe: WaitingHandler<Input<"UpdatePipe">, Output<"UpdatePipe">> = {
  waits: async (input, ctx) => {
    checkServices(ctx, [input.Enrichment, input.Target]);
    await checkKey(ctx, input.KmsKeyIdentifier);
    return ctx.atomically(async (tx) => {
      const pipe = await changeablePipe(tx, input.Name);
      const desired = input.DesiredState ?? requested(pipe);
      const {
        Description = pipe.description,
        Enrichment = pipe.enrichment,
        EnrichmentParameters = pipe.enrichmentParameters,
        Target = pipe.target,
        TargetParameters = pipe.targetParameters,
        LogConfiguration = pipe.logs,
        KmsKeyIdentifier = pipe.kmsKey,
        SourceParameters,
      } = input;
      const changed = checked(
        {
          ...pipe,
          description: Description,
          desired,
          current: "UPDATING",
          sourceParameters: merged(pipe.sourceParameters, SourceParameters),
          enrichment: Enrichment || undefined,
          enrichmentParameters: Enrichment ? EnrichmentParameters : undefined,
          target: Target,
          targetParameters: TargetParameters,
          roleArn: input.RoleArn,
          logs: LogConfiguration,
          kmsKey: KmsKeyIdentifier || undefined,
          modifiedAt: tx.now,
          revision: tx.ids.uuid(),
        },
        tx,
      );
      putPipe(tx, changed);
      return { ...summary(changed, tx), DesiredState: desired };
    });
  },
};

/** Where a stream's reading begins is not to be changed. */
function merged(
  old: PipeSourceParameters,
  given: UpdatePipeSourceParameters | undefined,
): PipeSourceParameters {
  if (given === undefined) return old;
  const { KinesisStreamParameters: kinesis, DynamoDBStreamParameters: dynamodb } = old;
  const { StartingPosition, StartingPositionTimestamp } = kinesis ?? {};
  return {
    ...(given as PipeSourceParameters),
    ...(kinesis !== undefined && {
      KinesisStreamParameters: {
        ...given.KinesisStreamParameters,
        StartingPosition: StartingPosition!,
        StartingPositionTimestamp,
      },
    }),
    ...(dynamodb !== undefined && {
      DynamoDBStreamParameters: {
        ...given.DynamoDBStreamParameters,
        StartingPosition: dynamodb.StartingPosition,
      },
    }),
  };
}

export function startPipe({ Name }: Input<"StartPipe">, tx: Transaction): Promise<Output<"StartPipe">> {
  return turn(tx, Name, "RUNNING", "STARTING");
}

export function stopPipe({ Name }: Input<"StopPipe">, tx: Transaction): Promise<Output<"StopPipe">> {
  return turn(tx, Name, "STOPPED", "STOPPING");
}

/** A pipe that is there already stays as it is. */
async function turn(
  tx: Transaction,
  name: string,
  desired: "RUNNING" | "STOPPED",
  current: "STARTING" | "STOPPING",
): Promise<Output<"StartPipe">> {
  const pipe = await changeablePipe(tx, name);
  if (pipe.current === desired) return { ...summary(pipe, tx), DesiredState: desired };
  const changed: PipeState = { ...pipe, desired, current, modifiedAt: tx.now, revision: tx.ids.uuid() };
  putPipe(tx, changed);
  return { ...summary(changed, tx), DesiredState: desired };
}

export async function deletePipe(
  { Name }: Input<"DeletePipe">,
  tx: Transaction,
): Promise<Output<"DeletePipe">> {
  const pipe = await openPipe(tx, Name);
  const gone: PipeState = {
    ...pipe,
    desired: "DELETED",
    current: "DELETING",
    modifiedAt: tx.now,
    revision: tx.ids.uuid(),
  };
  putPipe(tx, gone);
  return { ...summary(gone, tx), DesiredState: "DELETED" };
}

function requested({ desired }: PipeState): "RUNNING" | "STOPPED" {
  return desired === "STOPPED" ? "STOPPED" : "RUNNING";
}
