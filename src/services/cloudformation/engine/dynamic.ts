// Looks up dynamic references (`{{resolve:ssm:...}}`) as the stack's caller.

import { unlessMissing } from "../../../core/resource-type.ts";
import type { Waiting } from "../../../core/waiting.ts";
import {
  type DynamicReference,
  dynamicReferences,
  withResolved,
} from "../../../lang/template/dynamic-reference.ts";
import { validationError } from "../model.ts";
import { Failure } from "./reason.ts";

export async function resolveDynamic<T>(ctx: Waiting, value: T): Promise<T> {
  const references = dynamicReferences(value);
  if (references.length === 0) return value;
  const resolved = new Map<string, string>();
  for (const each of references) resolved.set(each.text, await lookUp(ctx, each));
  return withResolved(value, resolved) as T;
}

async function lookUp(ctx: Waiting, { service, parts, text }: DynamicReference): Promise<string> {
  if (service === "secretsmanager") {
    const [SecretId = "", , key, VersionStage, VersionId] = parts;
    const found = (await ctx.callByName("secretsmanager", "GetSecretValue", {
      SecretId,
      ...(VersionStage ? { VersionStage } : {}),
      ...(VersionId ? { VersionId } : {}),
    })) as { readonly SecretString?: string };
    const secret = found.SecretString ?? "";
    if (!key) return secret;
    const value = jsonMember(secret, key);
    if (value === undefined)
      throw new Failure(`Could not find a value associated with JSONKey in SecretString`);
    return value;
  }
  const [name = "", version] = parts;
  const parameter = await parameterOf(ctx, version === undefined ? name : `${name}:${version}`, {
    WithDecryption: service === "ssm-secure",
  });
  const shown = `[${text.replace(/^\{\{resolve:|\}\}$/g, "")}]`;
  if (parameter === undefined) throw new Failure(`Parameters: ${shown} cannot be found.`);
  const secure = parameter.Type === "SecureString";
  if (secure && service === "ssm")
    throw new Failure(`Non-secure ssm prefix was used for secure parameter: ${shown}`);
  if (!secure && service === "ssm-secure")
    throw new Failure(`Secure ssm prefix was used for non-secure parameter: ${shown}`);
  return parameter.Value;
}

interface StoredParameter {
  readonly Type: string;
  readonly Value: string;
}

async function parameterOf(
  ctx: Waiting,
  Name: string,
  more: { readonly WithDecryption?: boolean } = {},
): Promise<StoredParameter | undefined> {
  const input = { Name, ...more };
  const found = await unlessMissing(
    ctx.callByName("ssm", "GetParameter", input),
    "ParameterNotFound",
    "ParameterVersionNotFound",
  );
  return (found as { readonly Parameter: StoredParameter } | undefined)?.Parameter;
}

/** What a parameter of the template means whose type is a parameter of Systems Manager. */
export async function parameterStoreValue(ctx: Waiting, name: string): Promise<string> {
  const parameter = await parameterOf(ctx, name);
  if (parameter === undefined)
    throw validationError(`Unable to fetch parameters [${name}] from parameter store for this account.`);
  if (parameter.Type === "SecureString")
    throw validationError(
      `Parameters [${name}] referenced by template have types not supported by CloudFormation.`,
    );
  return parameter.Value;
}

function jsonMember(text: string, key: string): string | undefined {
  try {
    const value = (JSON.parse(text) as Readonly<Record<string, unknown>>)[key];
    return value === undefined ? undefined : typeof value === "string" ? value : JSON.stringify(value);
  } catch {
    return undefined;
  }
}
