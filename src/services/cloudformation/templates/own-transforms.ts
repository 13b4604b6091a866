// Transforms that AWS keeps itself, written as pure functions in lang/ and loaded
// when a template first asks for one. What such a function must know of other
// services is asked for here.

import { Fault } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { TemplateError } from "../../../lang/template/error.ts";
import type { Fields } from "../../../lang/template/value.ts";
import type { Serverlessrepo } from "../../../model/generated/serverlessrepo.d.ts";
import { modelOf } from "../../../model/handle.ts";

/** Throws a `TemplateError` whose message begins with `Transform <name> failed with: `. */
export type OwnTransform = (
  ctx: Waiting,
  template: Fields,
  /** As the caller gives them; defaults are in the template. */
  parameters: Readonly<Record<string, string>>,
) => Promise<Fields>;

/** By name. */
export const ownTransforms: Readonly<Record<string, OwnTransform>> = {
  "AWS::Serverless-2016-10-31": serverless,
  "AWS::SecretsManager-2020-07-23": rotations,
  "AWS::SecretsManager-2024-09-16": rotations,
};

/** It only writes out rotation functions that AWS hosts; the resource type refuses those by name. */
async function rotations(_ctx: Waiting, template: Fields): Promise<Fields> {
  return template;
}

const repository = modelOf<Serverlessrepo>("serverlessrepo");

async function serverless(
  ctx: Waiting,
  template: Fields,
  parameters: Readonly<Record<string, string>>,
): Promise<Fields> {
  const { applicationsOf, expandServerless } = await import("../../../lang/sam/transform.ts");
  const input = { parameters, region: ctx.region, now: ctx.now() };
  const addresses = new Map<string, string | undefined>();
  const nameOf = (id: string, version: string): string => `${id} ${version}`;
  for (const { id, version } of applicationsOf(template, input)) {
    if (!addresses.has(nameOf(id, version)))
      addresses.set(nameOf(id, version), await addressOf(ctx, id, version));
  }
  return expandServerless(template, {
    ...input,
    applications: (id, version) => addresses.get(nameOf(id, version)),
  });
}

async function addressOf(
  ctx: Waiting,
  ApplicationId: string,
  SemanticVersion: string,
): Promise<string | undefined> {
  try {
    const made = await ctx.call(repository, "CreateCloudFormationTemplate", {
      ApplicationId,
      SemanticVersion,
    });
    return made.TemplateUrl;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new TemplateError(`Transform AWS::Serverless-2016-10-31 failed with: ${error.message}`);
  }
}
