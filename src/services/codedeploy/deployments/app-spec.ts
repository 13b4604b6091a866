// The AppSpec file of a Lambda deployment: which alias moves from which version
// to which, and what is asked before and after.
// https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file.html

import { failure } from "../model.ts";

export interface AppSpec {
  readonly functionName: string;
  readonly alias: string;
  readonly currentVersion: string;
  readonly targetVersion: string;
  /** Functions, by name or ARN. */
  readonly hooks: Readonly<Partial<Record<HookName, string>>>;
}

export type HookName = "BeforeAllowTraffic" | "AfterAllowTraffic";

export const maximumAppSpecBytes = 262_144;

/** Throws `InvalidRevisionException`. */
export async function readAppSpec(text: string): Promise<AppSpec> {
  if (Buffer.byteLength(text) > maximumAppSpecBytes) throw invalid("The AppSpec file is larger than 256 KB");
  const document = await parsed(text);
  if (String(document.version ?? "") !== "0.0" && document.version !== 0) {
    throw invalid("The AppSpec file's version must be 0.0");
  }
  const resources = lowered(document).resources;
  const [first, ...others] = Array.isArray(resources) ? resources : [];
  if (!isObject(first) || others.length > 0) {
    throw invalid("The AppSpec file must contain exactly one resource");
  }
  const [named] = Object.values(first);
  const { type, properties } = lowered(named);
  if (type !== "AWS::Lambda::Function") {
    throw invalid("The AppSpec file's resource must be of the type AWS::Lambda::Function");
  }
  const { name, alias, currentversion, targetversion } = lowered(properties);
  const needed = { Name: name, Alias: alias, CurrentVersion: currentversion, TargetVersion: targetversion };
  for (const [property, value] of Object.entries(needed)) {
    if (typeof value !== "string" && typeof value !== "number") {
      throw invalid(`The AppSpec file is missing the property ${property}`);
    }
  }
  return {
    functionName: String(name),
    alias: String(alias),
    currentVersion: String(currentversion),
    targetVersion: String(targetversion),
    hooks: hooksOf(lowered(document).hooks),
  };
}

function hooksOf(hooks: unknown): AppSpec["hooks"] {
  if (hooks === undefined || hooks === null) return {};
  const all = (Array.isArray(hooks) ? hooks : [hooks]).flatMap((each) => Object.entries(each ?? {}));
  for (const [name, value] of all) {
    if (name !== "BeforeAllowTraffic" && name !== "AfterAllowTraffic") {
      throw invalid(`The AppSpec file's hook ${name} is not one of BeforeAllowTraffic and AfterAllowTraffic`);
    }
    if (typeof value !== "string") throw invalid(`The AppSpec file's hook ${name} must name a function`);
  }
  return Object.fromEntries(all) as AppSpec["hooks"];
}

async function parsed(text: string): Promise<Record<string, unknown>> {
  const { parse } = await import("yaml");
  let document: unknown;
  try {
    // JSON is YAML. Aliases are not needed, and could grow without bounds.
    document = parse(text, { maxAliasCount: 0, version: "1.1", schema: "core" });
  } catch {
    throw invalid("The AppSpec file cannot be parsed");
  }
  if (!isObject(document)) throw invalid("The AppSpec file cannot be parsed");
  return document;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** AWS takes `Resources` and `resources`, `Name` and `name`. */
function lowered(value: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name.toLowerCase(), each]));
}

const invalid = (message: string) => failure("InvalidRevisionException", message);
