// Retry and Catch.

import { checkAssign, checkTemplate } from "./expression.ts";
import { filledText, number, oneOf, resultPath, text, texts } from "./field.ts";
import { isArray, isObject, type Values } from "./report.ts";
import { type Group, listOf, structure } from "./structure.ts";

const longestInterval = 99_999_999;
const longestDelay = 31_622_400;

const retrier = structure(
  {
    ErrorEquals: { check: texts, required: true },
    IntervalSeconds: { check: number(1, longestInterval) },
    MaxAttempts: { check: number(0, longestInterval) },
    BackoffRate: { check: number(1, Number.MAX_VALUE, false) },
    MaxDelaySeconds: { check: number(1, longestDelay) },
    JitterStrategy: { check: oneOf("FULL", "NONE") },
    Comment: { check: text },
  },
  (value, at, report) => {
    const { IntervalSeconds = 1, MaxDelaySeconds } = value;
    if (MaxDelaySeconds !== undefined && Number(MaxDelaySeconds) <= Number(IntervalSeconds)) {
      report.schema(`${at}/MaxDelaySeconds`, "MaxDelaySeconds must be greater than IntervalSeconds");
    }
  },
);

const catcher = structure({
  ErrorEquals: { check: texts, required: true },
  Next: { check: filledText, required: true },
  ResultPath: { check: resultPath, only: "JSONPath" },
  Output: { check: checkTemplate, only: "JSONata" },
  Assign: { check: checkAssign },
  Comment: { check: text },
});

export const errorFields = {
  Retry: { check: listOf(retrier, 0) },
  Catch: { check: listOf(catcher, 0) },
} as const;

/** States.ALL stands alone, and last. */
export const wildcardsLast: Group = (value, at, report) => {
  for (const name of ["Retry", "Catch"]) {
    const rules = value[name];
    if (!isArray(rules)) continue;
    for (const [index, rule] of rules.entries()) {
      const errors = isObject(rule) ? (rule as Values).ErrorEquals : undefined;
      if (!isArray(errors) || !errors.includes("States.ALL")) continue;
      if (errors.length > 1) {
        report.schema(`${at}/${name}[${index}]/ErrorEquals`, "States.ALL must appear alone");
      } else if (index < rules.length - 1) {
        report.schema(
          `${at}/${name}[${index}]/ErrorEquals`,
          `States.ALL must appear in the last element of ${name}`,
        );
      }
    }
  }
};
