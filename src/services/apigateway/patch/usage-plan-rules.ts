// What may be patched of a usage plan: its limits, and the stages it covers,
// each with limits of its own for methods.

import { badRequest } from "../model.ts";
import { patchTable, unescapePointer } from "./patch.ts";
import { type Draft, hold, type PatchRule, type Reader, removable, replaceable } from "./rule.ts";
import { decimal, integer, oneOf, text } from "./value.ts";

/** `<api id>:<stage>`, added and removed by value. */
const apiStages: PatchRule = {
  path: "/apiStages",
  ops: ["add", "remove"],
  edit: (draft, { op, value }) => {
    const [apiId, stage, ...rest] = value.split(":");
    if (!apiId || !stage || rest.length > 0) throw badRequest("Invalid API Stage specified");
    const others = draft.apiStages.filter((each: Draft) => each.apiId !== apiId || each.stage !== stage);
    if (op === "remove" && others.length === draft.apiStages.length) {
      throw badRequest("Invalid API Stage specified");
    }
    draft.apiStages = op === "add" ? [...others, { apiId, stage }] : others;
  },
};

function stageOf(draft: Draft, name: string): Draft {
  const found = draft.apiStages.find((each: Draft) => `${each.apiId}:${each.stage}` === name);
  if (found === undefined) throw badRequest("Invalid API Stage specified");
  return found;
}

/** The method as it is kept, however its path was escaped: `/pets/GET`. */
function methodKey(text: string): string {
  const path = unescapePointer(text);
  return path.startsWith("/") ? path : `/${path}`;
}

const methodThrottle = (setting: "rateLimit" | "burstLimit", read: Reader): PatchRule => ({
  path: `/apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>/${setting}`,
  ops: ["add", "replace"],
  pattern: new RegExp(`^/apiStages/([^/]+)/throttle/(.+/(?:[A-Z]+|\\*))/${setting}$`),
  edit: (draft, { path, value, names }) => {
    const raw = path.split("/throttle/")[1]!.slice(0, -setting.length - 1);
    hold(stageOf(draft, names[0]!), ["throttle", methodKey(raw)])[setting] = read(value);
  },
});

const methodThrottleRemoval: PatchRule = {
  path: "/apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>",
  ops: ["remove"],
  pattern: /^\/apiStages\/([^/]+)\/throttle\/(.+\/(?:[A-Z]+|\*))$/,
  edit: (draft, { path, names }) => {
    const stage = stageOf(draft, names[0]!);
    if (stage.throttle !== undefined) delete stage.throttle[methodKey(path.split("/throttle/")[1]!)];
  },
};

const stageThrottleRemoval: PatchRule = {
  path: "/apiStages/<apidId:stageName>/throttle",
  ops: ["remove"],
  edit: (draft, { names }) => {
    delete stageOf(draft, names[0]!).throttle;
  },
};

export const usagePlanRules = patchTable([
  replaceable("/name", text),
  replaceable("/description", text),
  apiStages,
  removable("/quota"),
  removable("/throttle"),
  replaceable("/productCode", text, ["add", "replace", "remove"]),
  replaceable("/quota/limit", integer(0), ["add", "replace"]),
  replaceable("/quota/offset", integer(0), ["add", "replace"]),
  replaceable("/quota/period", oneOf("DAY", "WEEK", "MONTH"), ["add", "replace"]),
  replaceable("/throttle/rateLimit", decimal(0), ["add", "replace"]),
  replaceable("/throttle/burstLimit", integer(0), ["add", "replace"]),
  methodThrottle("rateLimit", decimal(0)),
  methodThrottle("burstLimit", integer(0)),
  methodThrottleRemoval,
  stageThrottleRemoval,
]);
