// Pipes: what is stored of one. A user says what state it shall have; the job
// that tends it brings it there.

import type { Place } from "../../core/place.ts";
import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import type {
  PipeEnrichmentParameters,
  PipeLogConfiguration,
  PipeSourceParameters,
  PipeTargetParameters,
  PipeState as State,
} from "../../model/generated/pipes.d.ts";
import { checkpoints } from "../../sources/checkpoint.ts";
import { conflict, notFound } from "./model.ts";

export interface PipeState {
  readonly name: string;
  /** Of this pipe alone: another of the same name begins anew. */
  readonly id: string;
  readonly description?: string | undefined;
  readonly desired: "RUNNING" | "STOPPED" | "DELETED";
  readonly current: State;
  readonly reason?: string | undefined;
  readonly source: string;
  readonly sourceParameters: PipeSourceParameters;
  readonly enrichment?: string | undefined;
  readonly enrichmentParameters?: PipeEnrichmentParameters | undefined;
  readonly target: string;
  readonly targetParameters?: PipeTargetParameters | undefined;
  readonly roleArn: string;
  readonly logs?: PipeLogConfiguration | undefined;
  readonly kmsKey?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** When it first ran: where `LATEST` begins. */
  readonly startedAt?: number;
  /** By shard, where the latest record was at that time; for streams that know no times. */
  readonly iterators?: Readonly<Record<string, string>> | undefined;
  /** Changes with every change by a user: what runs of another revision ends. */
  readonly revision: string;
}

export const Pipe = defineResource<PipeState>()({
  service: "pipes",
  type: "pipe",
  key: ({ name }) => [name],
  arn: (pipe, place) => pipeArn(place, pipe.name),
  named: (input, place) => {
    if (typeof input.Name === "string") return pipeArn(place, input.Name);
    return typeof input.resourceArn === "string" ? input.resourceArn : undefined;
  },
  tags: ({ tags }) => tags,
  cached: true,
});

/** How far pipes have come in their streams' shards. */
export const PipeCheckpoint = checkpoints("pipes");

export function pipeArn({ region, account }: Place, name: string): string {
  return `arn:aws:pipes:${region}:${account}:pipe/${name}`;
}

/** Wakes what runs of a pipe. */
export function pipeTopic(id: string): string {
  return `pipes.${id}`;
}

export async function openPipe(tx: Transaction, name: string): Promise<PipeState> {
  const pipe = await tx.get(Pipe, name);
  if (pipe === undefined) throw notFound(name);
  return pipe;
}

/** A pipe that may be changed: none whose last change is still under way. */
export async function changeablePipe(tx: Transaction, name: string): Promise<PipeState> {
  const pipe = await openPipe(tx, name);
  if (!/ING$/.test(pipe.current) || pipe.current === "RUNNING") return pipe;
  throw conflict(name, `Pipe ${name} cannot be changed while it is ${pipe.current}.`);
}

/** As most operations answer it. */
export function summary(pipe: PipeState, place: Place) {
  return {
    Arn: pipeArn(place, pipe.name),
    Name: pipe.name,
    CurrentState: pipe.current,
    CreationTime: pipe.createdAt,
    LastModifiedTime: pipe.modifiedAt,
  };
}
