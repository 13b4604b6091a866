// Takes an existing resource into a stack, in the order of what needs what: it is
// read, found to be there, and from then on the stack's own.

import { prepare, resourceContext } from "../../../core/provision.ts";
import type { Properties } from "../../../core/resource-type.ts";
import type { ResourceDeclaration } from "../../../lang/template/template.ts";
import { stackKey } from "../stacks/stack.ts";
import type { ResourceState } from "../stacks/stack-resource.ts";
import { Failure } from "./reason.ts";
import { incarnationOf, type Run, typeOf } from "./run-context.ts";
import type { StackScope } from "./scope.ts";

/** Takes one resource over; fails where there is none. */
export async function importResource(
  run: Run,
  scope: StackScope,
  declared: ResourceDeclaration,
  identifier: Readonly<Record<string, string>>,
  dependsOn: readonly string[],
): Promise<void> {
  const { operation, journal, ctx, stack } = run;
  const { logicalId } = declared;
  const type = await typeOf(ctx, declared.type);
  if (type?.definition.read === undefined)
    throw new Failure(`ResourceTypes [${declared.type}] are not supported for Import`);
  const token = ctx.ids.hex(32);
  const incarnation = incarnationOf(run, logicalId, token);
  const given = scope.evaluator.evaluate(declared.properties) as Properties;
  const { properties, failures } = prepare(type, given, incarnation, stack.tags);
  if (failures.length > 0) throw new Failure(failures.join("\n"));
  const physicalId = Object.values(identifier).join("|");
  const at = resourceContext(run.acting, incarnation);
  const found = await type.definition.read(physicalId, at, properties);
  if (found === undefined) throw new Failure(`Resource ${physicalId} does not exist`);
  const resource: ResourceState = {
    stack: stackKey(stack.id),
    logicalId,
    type: declared.type,
    status: "IMPORT_COMPLETE",
    statusReason: "Resource import completed",
    changedAt: ctx.now(),
    dependsOn,
    deletionPolicy: String(declared.deletionPolicy ?? "Delete"),
    updateReplacePolicy: String(declared.updateReplacePolicy ?? "Delete"),
    metadata: declared.metadata,
    operation: operation.id,
    before: null,
    current: { type: declared.type, token, physicalId, properties, attributes: found },
  };
  await journal.write(
    {
      resource: { ...resource, status: "IMPORT_IN_PROGRESS", statusReason: "Resource import started" },
      event: {},
    },
    { resource, event: {} },
  );
}
