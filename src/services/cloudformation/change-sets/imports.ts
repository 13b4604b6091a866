// What a change set that takes existing resources into a stack may not do beside.

import { validationError } from "../model.ts";
import type { StackState } from "../stacks/stack.ts";
import type { Planned } from "../templates/target.ts";
import { changesStack, type FoundChanges } from "./changes.ts";

export function checkImport(
  stack: StackState,
  planned: Planned,
  { changes, scope }: FoundChanges,
  wanted: readonly string[],
): void {
  const names = (ids: readonly string[]): string => `[${ids.join(", ")}]`;
  if (wanted.length === 0)
    throw validationError("ResourcesToImport must be specified for IMPORT change sets");
  const { resources } = scope.template;
  const missing = wanted.filter((id) => !resources.has(id));
  if (missing.length > 0)
    throw validationError(`The resources to import ${names(missing)} are not in the template.`);
  const careless = wanted.filter((id) => resources.get(id)?.deletionPolicy === undefined);
  if (careless.length > 0) {
    throw validationError(
      `The following resources to import ${names(careless)} must have DeletionPolicy attribute specified in the template.`,
    );
  }
  const others = changes.flatMap(({ action, logicalId }) => (action === "Import" ? [] : [logicalId]));
  if (others.length > 0) {
    throw validationError(
      `You have modified resources ${names(others)} in your template that are not being imported. Update, create or delete operations cannot be executed during import operations.`,
    );
  }
  const { target } = planned;
  if (changesStack(stack, { ...planned, target: { ...target, tags: stack.tags } }, scope))
    throw validationError("As part of the import operation, you cannot modify or add [Outputs]");
}
