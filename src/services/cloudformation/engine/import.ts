// Takes existing resources into a stack: they are read, found to be what the
// template says they are, and from then on the stack's own.

import { prepare, resourceContext } from "../../../core/provision.ts";
import type { Properties } from "../../../core/resource-type.ts";
import { stackKey } from "../stacks/stack.ts";
import type { ResourceState } from "../stacks/stack-resource.ts";
import { Failure } from "./reason.ts";
import { incarnationOf, type Run, typeOf } from "./run-context.ts";
import type { StackScope } from "./scope.ts";

export async function importResources(run: Run, scope: StackScope): Promise<void> {
  const { operation, journal, ctx, stack } = run;
  for (const [logicalId, identifier] of Object.entries(operation.imports ?? {})) {
    if (journal.resources.get(logicalId)?.current !== undefined) continue;
    const declared = scope.template.resources.get(logicalId);
    const type = declared === undefined ? undefined : await typeOf(ctx, declared.type);
    if (declared === undefined || type?.definition.read === undefined)
      throw new Failure(`ResourceTypes [${declared?.type ?? logicalId}] are not supported for Import`);
    const token = ctx.ids.hex(32);
    const incarnation = incarnationOf(run, logicalId, token);
    const given = scope.evaluator.evaluate(declared.properties) as Properties;
    const { properties, failures } = prepare(type, given, incarnation, stack.tags);
    if (failures.length > 0) throw new Failure(failures.join("\n"));
    const physicalId = Object.values(identifier).join("|");
    const found = await type.definition.read(
      physicalId,
      resourceContext(run.acting, incarnation),
      properties,
    );
    if (found === undefined) throw new Failure(`Resource ${physicalId} does not exist`);
    const resource: ResourceState = {
      stack: stackKey(stack.id),
      logicalId,
      type: declared.type,
      status: "IMPORT_COMPLETE",
      statusReason: "Resource import completed",
      changedAt: ctx.now(),
      dependsOn: [],
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
}
