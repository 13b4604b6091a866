// AWS::CloudFormation::Macro: gives a function a name that templates transform by.

import { defineResourceType } from "../../../core/resource-type.ts";
import { MacroRecord } from "../templates/macro.ts";

interface MacroProperties {
  readonly Name: string;
  readonly FunctionName: string;
  readonly Description?: string;
}

export const macroType = defineResourceType<MacroProperties>({
  type: "AWS::CloudFormation::Macro",
  existing: async ({ Name }, at) => (await at.ctx.atomically((tx) => tx.get(MacroRecord, Name)))?.name,
  create: async ({ Name, FunctionName, Description }, at) => {
    await at.ctx.atomically(async (tx) => {
      tx.put(MacroRecord, { name: Name, functionName: FunctionName, description: Description });
    });
    return { id: Name };
  },
  update: async (_id, { Name, FunctionName, Description }, _before, at) => {
    await at.ctx.atomically(async (tx) => {
      tx.put(MacroRecord, { name: Name, functionName: FunctionName, description: Description });
    });
    return undefined;
  },
  delete: async (id, _properties, at) => {
    await at.ctx.atomically(async (tx) => tx.delete(MacroRecord, id));
  },
});
