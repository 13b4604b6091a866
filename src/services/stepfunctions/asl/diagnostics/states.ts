// Every type of state by its fields, in both query languages.

import { parseTimestamp } from "../data/choice/timestamp.ts";
import type { Json } from "../data/scope.ts";
import { choiceRule } from "./choice.ts";
import { errorFields, wildcardsLast } from "./errors.ts";
import { checkAssign, checkTemplate } from "./expression.ts";
import {
  anything,
  type Check,
  filledText,
  flag,
  number,
  oneOf,
  orExpression,
  path,
  pathlessText,
  pathOrNull,
  referencePath,
  referencePathOrIntrinsic,
  resultPath,
  text,
} from "./field.ts";
import { itemBatcher, itemReader, resultWriter } from "./map.ts";
import { isArray, isObject, type Report, type Setting, type Values } from "./report.ts";
import { taskResource } from "./resource.ts";
import { atMostOne, checkFields, exactlyOne, type Fields, type Group, listOf } from "./structure.ts";

/** Checks a block of states within a state. */
export type BlockCheck = (kind: "branch" | "processor") => Check;

interface StateType {
  readonly fields: Fields;
  readonly groups: readonly Group[];
}

const longest = 99_999_999;
const seconds = orExpression(number(1, longest));
const count = orExpression(number(0, longest));
const timestamp: Check = (value, at, report) => {
  if (parseTimestamp(value) === undefined) report.schema(at, "Value is not a valid timestamp");
};
const items: Check = (value, at, report, setting) => {
  if (isArray(value) || isObject(value) || typeof value === "string")
    checkTemplate(value, at, report, setting);
  else report.schema(at, "Expected value of type Array, Object or a JSONata expression");
};

const base: Fields = {
  Type: { check: text, required: true },
  Comment: { check: text },
  QueryLanguage: { check: oneOf("JSONPath", "JSONata") },
};
const flow: Fields = {
  ...base,
  InputPath: { check: pathOrNull, only: "JSONPath" },
  OutputPath: { check: pathOrNull, only: "JSONPath" },
  Output: { check: checkTemplate, only: "JSONata" },
};
const transition: Fields = {
  ...flow,
  Next: { check: filledText },
  End: { check: flag },
  Assign: { check: checkAssign },
};
const result: Fields = {
  Parameters: { check: checkTemplate, only: "JSONPath" },
  ResultPath: { check: resultPath, only: "JSONPath" },
};
const work: Fields = {
  ...transition,
  ...result,
  ...errorFields,
  ResultSelector: { check: checkTemplate, only: "JSONPath" },
};
const nextOrEnd = exactlyOne("Next", "End");

/** Paths in Result are texts like any other. */
const staticResult: Group = (value, at, report) => {
  if (value.Result !== undefined && /"[^"]*\.\$":|"\$[.[]/.test(JSON.stringify(value.Result))) {
    report.warning(
      "PASS_RESULT_IS_STATIC",
      "The Result of a Pass state is static: a path in it is not applied",
      `${at}/Result`,
    );
  }
};

function heartbeat(value: Values, at: string, report: Report): void {
  const { HeartbeatSeconds, TimeoutSeconds } = value;
  if (
    typeof HeartbeatSeconds === "number" &&
    typeof TimeoutSeconds === "number" &&
    HeartbeatSeconds >= TimeoutSeconds
  ) {
    report.schema(`${at}/HeartbeatSeconds`, "HeartbeatSeconds must be smaller than TimeoutSeconds");
  }
}

const distributedOnly = [
  "ItemReader",
  "ItemBatcher",
  "ResultWriter",
  "Label",
  "ToleratedFailureCount",
  "ToleratedFailureCountPath",
  "ToleratedFailurePercentage",
  "ToleratedFailurePercentagePath",
];

/** Some fields make sense only where each item is an execution of its own. */
const inlineMap: Group = (value, at, report, setting) => {
  const config = isObject(value.ItemProcessor)
    ? (value.ItemProcessor.ProcessorConfig as Json | undefined)
    : undefined;
  if (isObject(config) && config.Mode === "DISTRIBUTED") {
    if (setting.type === "EXPRESS") {
      report.schema(
        `${at}/ItemProcessor/ProcessorConfig/Mode`,
        "Express state machine does not support a distributed Map",
      );
    }
    return;
  }
  for (const name of distributedOnly) {
    if (value[name] === undefined) continue;
    report.schema(`${at}/${name}`, `The field '${name}' is supported only by a Map in DISTRIBUTED mode`);
  }
};

function stateTypes(block: BlockCheck): Readonly<Record<string, StateType>> {
  return {
    Pass: {
      fields: { ...transition, ...result, Result: { check: anything, only: "JSONPath" } },
      groups: [nextOrEnd, staticResult],
    },
    Task: {
      fields: {
        ...work,
        Resource: { check: filledText, required: true },
        Arguments: { check: checkTemplate, only: "JSONata" },
        TimeoutSeconds: { check: seconds },
        TimeoutSecondsPath: { check: referencePath, only: "JSONPath" },
        HeartbeatSeconds: { check: seconds },
        HeartbeatSecondsPath: { check: referencePath, only: "JSONPath" },
        Credentials: { check: checkTemplate },
      },
      groups: [
        nextOrEnd,
        atMostOne("TimeoutSeconds", "TimeoutSecondsPath"),
        atMostOne("HeartbeatSeconds", "HeartbeatSecondsPath"),
        heartbeat,
        wildcardsLast,
        taskResource,
      ],
    },
    Choice: {
      fields: {
        ...flow,
        Choices: { check: listOf(choiceRule), required: true },
        Default: { check: filledText },
        Assign: { check: checkAssign },
      },
      groups: [],
    },
    Wait: {
      fields: {
        ...transition,
        Seconds: { check: count },
        SecondsPath: { check: referencePath, only: "JSONPath" },
        Timestamp: { check: orExpression(timestamp) },
        TimestampPath: { check: referencePath, only: "JSONPath" },
      },
      groups: [nextOrEnd, exactlyOne("Seconds", "SecondsPath", "Timestamp", "TimestampPath")],
    },
    Succeed: { fields: flow, groups: [] },
    Fail: {
      fields: {
        ...base,
        Error: { check: orExpression(pathlessText) },
        ErrorPath: { check: referencePathOrIntrinsic, only: "JSONPath" },
        Cause: { check: orExpression(pathlessText) },
        CausePath: { check: referencePathOrIntrinsic, only: "JSONPath" },
      },
      groups: [atMostOne("Error", "ErrorPath"), atMostOne("Cause", "CausePath")],
    },
    Parallel: {
      fields: {
        ...work,
        Arguments: { check: checkTemplate, only: "JSONata" },
        Branches: { check: listOf(block("branch")), required: true },
      },
      groups: [nextOrEnd, wildcardsLast],
    },
    Map: {
      fields: {
        ...work,
        ItemProcessor: { check: block("processor") },
        Iterator: { check: block("branch") },
        ItemsPath: { check: path, only: "JSONPath" },
        Items: { check: items, only: "JSONata" },
        ItemSelector: { check: checkTemplate },
        MaxConcurrency: { check: count },
        MaxConcurrencyPath: { check: referencePath, only: "JSONPath" },
        ItemReader: { check: itemReader },
        ItemBatcher: { check: itemBatcher },
        ResultWriter: { check: resultWriter },
        Label: { check: label },
        ToleratedFailureCount: { check: count },
        ToleratedFailureCountPath: { check: referencePath, only: "JSONPath" },
        ToleratedFailurePercentage: { check: orExpression(number(0, 100, false)) },
        ToleratedFailurePercentagePath: { check: referencePath, only: "JSONPath" },
      },
      groups: [
        nextOrEnd,
        exactlyOne("ItemProcessor", "Iterator"),
        atMostOne("ItemSelector", "Parameters"),
        atMostOne("MaxConcurrency", "MaxConcurrencyPath"),
        atMostOne("ToleratedFailureCount", "ToleratedFailureCountPath"),
        atMostOne("ToleratedFailurePercentage", "ToleratedFailurePercentagePath"),
        wildcardsLast,
        inlineMap,
      ],
    },
  };
}

/** Part of the names of the map's child executions. */
function label(value: Json, at: string, report: Report): void {
  if (typeof value !== "string") report.schema(at, "Expected value of type String");
  else if (value.length > 40 || !/^[^\s?*<>{}[\]:;,\\|^~$#%&`"]+$/.test(value)) {
    report.schema(
      at,
      "The Label must be 1 to 40 characters, without white space, wildcards, brackets or special characters",
    );
  }
}

export function stateCheck(block: BlockCheck): Check {
  const types = stateTypes(block);
  return (value, at, report, setting) => {
    if (!isObject(value)) return report.schema(at, "Expected value of type Object");
    const type =
      typeof value.Type === "string" && Object.hasOwn(types, value.Type) ? types[value.Type] : undefined;
    if (type === undefined) {
      return value.Type === undefined
        ? report.schema(at, "These fields are required: [Type]")
        : report.schema(
            `${at}/Type`,
            `Value is not one of the allowed values: [${Object.keys(types).join(", ")}]`,
          );
    }
    const own = settingOf(value, at, report, setting);
    checkFields(type.fields, value, at, report, own);
    for (const group of type.groups) group(value, at, report, own);
  };
}

/** A state of a JSONPath machine may choose JSONata, but not the other way round. */
function settingOf(value: Values, at: string, report: Report, setting: Setting): Setting {
  const { QueryLanguage } = value;
  if (QueryLanguage === "JSONPath" && setting.language === "JSONata") {
    report.schema(
      `${at}/QueryLanguage`,
      "'JSONPath' is not allowed where the state machine's QueryLanguage is 'JSONata'",
    );
    return setting;
  }
  return QueryLanguage === "JSONata" ? { ...setting, language: "JSONata" } : setting;
}
