// Brings a stack's resources to what its template says: makes what is missing,
// changes what differs, in the order of what needs what. What leaves the
// template goes at the end, when nothing can fail any more.

import { Fault } from "../../../core/fault.ts";
import { resourceContext } from "../../../core/provision.ts";
import type { Properties } from "../../../core/resource-type.ts";
import { differences, same } from "../../../lang/resource-schema/difference.ts";
import { TemplateError } from "../../../lang/template/error.ts";
import { dependencies, inOrder } from "../../../lang/template/references.ts";
import type { ResourceDeclaration } from "../../../lang/template/template.ts";
import { isFields, isKnown, type Value } from "../../../lang/template/value.ts";
import type { Before, ResourceState } from "../stacks/stack-resource.ts";
import { awaitSignals } from "./creation-policy.ts";
import { resolveDynamic } from "./dynamic.ts";
import { importResource } from "./import.ts";
import { HalfMade, type Making, make, preparedProperties } from "./make.ts";
import { inParallel } from "./parallel.ts";
import { Failure, reasonOf } from "./reason.ts";
import { branch, incarnationOf, type Run, typeOf } from "./run-context.ts";
import { attributesAsked, attributeValue, includedResources, type StackScope } from "./scope.ts";
import { checkStackPolicy } from "./stack-policy.ts";

export interface Deployment {
  readonly failedToCreate: readonly string[];
  readonly failedToImport: readonly string[];
  readonly failedToUpdate: readonly string[];
}

export async function deploy(run: Run, scope: StackScope): Promise<Deployment> {
  const included = includedResources(scope);
  const graph = dependencies(scope.template, included, scope.evaluator.condition);
  inOrder(graph);
  const asked = attributesAsked(
    [
      ...[...included].map((id) => scope.template.resources.get(id)!.properties),
      ...[...scope.template.outputs.values()].map(({ value }) => value),
    ],
    scope.evaluator,
  );
  const failedToCreate: string[] = [];
  const failedToImport: string[] = [];
  const failedToUpdate: string[] = [];
  const work = async (id: string): Promise<boolean> => {
    const declared = scope.template.resources.get(id)!;
    const needs = graph.get(id) ?? [];
    const succeeded = await branch(run, (within) =>
      settle(within, scope, declared, needs, asked.get(id) ?? []),
    );
    const creating = run.journal.resources.get(id)?.before === null;
    const list = id in (run.operation.imports ?? {}) ? failedToImport : failedToCreate;
    if (!succeeded) (creating ? list : failedToUpdate).push(id);
    // What else is under way is cut short: the stack is going back.
    if (!succeeded) run.stop.abort();
    return succeeded;
  };
  await inParallel(graph, work, { stop: () => run.stop.signal.aborted || run.ctx.signal.aborted });
  return { failedToCreate, failedToImport, failedToUpdate };
}

/** Makes or changes one resource; whether it is now as the template says. */
async function settle(
  run: Run,
  scope: StackScope,
  declared: ResourceDeclaration,
  dependsOn: readonly string[],
  asked: readonly string[],
): Promise<boolean> {
  const { journal, ctx, operation } = run;
  const { logicalId } = declared;
  const existing = journal.resources.get(logicalId);
  // A run that was cut off: this one was done already, or had failed, half made maybe.
  if (existing?.operation === operation.id) {
    if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(existing.status)) return true;
    if (/^(CREATE|UPDATE|IMPORT)_FAILED$/.test(existing.status)) return false;
  }
  let record = recordFor(run, scope, declared, dependsOn, existing);
  const creating = record.before === null;
  let shown: string | undefined;
  try {
    const type = await typeOf(ctx, declared.type);
    if (type === undefined)
      throw new Failure(`Template format error: Unrecognized resource types: [${declared.type}]`);
    const value = scope.evaluator.evaluate(declared.properties);
    if (!isKnown(value)) throw new TemplateError(unknownAttribute(declared, scope));
    const given = await resolveDynamic(run.acting, value as Properties);
    const visible = JSON.stringify(
      scope.shown === scope.evaluator ? value : scope.shown.evaluate(declared.properties),
    );
    shown = visible;
    const finish = (done: ResourceState): Promise<boolean> =>
      complete(run, scope, done, declared, asked, visible);
    const taken = creating ? operation.imports?.[logicalId] : undefined;
    if (taken !== undefined) {
      await importResource(run, scope, declared, taken, dependsOn);
      return true;
    }
    if (creating || record.current === undefined) {
      // One that was made already, when the cloud stopped, may still wait for its signals.
      const current =
        record.current ?? (await make(run, record, { type, given, shown: visible, verb: "CREATE" }));
      return await finish({ ...record, current, status: "CREATE_COMPLETE" });
    }
    const { current } = record;
    const after =
      record.attempt?.token === current.token
        ? record.attempt.properties
        : preparedProperties(run, logicalId, current.token, type, given);
    const changes = differences(type.schema, current.properties, after);
    if (changes.length === 0 && record.attempt === undefined && type.definition.alwaysUpdates !== true) {
      if (!sameRecord(existing, record)) await journal.write({ resource: record });
      return true;
    }
    const replaces =
      (type.definition.update === undefined && changes.length > 0) ||
      changes.some(({ requires }) => requires === "Always") ||
      (changes.some(({ requires }) => requires === "Conditionally") &&
        type.definition.replaces?.(after, current.properties) === true);
    await checkStackPolicy(run, record, replaces ? "Update:Replace" : "Update:Modify");
    if (replaces || (record.attempt !== undefined && record.attempt.token !== current.token)) {
      refuseSameName(type.definition.name?.property, given, current.properties);
      const making: Making = { type, given, shown: visible, verb: "UPDATE", because: replacementReason };
      const next = await make(run, record, making);
      const garbage = [...(record.garbage ?? []), current];
      return await finish({ ...record, current: next, garbage, status: "UPDATE_COMPLETE" });
    }
    record = {
      ...record,
      status: "UPDATE_IN_PROGRESS",
      statusReason: undefined,
      changedAt: ctx.now(),
      attempt: { token: current.token, properties: after },
    };
    await journal.write({ resource: record, event: { properties: visible } });
    const incarnation = {
      ...incarnationOf(run, logicalId, current.token),
      updatePolicy: updatePolicyOf(scope, declared),
    };
    const updated = await run.acting.beside(
      (within) =>
        Promise.resolve(
          type.definition.update?.(
            current.physicalId,
            after,
            current.properties,
            resourceContext(within, incarnation),
          ),
        ),
      run.stop.signal,
    );
    const moved = updated?.id !== undefined && updated.id !== current.physicalId;
    return await finish({
      ...record,
      current: {
        ...current,
        properties: after,
        physicalId: updated?.id ?? current.physicalId,
        ref: updated?.ref ?? (moved ? undefined : current.ref),
        attributes: { ...current.attributes, ...updated?.attributes },
      },
      ...(moved ? { garbage: [...(record.garbage ?? []), current] } : {}),
      status: "UPDATE_COMPLETE",
    });
  } catch (error) {
    return failed(run, journal.resources.get(logicalId) ?? record, error, creating, shown);
  }
}

function updatePolicyOf({ evaluator }: StackScope, { updatePolicy }: ResourceDeclaration) {
  const policy = updatePolicy === undefined ? undefined : evaluator.evaluate(updatePolicy);
  return isFields(policy) ? (policy as Properties) : undefined;
}

const replacementReason =
  "Requested update requires the creation of a new physical resource; hence creating one.";

/** The record as this operation takes it up, with what it goes back to. */
function recordFor(
  run: Run,
  scope: StackScope,
  declared: ResourceDeclaration,
  dependsOn: readonly string[],
  existing: ResourceState | undefined,
): ResourceState {
  const { operation, stack, ctx } = run;
  const policy = (value: Value | undefined, otherwise: string): string => {
    const found = value === undefined ? undefined : scope.evaluator.evaluate(value);
    return typeof found === "string" ? found : otherwise;
  };
  const kept = /^AWS::RDS::DBCluster$/.test(declared.type) ? "Snapshot" : "Delete";
  const deletionPolicy = policy(declared.deletionPolicy, kept);
  const fresh = {
    type: declared.type,
    dependsOn,
    deletionPolicy,
    updateReplacePolicy: policy(declared.updateReplacePolicy, "Delete"),
    metadata: declared.metadata === undefined ? undefined : scope.evaluator.evaluate(declared.metadata),
  };
  if (existing === undefined) {
    return {
      stack: stack.id.slice(stack.id.lastIndexOf("/") + 1),
      logicalId: declared.logicalId,
      status: "CREATE_IN_PROGRESS",
      changedAt: ctx.now(),
      ...fresh,
      operation: operation.id,
      before: null,
    };
  }
  if (existing.operation === operation.id) return { ...existing, ...fresh };
  const { current, type, metadata } = existing;
  const before: Before = {
    current,
    type,
    metadata,
    dependsOn: existing.dependsOn,
    deletionPolicy: existing.deletionPolicy,
    updateReplacePolicy: existing.updateReplacePolicy,
  };
  return {
    ...existing,
    ...fresh,
    attempt: undefined,
    operation: operation.id,
    before: current === undefined ? null : before,
  };
}

function sameRecord(a: ResourceState | undefined, b: ResourceState): boolean {
  return (
    a !== undefined &&
    a.deletionPolicy === b.deletionPolicy &&
    a.updateReplacePolicy === b.updateReplacePolicy &&
    same(a.dependsOn, b.dependsOn) &&
    same(a.metadata, b.metadata)
  );
}

function refuseSameName(property: string | undefined, after: Properties, before: Properties): void {
  if (property === undefined || after[property] === undefined || after[property] !== before[property]) return;
  throw new Failure(
    `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${String(after[property])} and update the stack again.`,
  );
}

function unknownAttribute(declared: ResourceDeclaration, { evaluator: self, template }: StackScope): string {
  for (const [name, attributes] of attributesAsked([declared.properties], self)) {
    for (const attribute of attributes) {
      if (!isKnown(self.scope.attribute(name, attribute)))
        return `Template error: resource ${name} does not support attribute type ${attribute} in Fn::GetAtt`;
    }
  }
  void template;
  return `Template error: ${declared.logicalId} needs what is not known`;
}

/** Waits for signals, looks up what attributes others ask for, and stores that it is done. */
async function complete(
  run: Run,
  scope: StackScope,
  done: ResourceState,
  declared: ResourceDeclaration,
  asked: readonly string[],
  shown: string,
): Promise<boolean> {
  const { journal, ctx } = run;
  let record: ResourceState = { ...done, attempt: undefined, statusReason: undefined, changedAt: ctx.now() };
  if (done.status === "CREATE_COMPLETE" && declared.creationPolicy !== undefined)
    await awaitSignals(run, record, scope.evaluator.evaluate(declared.creationPolicy));
  const current = record.current!;
  if (asked.some((name) => attributeValue(current.attributes, name) === undefined)) {
    const type = await typeOf(ctx, record.type);
    const at = resourceContext(run.acting, incarnationOf(run, record.logicalId, current.token));
    const found = await type?.definition.read?.(current.physicalId, at, current.properties);
    if (found !== undefined)
      record = { ...record, current: { ...current, attributes: { ...found, ...current.attributes } } };
  }
  await journal.write({ resource: record, event: { properties: shown } });
  return true;
}

async function failed(
  run: Run,
  record: ResourceState,
  error: unknown,
  creating: boolean,
  shown: string | undefined,
): Promise<boolean> {
  if (run.ctx.signal.aborted) return false;
  const half = error instanceof HalfMade ? error : undefined;
  const why = half === undefined ? error : half.reason;
  const cut = run.stop.signal.aborted && !(why instanceof Fault);
  const reason = cut ? `Resource ${creating ? "creation" : "update"} cancelled` : reasonOf(why, run);
  const taken = record.logicalId in (run.operation.imports ?? {});
  const current = creating ? (half?.applied ?? record.current) : record.current;
  // A replacement that was made, wholly or by half, goes with the rest.
  const surplus = creating ? undefined : (half?.applied ?? record.attempt?.made);
  const garbage = surplus === undefined ? record.garbage : [...(record.garbage ?? []), surplus];
  await run.journal.write({
    resource: {
      ...record,
      current,
      garbage,
      status: creating ? (taken ? "IMPORT_FAILED" : "CREATE_FAILED") : "UPDATE_FAILED",
      statusReason: reason,
      changedAt: run.ctx.now(),
    },
    event: shown === undefined ? {} : { properties: shown },
  });
  return false;
}
