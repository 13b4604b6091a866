// Makes one physical resource. The decision, with the token that its name and
// its once-only calls come from, is stored before anything is called; so a crash
// at any point leads to the same resource, not to a second one.

import { creationContext, type ProvidedType, prepare } from "../../../core/provision.ts";
import type { Properties, ResourceContext } from "../../../core/resource-type.ts";
import type { Applied, ResourceState } from "../stacks/stack-resource.ts";
import { Failure } from "./reason.ts";
import { incarnationOf, type Run } from "./run-context.ts";

export interface Making {
  readonly type: ProvidedType;
  /** As the template gives them, resolved. */
  readonly given: Properties;
  /** As events show them. */
  readonly shown: string;
  /** `CREATE` or, for a replacement, `UPDATE`. */
  readonly verb: "CREATE" | "UPDATE";
  /** What the first event says of a replacement. */
  readonly because?: string | undefined;
}

/** The properties that the type's functions are given; fails in AWS's words. */
export function preparedProperties(
  run: Run,
  logicalId: string,
  token: string,
  type: ProvidedType,
  given: Properties,
): Properties {
  const { properties, failures } = prepare(type, given, incarnationOf(run, logicalId, token), run.stack.tags);
  if (failures.length > 0) {
    throw new Failure(
      failures[0]!.startsWith("#")
        ? `Properties validation failed for resource ${logicalId} with message:\n${failures.join("\n")}`
        : failures.join("\n"),
    );
  }
  return properties;
}

/** Resolves with the record as it stands when the resource is made; throws with the record's `current` set where half of it was. */
export async function make(run: Run, record: ResourceState, making: Making): Promise<Applied> {
  const { journal, ctx } = run;
  const { type, verb, shown } = making;
  const { logicalId } = record;
  if (record.attempt?.made !== undefined) return record.attempt.made;
  const token = record.attempt?.token ?? ctx.ids.hex(32);
  const repeated = record.attempt?.begun === true;
  const properties =
    record.attempt?.properties ?? preparedProperties(run, logicalId, token, type, making.given);
  let state: ResourceState = {
    ...record,
    status: `${verb}_IN_PROGRESS`,
    statusReason: making.because,
    changedAt: ctx.now(),
    attempt: { token, properties },
  };
  if (record.attempt === undefined) {
    await journal.write({
      resource: state,
      event: { properties: shown, ...(verb === "CREATE" ? { physicalId: "" } : {}) },
    });
  }
  let made: string | undefined;
  const note = (id: string): void => {
    made = id;
  };
  return run.acting.beside(async (within) => {
    const incarnation = incarnationOf(run, logicalId, token);
    const { at, calls } = creationContext(within, incarnation, repeated, note);
    if (!repeated) {
      await refuseExisting(type, properties, at);
      state = { ...state, attempt: { token, properties, begun: true } };
      await journal.write({ resource: state });
    }
    try {
      const { id, ref, attributes = {} } = await type.definition.create(properties, at);
      const applied = { type: record.type, token, physicalId: id, ref, properties, attributes };
      await journal.write({
        resource: {
          ...state,
          statusReason: "Resource creation Initiated",
          attempt: { token, properties, begun: true, made: applied },
          ...(verb === "CREATE" ? { current: applied } : {}),
        },
        event: { properties: shown, physicalId: id },
        forget: { token, calls: calls() },
      });
      return applied;
    } catch (error) {
      if (made !== undefined && !run.ctx.signal.aborted)
        throw new HalfMade(error, {
          type: record.type,
          token,
          physicalId: made,
          properties,
          attributes: {},
        });
      throw error;
    }
  }, run.stop.signal);
}

/** A creation that failed after its first step: what there is of it is to be removed. */
export class HalfMade extends Error {
  override readonly name = "HalfMade";
  readonly reason: unknown;
  readonly applied: Applied;

  constructor(reason: unknown, applied: Applied) {
    super("Half made");
    this.reason = reason;
    this.applied = applied;
  }
}

async function refuseExisting(
  type: ProvidedType,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  const existing = await type.definition.existing?.(properties, at);
  if (existing === undefined) return;
  throw new Failure(
    `Resource handler returned message: "Resource of type '${type.definition.type}' with identifier '${existing}' already exists." (RequestToken: ${at.ctx.ids.uuid()}, HandlerErrorCode: AlreadyExists)`,
  );
}

/**
 * Of a creation that another operation began and did not end: what it made, if anything. The creation is gone
 * through again, whose calls happen once, until it says what there is.
 */
export async function recover(
  run: Run,
  record: ResourceState,
  type: ProvidedType,
): Promise<Applied | undefined> {
  const { attempt, logicalId } = record;
  if (attempt?.made !== undefined) return attempt.made;
  // A custom resource is known by its answer only.
  if (attempt?.begun !== true || type.definition.open === true) return undefined;
  const { token, properties } = attempt;
  const enough = new AbortController();
  let made: string | undefined;
  const note = (id: string): void => {
    made = id;
    enough.abort();
  };
  try {
    made ??= await run.acting.beside(async (within) => {
      const { at } = creationContext(within, incarnationOf(run, logicalId, token), true, note);
      return (await type.definition.create(properties, at)).id;
    }, enough.signal);
  } catch (error) {
    if (run.ctx.signal.aborted) throw error;
  }
  return made === undefined
    ? undefined
    : { type: record.type, token, physicalId: made, properties, attributes: {} };
}
