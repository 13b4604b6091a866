// The one way of aiming at a target. Rules, schedules, pipes and workflows know
// of a target only its ARN, a role and AWS's parameters; the service that owns
// the ARN says which of its public operations that is.

import { Fault } from "./fault.ts";
import { accident, type Log } from "./log.ts";
import type { Principal } from "./principal.ts";
import { servicePrincipal } from "./principal.ts";
import type { Registry } from "./registry.ts";
import type { Waiting } from "./waiting.ts";

/** What is to arrive, and where. */
export interface Aim {
  readonly arn: string;
  /** The text to deliver, JSON in most cases. */
  readonly input: string;
  /** The delivery happens under this role; without one, as the service that delivers. */
  readonly roleArn?: string | undefined;
  /** Who delivers: `events.amazonaws.com`. */
  readonly source: string;
  /** On whose behalf: the rule's, schedule's or pipe's ARN. */
  readonly sourceArn: string;
  /** AWS's own, by AWS's names: `SqsParameters`, `KinesisParameters`, `HttpParameters`. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  readonly traceHeader?: string | undefined;
}

/** What came of one aim. Without a failure it has arrived, and `output` is what the target answered. */
export interface TargetOutcome {
  readonly output?: unknown;
  readonly failure?: TargetFailure;
}

export interface TargetFailure {
  readonly code: string;
  readonly message: string;
  /** Trying again may help: the target is throttled or in trouble. */
  readonly passing: boolean;
}

/**
 * A kind of target that a service owns. The context given calls as the role or
 * the service that delivers, at the target's own account and region.
 */
export interface TargetDefinition {
  /** Which ARNs: the service and the resource, up to a final star: `sqs:*`, `states:stateMachine:*`. */
  readonly arns: string;
  /** Delivers one; what it returns is the output, what it throws the failure. */
  readonly send?: (aim: Aim, ctx: Waiting) => Promise<unknown>;
  /** Delivers several, all to one ARN under one role: for services with a batch operation. One outcome for each, in order. */
  readonly sendAll?: (aims: readonly Aim[], ctx: Waiting) => Promise<readonly TargetOutcome[]>;
}

export function defineTarget(target: TargetDefinition): TargetDefinition {
  return target;
}

/** `arn:aws:sqs:us-east-1:123456789012:orders` taken apart; the resource may itself hold colons. */
export function targetArn(arn: string) {
  const [, , service = "", region = "", account = "", ...resource] = arn.split(":");
  return { service, region, account, resource: resource.join(":") };
}

export interface DeliveryServices {
  readonly registry: Registry;
  readonly log: Log;
}

/** Delivers aims of any kind; those of one ARN and role together. Never throws: each has its outcome. */
export async function deliver(
  { registry, log }: DeliveryServices,
  aims: readonly Aim[],
  ctx: Waiting,
): Promise<readonly TargetOutcome[]> {
  const outcomes: TargetOutcome[] = new Array(aims.length);
  const failed = (error: unknown): TargetFailure => failureOf(registry, error, log);
  const groups = new Map<string, number[]>();
  for (const [at, aim] of aims.entries()) {
    const name = `${aim.arn}\n${aim.roleArn ?? ""}\n${aim.source}\n${aim.sourceArn}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [at]);
    else group.push(at);
  }
  await Promise.all(
    [...groups.values()].map(async (positions) => {
      const group = positions.map((at) => aims[at]!);
      const found = await deliverGroup(registry, group, ctx, failed).catch((error: unknown) => {
        const failure = failed(error);
        return group.map(() => ({ failure }));
      });
      for (const [index, at] of positions.entries()) outcomes[at] = found[index] ?? {};
    }),
  );
  return outcomes;
}

async function deliverGroup(
  registry: Registry,
  aims: readonly Aim[],
  ctx: Waiting,
  failed: (error: unknown) => TargetFailure,
): Promise<readonly TargetOutcome[]> {
  const first = aims[0]!;
  const target = await registry.target(first.arn);
  if (target === undefined) {
    const message = `There is no target ${first.arn}: its service is not implemented yet, or nothing can be delivered to it.`;
    return aims.map(() => ({ failure: { code: "NotImplemented", message, passing: false } }));
  }
  const there = contextFor(first, ctx);
  if (target.sendAll !== undefined) return target.sendAll(aims, there);
  return Promise.all(
    aims.map(async (aim): Promise<TargetOutcome> => {
      try {
        return { output: await target.send?.(aim, there) };
      } catch (error) {
        return { failure: failed(error) };
      }
    }),
  );
}

function contextFor(aim: Aim, ctx: Waiting): Waiting {
  const { region, account } = targetArn(aim.arn);
  const caller: Principal = servicePrincipal(aim.source, ctx.account, aim.sourceArn);
  const sessionName = aim.sourceArn.slice(aim.sourceArn.lastIndexOf("/") + 1).slice(0, 64);
  const acting =
    aim.roleArn === undefined ? ctx.as(caller) : ctx.asRole(aim.roleArn, sessionName || "target");
  return acting.at({ account: account || acting.account, region: region || ctx.region });
}

/** How a fault looks to who delivers. */
function failureOf(registry: Registry, error: unknown, log: Log): TargetFailure {
  if (!(error instanceof Fault)) {
    log({ level: "error", event: "delivery", ...accident(error) });
    return {
      code: "InternalFailure",
      message: "The delivery has failed because of an unknown error.",
      passing: true,
    };
  }
  return { code: error.code, message: error.message, passing: isPassing(registry, error) };
}

const passingCodes =
  /Throttl|TooManyRequests|RequestLimitExceeded|ThroughputExceeded|SlowDown|Unavailable|InternalFailure|InternalError|InternalServer/;

function isPassing(registry: Registry, fault: Fault): boolean {
  if (fault.code === "NotImplemented") return false;
  if (passingCodes.test(fault.code)) return true;
  if (fault.status !== undefined) return fault.status >= 500 || fault.status === 429;
  const modelled = registry.loaded(fault.service)?.model.load();
  if (modelled === undefined) return false;
  for (const operation of modelled.operations.values()) {
    const shape = operation.errors.find((each) => (each.error?.code ?? each.name) === fault.code);
    if (shape?.error !== undefined) return shape.error.status >= 500 || shape.error.status === 429;
  }
  return false;
}
