// Blocks of states: the machine itself, the branches of a Parallel, the
// processor of a Map.

import type { Json } from "../data/scope.ts";
import { type Check, filledText, number, oneOf, text } from "./field.ts";
import { isObject, type Report, type Setting } from "./report.ts";
import { stateCheck } from "./states.ts";
import { type Fields, structure } from "./structure.ts";

const longestName = 80;
const longestTimeout = 99_999_999;

/** States hold blocks, and blocks hold states: what stands below is looked up when it is needed. */
const state = stateCheck((kind) => (value, at, report, setting) => {
  if (kind === "branch") branch(value, at, report, setting);
  else inProcessor(value, at, report, setting);
});

const states: Check = (value, at, report, setting) => {
  if (!isObject(value)) return report.schema(at, "Expected value of type Object");
  if (Object.keys(value).length === 0) report.schema(at, "Object must not be empty");
  for (const [name, definition] of Object.entries(value)) {
    checkName(name, `${at}/${name}`, report, setting);
    state(definition, `${at}/${name}`, report, setting);
  }
};

function checkName(name: string, at: string, report: Report, { names }: Setting): void {
  if (name.length === 0 || name.length > longestName) {
    report.error("INVALID_STATE_NAME", `State name must be 1 to ${longestName} characters long: ${name}`, at);
  }
  if (names.has(name)) report.error("DUPLICATE_STATE_NAME", `Duplicate State name: ${name}`, at);
  names.add(name);
}

const block: Fields = {
  Comment: { check: text },
  StartAt: { check: filledText, required: true },
  States: { check: states, required: true },
};

const processorConfig = structure(
  {
    Mode: { check: oneOf("INLINE", "DISTRIBUTED") },
    ExecutionType: { check: oneOf("STANDARD", "EXPRESS") },
  },
  (value, at, report) => {
    if (value.Mode === "DISTRIBUTED" && value.ExecutionType === undefined) {
      report.schema(at, "These fields are required: [ExecutionType]");
    }
    if (value.Mode !== "DISTRIBUTED" && value.ExecutionType !== undefined) {
      report.schema(`${at}/ExecutionType`, "The field 'ExecutionType' is supported only in DISTRIBUTED mode");
    }
  },
);

const branch = structure(block);
const processor = structure({ ...block, ProcessorConfig: { check: processorConfig } });

/** Items of a distributed map run as executions of the type that its processor names. */
const inProcessor: Check = (value, at, report, setting) =>
  processor(value, at, report, { ...setting, type: typeWithin(value, setting.type) });

function typeWithin(value: Json, type: Setting["type"]): Setting["type"] {
  const config = isObject(value) ? value.ProcessorConfig : undefined;
  const own = isObject(config) ? config.ExecutionType : undefined;
  return own === "EXPRESS" || own === "STANDARD" ? own : type;
}

export const machine = structure({
  ...block,
  Version: { check: text },
  TimeoutSeconds: { check: number(1, longestTimeout) },
  QueryLanguage: { check: oneOf("JSONPath", "JSONata") },
});
