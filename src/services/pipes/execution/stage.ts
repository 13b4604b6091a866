// A stage of a pipe: enrichment or target, with what is made of events for it.

import type { Aim, TargetFailure, TargetOutcome } from "../../../core/target.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { PipeEnrichmentParameters, PipeTargetParameters } from "../../../model/generated/pipes.d.ts";
import { pipesService } from "../model.ts";
import { enrichmentKind, type TargetKind, targetKind } from "../target.ts";
import type { PipeEvent } from "./event.ts";
import { compileParameters, type Parameters } from "./parameters.ts";
import { compileTemplate, type PipeFacts, type Transformation } from "./template.ts";

export interface Stage {
  readonly name: "ENRICHMENT" | "TARGET";
  readonly arn: string;
  readonly kind: TargetKind;
  /** Undefined where events go on as they are. */
  readonly transform: Transformation | undefined;
  readonly parameters: (event: PipeEvent) => Parameters;
}

/** Who calls. */
export interface Caller {
  readonly arn: string;
  readonly roleArn: string;
}

export function enrichmentStage(arn: string, given: PipeEnrichmentParameters = {}, facts: PipeFacts): Stage {
  // Enrichments are waited for, always.
  const InvocationType = "REQUEST_RESPONSE" as const;
  return stageOf("ENRICHMENT", arn, enrichmentKind(arn), facts, {
    ...given,
    LambdaFunctionParameters: { InvocationType },
    StepFunctionStateMachineParameters: { InvocationType },
  });
}

export function targetStage(arn: string, given: PipeTargetParameters = {}, facts: PipeFacts): Stage {
  const kind = targetKind(arn);
  const waits = { InvocationType: "REQUEST_RESPONSE" as const };
  const { parameters } = kind;
  return stageOf("TARGET", arn, kind, facts, {
    ...given,
    ...(kind.listed &&
      parameters !== undefined && {
        [parameters]: { ...waits, ...(given[parameters] as object | undefined) },
      }),
  });
}

function stageOf(
  name: Stage["name"],
  arn: string,
  kind: TargetKind,
  facts: PipeFacts,
  { InputTemplate, ...given }: PipeTargetParameters,
): Stage {
  return {
    name,
    arn,
    kind,
    transform: InputTemplate ? compileTemplate(InputTemplate, facts) : undefined,
    parameters: compileParameters(given),
  };
}

/** What the stage is handed: a text for each event, or one for all. */
export function inputsOf({ kind, transform }: Stage, events: readonly PipeEvent[]): readonly string[] {
  const texts = events.map((event) => (transform === undefined ? event.text : transform(event)));
  if (kind.listed !== true) return texts;
  return [`[${(transform === undefined ? texts : texts.map(asJson)).join(",")}]`];
}

/** An outcome for each input. Nothing is thrown. */
export async function invoke(
  ctx: Waiting,
  stage: Stage,
  events: readonly PipeEvent[],
  inputs: readonly string[],
  caller: Caller,
): Promise<readonly TargetOutcome[]> {
  const refused = tooMuch(stage, events, inputs);
  if (refused !== undefined) return inputs.map(() => ({ failure: refused }));
  return ctx.deliver(
    inputs.map(
      (input, at): Aim => ({
        arn: stage.arn,
        input,
        roleArn: caller.roleArn,
        source: pipesService,
        sourceArn: caller.arn,
        parameters: stage.parameters(events[at]!),
      }),
    ),
  );
}

/** A batch that grew in its enrichment may be more than the target takes. */
function tooMuch(
  { arn, kind }: Stage,
  events: readonly PipeEvent[],
  inputs: readonly string[],
): TargetFailure | undefined {
  const refusal = (message: string): TargetFailure => ({
    code: "ValidationException",
    message,
    passing: false,
  });
  if (events.length > kind.most) {
    return refusal(`The batch of ${events.length} events is larger than ${arn} takes: ${kind.most}.`);
  }
  const { mostBytes } = kind;
  if (mostBytes === undefined || Buffer.byteLength(inputs[0]!) <= mostBytes) return undefined;
  return refusal(`The batch has more than the ${mostBytes} bytes that ${arn} takes.`);
}

function asJson(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
}
