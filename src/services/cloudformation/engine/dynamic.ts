// Looks up dynamic references (`{{resolve:ssm:...}}`) as the stack's caller.

import type { Waiting } from "../../../core/waiting.ts";
import {
  type DynamicReference,
  dynamicReferences,
  withResolved,
} from "../../../lang/template/dynamic-reference.ts";
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
  return parameterStoreValue(ctx, version === undefined ? name : `${name}:${version}`, service, text);
}

export async function parameterStoreValue(
  ctx: Waiting,
  name: string,
  service: "ssm" | "ssm-secure" = "ssm",
  text = name,
): Promise<string> {
  const { Parameter } = (await ctx.callByName("ssm", "GetParameter", {
    Name: name,
    ...(service === "ssm-secure" ? { WithDecryption: true } : {}),
  })) as { readonly Parameter?: { readonly Value?: string } };
  if (Parameter?.Value === undefined) throw new Failure(`Parameter ${text} has no value.`);
  return Parameter.Value;
}

function jsonMember(text: string, key: string): string | undefined {
  try {
    const value = (JSON.parse(text) as Readonly<Record<string, unknown>>)[key];
    return value === undefined ? undefined : typeof value === "string" ? value : JSON.stringify(value);
  } catch {
    return undefined;
  }
}
