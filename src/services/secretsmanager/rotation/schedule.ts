// When secrets rotate: the rules that users set, and the stored run for the next
// time.

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { parseSchedule } from "../../../lang/schedule/schedule.ts";
import { ScheduleError } from "../../../lang/schedule/schedule-error.ts";
import type { RotationRulesType } from "../../../model/generated/secretsmanager.d.ts";
import { invalidParameter } from "../model.ts";
import { type RotationState, Secret, type SecretState } from "../secrets/secret.ts";
import { saveSecret } from "../secrets/store.ts";
import { current, pending, versionWith, withVersion } from "../secrets/versions.ts";
import { rotate } from "./rotate.ts";

const dayMilliseconds = 86_400_000;
const hourMilliseconds = 3_600_000;
const leastHours = 4;

interface DueRun {
  readonly name: string;
  readonly arn: string;
}

/** A secret whose time has come. */
export const rotateWhenDue = defineJob<DueRun>({ name: "secretsmanager.rotateWhenDue", run: due });

export function checkRules(rules: RotationRulesType | undefined): void {
  if (rules === undefined) return;
  const { AutomaticallyAfterDays: days, ScheduleExpression: expression, Duration: duration } = rules;
  if (days !== undefined && expression !== undefined) {
    throw invalidParameter("You can't specify both ScheduleExpression and AutomaticallyAfterDays.");
  }
  if (duration !== undefined && Number.parseInt(duration, 10) > 24) {
    throw invalidParameter("The rotation window can't be longer than 24 hours.");
  }
  if (expression === undefined) return;
  const schedule = readSchedule(expression);
  const first = schedule.next(0, 0) ?? 0;
  const second = schedule.next(first, 0);
  if (second !== undefined && second - first < leastHours * hourMilliseconds) {
    throw invalidParameter(`A secret can rotate every ${leastHours} hours at most.`);
  }
}

function readSchedule(expression: string) {
  try {
    const schedule = parseSchedule(expression, { anyPlural: true });
    if (schedule.kind !== "at") return schedule;
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
  }
  throw invalidParameter(`Invalid ScheduleExpression: ${expression}`);
}

export function nextRotation(rules: RotationRulesType | undefined, now: number): number | undefined {
  if (rules?.ScheduleExpression !== undefined) return readSchedule(rules.ScheduleExpression).next(now, now);
  if (rules?.AutomaticallyAfterDays === undefined) return undefined;
  return now + rules.AutomaticallyAfterDays * dayMilliseconds;
}

/** Brings the stored run in line with the secret. */
export function scheduleRotation(tx: Transaction, { name, arn, rotation }: SecretState): void {
  if (rotation?.enabled !== true || rotation.nextAt === undefined) tx.cancel(rotateWhenDue, arn);
  else tx.enqueue(rotateWhenDue, { name, arn }, { id: arn, at: rotation.nextAt });
}

export function cancelRotations(tx: Transaction, { arn }: SecretState): void {
  tx.cancel(rotateWhenDue, arn);
  tx.cancel(rotate, arn);
}

async function due({ name, arn }: DueRun, tx: Transaction): Promise<void> {
  const secret = await tx.get(Secret, name);
  const { rotation } = secret ?? {};
  if (secret?.arn !== arn || rotation?.enabled !== true || secret.deletionAt !== undefined) return;
  const next: RotationState = { ...rotation, nextAt: nextRotation(rotation.rules, tx.now) };
  // A rotation that did not come to its end is tried again.
  const unfinished = pendingRotation(secret);
  await startRotation(tx, { ...secret, rotation: next }, unfinished ?? tx.ids.uuid());
}

/** The version that a rotation made and did not finish with. */
export function pendingRotation({ versions }: SecretState): string | undefined {
  const begun = versionWith(versions, pending);
  return begun === undefined || begun.stages.includes(current) ? undefined : begun.id;
}

/** Stores the secret with a version that waits for its value, and has the function called for each step. */
export async function startRotation(tx: Transaction, secret: SecretState, token: string): Promise<void> {
  const version = { id: token, stages: [pending], createdAt: tx.now, kmsKeyId: secret.kmsKeyId };
  const known = secret.versions.find(({ id }) => id === token);
  const rotating = { ...secret, versions: withVersion(secret.versions, known ?? version) };
  await saveSecret(tx, secret, rotating);
  scheduleRotation(tx, rotating);
  const { name, arn } = secret;
  tx.enqueue(rotate, { name, arn, token, step: "createSecret", failures: 0 }, { id: arn });
}
