// PutParameter.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { PutParameterRequest, PutParameterResult } from "../../../model/generated/ssm.d.ts";
import { ssm, validation } from "../model.ts";
import { tellChange } from "../parameters/event.ts";
import { type NextVersion, nextVersion } from "../parameters/given.ts";
import { checkNewName, parameterArn, readReference } from "../parameters/name.ts";
import {
  asEarlier,
  EarlierVersion,
  labelsOf,
  Parameter,
  type ParameterState,
} from "../parameters/parameter.ts";
import { seal } from "../parameters/secure.ts";
import { withTags } from "../parameters/tags.ts";
import { schedulePolicies } from "../policies/apply.ts";
import { defaultTierOf } from "./service-setting.ts";

const mostVersions = 100;

export async function putParameter(input: PutParameterRequest, ctx: Waiting): Promise<PutParameterResult> {
  if (input.Overwrite === true && (input.Tags ?? []).length > 0) {
    throw validation(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
  }
  if (input.Value === "") throw validation("Parameter value can't be empty.");
  // A look first: nothing is encrypted for a request that is refused.
  const { next, name } = await ctx.atomically((tx) => nextOf(tx, input));
  const value =
    next.type === "SecureString"
      ? await seal(ctx, parameterArn(name, ctx), next.keyId!, input.Value, next.tier === "Advanced")
      : input.Value;
  return ctx.atomically((tx) => write(tx, input, value));
}

async function nextOf(tx: Transaction, input: PutParameterRequest) {
  const name = await nameOf(tx, input.Name);
  const existing = await tx.get(Parameter, name);
  if (existing === undefined) checkNewName(name);
  const next: NextVersion = nextVersion(input, name, existing, await defaultTierOf(tx), tx.now);
  return { name, existing, next };
}

/** An ARN means what is there, or else the name with a slash. */
async function nameOf(tx: Transaction, given: string): Promise<string> {
  if (!given.startsWith("arn:")) return given;
  const { names, account } = readReference(given, tx);
  if (account !== undefined || names.length === 0) {
    throw fault(ssm, "AccessDeniedException", `${given} is not a parameter of this account and Region.`, {
      status: 400,
    });
  }
  for (const name of names) if ((await tx.get(Parameter, name)) !== undefined) return name;
  return names.at(-1)!;
}

async function write(
  tx: Transaction,
  input: PutParameterRequest,
  value: string,
): Promise<PutParameterResult> {
  const { existing, next } = await nextOf(tx, input);
  const { account, region } = tx;
  const made = { ...next, value, modifiedAt: tx.now, modifiedBy: tx.principal.arn };
  const parameter: ParameterState =
    existing === undefined
      ? { ...made, account, region, version: 1, oldestVersion: 1, labels: {}, tags: withTags({}, input.Tags) }
      : { ...withoutOldest(tx, existing), ...made, version: existing.version + 1 };
  if (existing !== undefined) tx.put(EarlierVersion, asEarlier(existing));
  tx.put(Parameter, parameter);
  schedulePolicies(tx, parameter);
  tellChange(tx, existing === undefined ? "Create" : "Update", parameter);
  return { Version: parameter.version, Tier: parameter.tier };
}

/** Makes room for one more version. */
function withoutOldest(tx: Transaction, parameter: ParameterState): ParameterState {
  const { name, version, oldestVersion } = parameter;
  if (version - oldestVersion + 1 < mostVersions) return parameter;
  if (labelsOf(parameter, oldestVersion).length > 0) {
    throw fault(
      ssm,
      "ParameterMaxVersionLimitExceeded",
      `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${oldestVersion}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`,
    );
  }
  tx.delete(EarlierVersion, name, oldestVersion);
  return { ...parameter, oldestVersion: oldestVersion + 1 };
}
