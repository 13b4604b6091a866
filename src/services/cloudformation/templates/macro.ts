// A macro: a function of somebody's that changes templates, by name.

import { defineResource } from "../../../core/resource.ts";

export interface MacroState {
  readonly name: string;
  readonly functionName: string;
  readonly description?: string | undefined;
}

export const MacroRecord = defineResource<MacroState>()({
  service: "cloudformation",
  type: "macro",
  key: ({ name }) => [name],
});
