// A stack's outputs and exports, evaluated when all its resources stand.

import type { Transaction } from "../../../core/transaction.ts";
import { TemplateError } from "../../../lang/template/error.ts";
import { references } from "../../../lang/template/references.ts";
import { isKnown } from "../../../lang/template/value.ts";
import { ExportRecord, ImportRecord, type StackOutput, type StackState } from "../stacks/stack.ts";
import { resolveDynamic } from "./dynamic.ts";
import type { Run } from "./run-context.ts";
import type { StackScope } from "./scope.ts";

export async function outputsOf(
  run: Run,
  { template, evaluator: self }: StackScope,
): Promise<readonly StackOutput[]> {
  const outputs: StackOutput[] = [];
  for (const output of template.outputs.values()) {
    if (output.condition !== undefined && !self.condition(output.condition)) continue;
    const value = self.evaluate(output.value);
    if (!isKnown(value)) {
      const [missing] = references(output.value, self.condition).filter(
        ({ attribute }) => attribute !== undefined,
      );
      throw new TemplateError(
        missing === undefined
          ? `Template error: output ${output.name} needs what is not known`
          : `Template error: resource ${missing.name} does not support attribute type ${missing.attribute} in Fn::GetAtt`,
      );
    }
    if (typeof value === "object" || typeof value === "symbol")
      throw new TemplateError(
        `Template format error: Output ${output.name} is malformed. The Value field of every Outputs member must evaluate to a String.`,
      );
    const description = output.description === undefined ? undefined : String(output.description);
    const exportName = output.exportName === undefined ? undefined : self.evaluate(output.exportName);
    outputs.push({
      name: output.name,
      value: await resolveDynamic(run.acting, String(value)),
      description,
      exportName: exportName === undefined ? undefined : String(exportName),
    });
  }
  return outputs;
}

/** Stores what the stack exports and imports now, in place of what it did; fails where a name is taken or in use. */
export async function putOutputs(
  tx: Transaction,
  stack: StackState,
  outputs: readonly StackOutput[],
  imports: readonly string[],
): Promise<StackState> {
  for (const { exportName, value } of stack.outputs) {
    if (exportName === undefined) continue;
    const fresh = outputs.find((each) => each.exportName === exportName);
    if (fresh?.value === value) continue;
    const user = await userOf(tx, exportName);
    if (user !== undefined && user !== stack.name) {
      throw new TemplateError(
        fresh === undefined
          ? `Export ${exportName} cannot be deleted as it is in use by ${user}`
          : `Export ${exportName} cannot be updated as it is in use by ${user}`,
      );
    }
    if (fresh === undefined) tx.delete(ExportRecord, exportName);
  }
  for (const { exportName, value } of outputs) {
    if (exportName === undefined) continue;
    const taken = await tx.get(ExportRecord, exportName);
    if (taken !== undefined && taken.stackId !== stack.id) {
      const owner = taken.stackId.split("/").at(-2);
      throw new TemplateError(
        `Export with name ${exportName} is already exported by stack ${owner}. Rolling back`,
      );
    }
    tx.put(ExportRecord, { name: exportName, value, stackId: stack.id });
  }
  for (const name of stack.imports) if (!imports.includes(name)) tx.delete(ImportRecord, name, stack.name);
  for (const name of imports) tx.put(ImportRecord, { name, stackName: stack.name });
  return { ...stack, outputs, imports };
}

export async function userOf(tx: Transaction, exportName: string): Promise<string | undefined> {
  const { values } = await tx.list(ImportRecord, { prefix: [exportName], limit: 1 });
  return values[0]?.stackName;
}

/** Takes back everything that a stack exports and imports; fails where something is in use. */
export async function dropOutputs(tx: Transaction, stack: StackState): Promise<void> {
  for (const { exportName } of stack.outputs) {
    if (exportName === undefined) continue;
    const user = await userOf(tx, exportName);
    if (user !== undefined && user !== stack.name)
      throw new TemplateError(`Export ${exportName} cannot be deleted as it is in use by ${user}`);
    tx.delete(ExportRecord, exportName);
  }
  for (const name of stack.imports) tx.delete(ImportRecord, name, stack.name);
}
