// GetParameter and GetParameters.

import { Fault } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type {
  GetParameterRequest,
  GetParameterResult,
  GetParametersRequest,
  GetParametersResult,
  Parameter as Shown,
} from "../../../model/generated/ssm.d.ts";
import { parameterNotFound, validation, versionNotFound } from "../model.ts";
import { findParameter, openParameter, selectedVersion } from "../parameters/parameter.ts";
import { foundIn, showParameter } from "../parameters/shown.ts";

export async function getParameter(
  { Name, WithDecryption = false }: GetParameterRequest,
  ctx: Waiting,
): Promise<GetParameterResult> {
  if (Name.startsWith(secretPrefix)) return { Parameter: await secret(ctx, Name, WithDecryption) };
  const found = await ctx.atomically(async (tx) => {
    const open = await openParameter(tx, Name, "GetParameter");
    return foundIn(open, await selectedVersion(open));
  });
  return { Parameter: await showParameter(ctx, found, WithDecryption) };
}

export async function getParameters(
  { Names, WithDecryption = false }: GetParametersRequest,
  ctx: Waiting,
): Promise<GetParametersResult> {
  const Parameters: Shown[] = [];
  const InvalidParameters: string[] = [];
  for (const name of new Set(Names)) {
    const shown = await ifThere(
      name.startsWith(secretPrefix)
        ? secret(ctx, name, WithDecryption)
        : ctx
            .atomically(async (tx) => {
              const open = await findParameter(tx, name, "GetParameters");
              if (open === undefined) throw parameterNotFound();
              return foundIn(open, await selectedVersion(open));
            })
            .then((found) => showParameter(ctx, found, WithDecryption)),
    );
    if (shown === undefined) InvalidParameters.push(name);
    else Parameters.push(shown);
  }
  return { Parameters, InvalidParameters };
}

async function ifThere(shown: Promise<Shown>): Promise<Shown | undefined> {
  try {
    return await shown;
  } catch (error) {
    if (error instanceof Fault && /^Parameter(Version)?NotFound$/.test(error.code)) return undefined;
    throw error;
  }
}

/** Secrets Manager's secrets are read under such names. */
const secretPrefix = "/aws/reference/secretsmanager/";

interface SecretValue {
  readonly ARN?: string;
  readonly SecretString?: string;
  readonly CreatedDate?: number;
}

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html */
async function secret(ctx: Waiting, name: string, decrypt: boolean): Promise<Shown> {
  if (!decrypt) throw validation("WithDecryption flag must be True for retrieving a Secret Manager secret.");
  const [SecretId = "", selector] = name.slice(secretPrefix.length).split(":");
  const input = selector === undefined ? { SecretId } : { SecretId, ...selected(selector) };
  const found = await (
    ctx.callByName("secretsmanager", "GetSecretValue", input) as Promise<SecretValue>
  ).catch((error: unknown) => {
    if (!(error instanceof Fault) || error.code !== "ResourceNotFoundException") throw error;
    throw selector === undefined ? parameterNotFound() : versionNotFound(selector, name);
  });
  const { ARN, SecretString, CreatedDate } = found;
  if (SecretString === undefined) {
    throw validation("Secrets with binary values can't be read through Parameter Store.");
  }
  return {
    Name: name.split(":")[0],
    Type: "SecureString",
    Value: SecretString,
    Version: 0,
    ...(selector !== undefined && { Selector: `:${selector}` }),
    SourceResult: JSON.stringify(found),
    LastModifiedDate: CreatedDate,
    ARN,
  };
}

const selected = (selector: string) =>
  /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(selector) ? { VersionId: selector } : { VersionStage: selector };
