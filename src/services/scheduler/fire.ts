// Firing: one stored run for the next moment of every schedule. Those that are
// due together are delivered together.

import { defineJob } from "../../core/job.ts";
import type { Aim, TargetFailure, TargetOutcome } from "../../core/target.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { Waiting } from "../../core/waiting.ts";
import type { Target } from "../../model/generated/scheduler.d.ts";
import { deadLetter } from "./dead-letter.ts";
import { inputOf } from "./input.ts";
import { nextMoment, ScheduleRecord, type ScheduleRecordState, scheduleArn } from "./schedule.ts";

/** A moment of a schedule that has come, or is to be tried again. */
export interface Firing {
  readonly groupName: string;
  readonly name: string;
  readonly edition: string;
  /** The moment as scheduled, without the flexible window. */
  readonly at: number;
}

interface Retry extends Firing {
  readonly executionId: string;
  /** Attempts that failed. */
  readonly failures: number;
  readonly firstAt: number;
  /** The schedule may be gone by now. */
  readonly target: Target;
}

export interface Attempt extends Retry {
  readonly aim: Aim;
}

const defaultRetries = 185;
const defaultAgeSeconds = 86_400;
const longestWait = 480_000;

export const fireSchedules = defineJob<Firing>({ name: "scheduler.fire", run: { together: fire } });
export const retryTargets = defineJob<Retry>({ name: "scheduler.retry", run: { together: retry } });

/** A run that is later than this was held up by more than work. */
const patience = 30_000;

/** Milliseconds by which a moment may be put off. */
function windowOf({ window }: ScheduleRecordState): number {
  return window.Mode === "FLEXIBLE" ? (window.MaximumWindowInMinutes ?? 0) * 60_000 : 0;
}

const firingId = ({ groupName, name }: { readonly groupName: string; readonly name: string }): string =>
  `${groupName}/${name}`;

/** Stores the run for the schedule's next moment; false where there is none. */
export function scheduleNext(tx: Transaction, schedule: ScheduleRecordState, after: number): boolean {
  const { groupName, name, edition } = schedule;
  const at = schedule.state === "ENABLED" ? nextMoment(schedule, after) : undefined;
  if (at === undefined) {
    tx.cancel(fireSchedules, firingId(schedule));
    return false;
  }
  const delay = Math.floor(tx.ids.fraction() * windowOf(schedule));
  tx.enqueue(fireSchedules, { groupName, name, edition, at }, { at: at + delay, id: firingId(schedule) });
  return true;
}

export function unschedule(tx: Transaction, schedule: ScheduleRecordState): void {
  tx.cancel(fireSchedules, firingId(schedule));
}

async function fire(firings: readonly Readonly<Firing>[], ctx: Waiting): Promise<void> {
  const attempts = await ctx.atomically(async (tx) => {
    const found: Attempt[] = [];
    for (const firing of firings) {
      const schedule = await tx.get(ScheduleRecord, firing.groupName, firing.name);
      if (schedule === undefined || schedule.edition !== firing.edition) continue;
      const { target } = schedule;
      found.push(
        attempt(tx, { ...firing, target, executionId: tx.ids.uuid(), failures: 0, firstAt: tx.now }),
      );
    }
    return found;
  });
  await deliver(attempts, ctx, true);
}

async function retry(retries: readonly Readonly<Retry>[], ctx: Waiting): Promise<void> {
  await deliver(
    retries.map((each) => attempt(ctx, each)),
    ctx,
    false,
  );
}

function attempt(place: { readonly account: string; readonly region: string }, given: Retry): Attempt {
  const { target } = given;
  const sourceArn = scheduleArn(place, given);
  const {
    SqsParameters,
    KinesisParameters,
    EcsParameters,
    EventBridgeParameters,
    SageMakerPipelineParameters,
  } = target;
  const parameters = Object.fromEntries(
    Object.entries({
      SqsParameters,
      KinesisParameters,
      EcsParameters,
      EventBridgeParameters,
      SageMakerPipelineParameters,
    }).filter(([, value]) => value !== undefined),
  );
  const aim: Aim = {
    arn: target.Arn,
    input: inputOf(place, given, sourceArn),
    roleArn: target.RoleArn,
    source: "scheduler.amazonaws.com",
    sourceArn,
    parameters,
  };
  return { ...given, aim };
}

async function deliver(attempts: readonly Attempt[], ctx: Waiting, first: boolean): Promise<void> {
  const outcomes = await ctx.deliver(attempts.map(({ aim }) => aim));
  const letters = await ctx.atomically(async (tx) => {
    const dead: Aim[] = [];
    for (const [at, each] of attempts.entries()) {
      dead.push(...settle(tx, each, outcomes[at]!));
      if (first) await goOn(tx, each);
    }
    return dead;
  });
  if (letters.length > 0) await ctx.deliver(letters);
}

/**
 * Each moment has a window of its own, though they may overlap; moments that
 * passed while nothing ran are one. A schedule with none left may be removed.
 */
async function goOn(tx: Transaction, { groupName, name, edition, at }: Firing): Promise<void> {
  const schedule = await tx.get(ScheduleRecord, groupName, name);
  if (schedule === undefined || schedule.edition !== edition) return;
  const missed = tx.now > at + windowOf(schedule) + patience;
  if (scheduleNext(tx, schedule, missed ? tx.now : at)) return;
  if (schedule.actionAfterCompletion === "DELETE") tx.delete(ScheduleRecord, groupName, name);
}

/** Stores the next try of what failed; where there is none, returns the dead letter. */
function settle(tx: Transaction, attempt: Attempt, { failure }: TargetOutcome): readonly Aim[] {
  if (failure === undefined) return [];
  const { aim: _aim, ...given } = attempt;
  const { target, failures, firstAt } = given;
  const { MaximumRetryAttempts = defaultRetries, MaximumEventAgeInSeconds = defaultAgeSeconds } =
    target.RetryPolicy ?? {};
  const at = tx.now + Math.min(1000 * 2 ** failures, longestWait);
  const exhausted = exhaustion(
    failure,
    failures >= MaximumRetryAttempts,
    at > firstAt + MaximumEventAgeInSeconds * 1000,
  );
  if (exhausted !== undefined) return deadLetter(attempt, failure, exhausted);
  tx.enqueue(retryTargets, { ...given, failures: failures + 1 }, { at });
  return [];
}

export type Exhaustion = "NotRetryable" | "MaximumRetryAttempts" | "MaximumEventAgeInSeconds";

function exhaustion(failure: TargetFailure, often: boolean, old: boolean): Exhaustion | undefined {
  if (!failure.passing) return "NotRetryable";
  if (often) return "MaximumRetryAttempts";
  return old ? "MaximumEventAgeInSeconds" : undefined;
}
