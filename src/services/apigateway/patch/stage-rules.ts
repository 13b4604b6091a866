// What may be patched of a stage: its own properties, its canary, which can be
// promoted by copying, and the settings of methods by their paths.

import { badRequest } from "../model.ts";
import { patchTable } from "./patch.ts";
import { entry, hold, type PatchRule, type Reader, removable, replaceable } from "./rule.ts";
import { decimal, flag, integer, oneOf, text } from "./value.ts";

/** Throttling as an account has it. */
const accountRate = 10_000;
const accountBurst = 5_000;

const newSettings = {
  metricsEnabled: false,
  loggingLevel: "OFF",
  dataTraceEnabled: false,
  throttlingBurstLimit: accountBurst,
  throttlingRateLimit: accountRate,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
};

const methodSettings: Readonly<Record<string, readonly [keyof typeof newSettings, Reader]>> = {
  "metrics/enabled": ["metricsEnabled", flag],
  "logging/loglevel": ["loggingLevel", oneOf("OFF", "ERROR", "INFO")],
  "logging/dataTrace": ["dataTraceEnabled", flag],
  "throttling/burstLimit": ["throttlingBurstLimit", integer(-1)],
  "throttling/rateLimit": ["throttlingRateLimit", decimal(-1)],
  "caching/enabled": ["cachingEnabled", flag],
  "caching/ttlInSeconds": ["cacheTtlInSeconds", integer(0, 3600)],
  "caching/dataEncrypted": ["cacheDataEncrypted", flag],
  "caching/requireAuthorizationForCacheControl": ["requireAuthorizationForCacheControl", flag],
  "caching/unauthorizedCacheControlHeaderStrategy": [
    "unauthorizedCacheControlHeaderStrategy",
    oneOf("FAIL_WITH_403", "SUCCEED_WITH_RESPONSE_HEADER", "SUCCEED_WITHOUT_RESPONSE_HEADER"),
  ],
};

/** The path of the resource may have its slashes escaped or not; the method stands right before the setting. */
const settingRules: readonly PatchRule[] = Object.entries(methodSettings).map(([path, [name, read]]) => ({
  path: `/<resourcePath>/<httpMethod>/${path}`,
  ops: ["replace"],
  pattern: new RegExp(`^/(.*/(?:[A-Z]+|\\*))/${path}$`),
  edit: (draft, change) => {
    // The key is the pointer as it was sent.
    const key = change.path.slice(1, -path.length - 1);
    draft.methodSettings[key] = { ...newSettings, ...draft.methodSettings[key], [name]: read(change.value) };
  },
}));

const settingsRemoval: PatchRule = {
  path: "/<resourcePath>/<httpMethod>",
  ops: ["remove"],
  pattern: /^\/(.*\/(?:[A-Z]+|\*))$/,
  edit: (draft, { path }) => {
    const key = path.slice(1);
    if (!(key in draft.methodSettings))
      throw badRequest(
        `Cannot remove method setting ${key} because there is no method setting for this method `,
      );
    delete draft.methodSettings[key];
  },
};

/** The deployment, or what the canary serves: its promotion. */
const deploymentId: PatchRule = {
  path: "/deploymentId",
  ops: ["replace", "copy"],
  edit: (draft, { op, value, from }) => {
    if (op === "replace") draft.deploymentId = value;
    else if (from === "/canarySettings/deploymentId" && draft.canarySettings?.deploymentId) {
      draft.deploymentId = draft.canarySettings.deploymentId;
    } else throw badRequest(`Invalid copy source specified: ${from ?? ""}`);
  },
};

/** The variables, with those of the canary over them. */
const promotedVariables: PatchRule = {
  path: "/variables",
  ops: ["copy", "remove"],
  edit: (draft, { op, from }) => {
    if (op === "remove") delete draft.variables;
    else if (from === "/canarySettings/stageVariableOverrides") {
      draft.variables = { ...draft.variables, ...draft.canarySettings?.stageVariableOverrides };
    } else throw badRequest(`Invalid copy source specified: ${from ?? ""}`);
  },
};

function canary(path: string, read: Reader): PatchRule {
  const name = path.slice("/canarySettings/".length);
  return {
    path,
    ops: ["replace"],
    edit: (draft, { value }) => {
      if (draft.canarySettings === undefined) {
        draft.canarySettings = { percentTraffic: 0, useStageCache: false, deploymentId: draft.deploymentId };
      }
      hold(draft, ["canarySettings"])[name] = read(value);
    },
  };
}

const nothing = (value: string): unknown => (value === "" ? undefined : value);

const settingsOf = (prefix: string) =>
  [
    "metrics/enabled, ",
    "logging/dataTrace, ",
    "logging/loglevel, ",
    "throttling/burstLimit",
    "throttling/rateLimit",
    "caching/ttlInSeconds, ",
    "caching/enabled, ",
    "caching/dataEncrypted, ",
    "caching/requireAuthorizationForCacheControl, ",
    "caching/unauthorizedCacheControlHeaderStrategy, ",
  ].map((setting) => `${prefix}/${setting}`);

/** What AWS advises, less commas here and there. */
const advised = [
  "/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, ",
  "/accessLogSettings, /accessLogSettings/destinationArn, /accessLogSettings/format, ",
  ...settingsOf("/{resourcePath}/{httpMethod}"),
  ...settingsOf("/*/*").map((each) => (each.endsWith(", ") ? each : `${each} `)),
  "/variables/{variable_name}, /tracingEnabled",
].join("");

export const stageRules = patchTable(
  [
    deploymentId,
    replaceable("/description", text),
    replaceable("/cacheClusterEnabled", flag),
    replaceable("/cacheClusterSize", oneOf("0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237")),
    replaceable("/clientCertificateId", nothing, ["replace", "remove"]),
    replaceable("/documentationVersion", nothing, ["replace", "remove"]),
    replaceable("/tracingEnabled", flag),
    removable("/accessLogSettings"),
    replaceable("/accessLogSettings/destinationArn", (value) => value.replace(/:\*$/, ""), [
      "add",
      "replace",
    ]),
    replaceable("/accessLogSettings/format", text, ["add", "replace"]),
    removable("/canarySettings"),
    canary("/canarySettings/deploymentId", text),
    canary("/canarySettings/percentTraffic", decimal(0, 100)),
    canary("/canarySettings/useStageCache", flag),
    removable("/canarySettings/stageVariableOverrides"),
    entry("/canarySettings/stageVariableOverrides/<variable_name>", text),
    promotedVariables,
    entry("/variables/<variable_name>", text),
    ...settingRules,
    settingsRemoval,
  ],
  (path) => `Invalid method setting path: ${path}. Must be one of: [${advised}]`,
);
