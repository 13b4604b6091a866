// Delivery: what an event's matching left behind, brought to the targets. Many
// events are delivered together, and what fails is tried again until its
// target's retry policy gives up.

import { defineJob } from "../../../core/job.ts";
import { type Aim, type TargetFailure, type TargetOutcome, targetArn } from "../../../core/target.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { CompiledRule, RuleSet } from "../rules/rule-set.ts";
import { ruleSetOf } from "../rules/rule-set.ts";
import { type CompiledTarget, EventInHand } from "./compiled-target.ts";
import { deadLetter } from "./dead-letter.ts";

/** One event and the rules it matched, or one target of one rule to be tried again. */
export interface Delivery {
  readonly busName: string;
  readonly event: string;
  /** Epoch milliseconds. */
  readonly ingestedAt: number;
  readonly rules: readonly string[];
  readonly traceHeader?: string | undefined;
  /** It came from another bus. */
  readonly forwarded?: boolean;
  readonly retry?: Retry;
}

interface Retry {
  readonly targetId: string;
  /** Retries so far, this one included. */
  readonly attempts: number;
}

/** An aim, and all that is needed should it fail. */
export interface Attempt {
  readonly aim: Aim;
  readonly delivery: Delivery;
  readonly rule: CompiledRule;
  readonly target: CompiledTarget;
}

const defaultRetries = 185;
const defaultAgeSeconds = 86_400;
/** So that the default number of retries fills the default age. */
const longestWait = 480_000;

export const deliverEvents = defineJob<Delivery>({
  name: "events.deliver",
  run: { together: deliver },
});

async function deliver(deliveries: readonly Readonly<Delivery>[], ctx: Waiting): Promise<void> {
  const sets = await ruleSets(deliveries, ctx);
  const attempts = deliveries.flatMap((delivery) => attemptsOf(delivery, sets.get(delivery.busName)));
  const outcomes = await deliverAll(attempts, ctx);
  const failed = outcomes.flatMap(({ failure }, at) =>
    failure === undefined ? [] : [{ attempt: attempts[at]!, failure }],
  );
  if (failed.length === 0) return;
  const letters = await ctx.atomically(async (tx) =>
    failed.flatMap(({ attempt, failure }) => retryOrGiveUp(tx, attempt, failure)),
  );
  if (letters.length > 0) await ctx.deliver(letters);
}

/** What came from one bus goes to no third: so there are no circles. */
async function deliverAll(attempts: readonly Attempt[], ctx: Waiting): Promise<readonly TargetOutcome[]> {
  const refused = attempts.map((attempt) => thirdHop(attempt));
  if (refused.every((each) => each === undefined)) return ctx.deliver(attempts.map(({ aim }) => aim));
  const rest = attempts.filter((_attempt, at) => refused[at] === undefined);
  const outcomes = [...(await ctx.deliver(rest.map(({ aim }) => aim)))];
  return refused.map((failure) => (failure === undefined ? outcomes.shift()! : { failure }));
}

function thirdHop({ aim, delivery, rule }: Attempt): TargetFailure | undefined {
  if (delivery.forwarded !== true || !/^arn:[^:]+:events:[^:]*:[^:]*:event-bus\//.test(aim.arn))
    return undefined;
  const [there, here] = [targetArn(aim.arn), targetArn(rule.rule.arn)];
  const otherRegion = there.account === here.account && there.region !== here.region;
  return {
    code: otherRegion ? "THIRD_REGION_HOP_DETECTED" : "THIRD_ACCOUNT_HOP_DETECTED",
    message: "An event that came from another event bus is not sent to a third one.",
    passing: false,
  };
}

function ruleSets(
  deliveries: readonly Delivery[],
  ctx: Waiting,
): Promise<ReadonlyMap<string, RuleSet | undefined>> {
  const names = [...new Set(deliveries.map(({ busName }) => busName))];
  return ctx.atomically(async (tx) => {
    const sets = new Map<string, RuleSet | undefined>();
    for (const name of names) sets.set(name, await ruleSetOf(tx, name));
    return sets;
  });
}

/** A rule or a target that was removed meanwhile receives nothing more. */
function attemptsOf(delivery: Delivery, set: RuleSet | undefined): readonly Attempt[] {
  const event = new EventInHand(delivery.event, delivery.ingestedAt);
  return delivery.rules.flatMap((name) => {
    const rule = set?.rules.get(name);
    if (rule === undefined) return [];
    const all = [...rule.targets.values()];
    const { retry } = delivery;
    const targets = retry === undefined ? all : all.filter((each) => each.target.Id === retry.targetId);
    return targets.map((target) => ({ aim: aimAt(target, rule, event, delivery), delivery, rule, target }));
  });
}

function aimAt(
  compiled: CompiledTarget,
  { rule }: CompiledRule,
  event: EventInHand,
  { traceHeader }: Delivery,
): Aim {
  const { target } = compiled;
  return {
    arn: target.Arn,
    input: compiled.input(event, rule),
    roleArn: target.RoleArn,
    source: "events.amazonaws.com",
    sourceArn: rule.arn,
    parameters: compiled.parameters(event),
    traceHeader,
  };
}

/** Stores the next try; where there is none, returns the dead letter that is left to send, if any. */
function retryOrGiveUp(tx: Transaction, attempt: Attempt, failure: TargetFailure): readonly Aim[] {
  const { delivery, rule, target } = attempt;
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds } = target.target.RetryPolicy ?? {};
  const attempts = delivery.retry?.attempts ?? 0;
  const at = tx.now + Math.min(1000 * 2 ** attempts, longestWait);
  const exhausted = !failure.passing
    ? undefined
    : attempts >= (MaximumRetryAttempts ?? defaultRetries)
      ? "MaximumRetryAttempts"
      : at > delivery.ingestedAt + (MaximumEventAgeInSeconds ?? defaultAgeSeconds) * 1000
        ? "MaximumEventAgeInSeconds"
        : "none";
  if (exhausted !== "none") {
    return deadLetter(attempt, failure, { condition: exhausted, attempts });
  }
  const retry = { targetId: target.target.Id, attempts: attempts + 1 };
  tx.enqueue(deliverEvents, { ...delivery, rules: [rule.rule.name], retry }, { at });
  return [];
}
