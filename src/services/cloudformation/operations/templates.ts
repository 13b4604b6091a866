// What there is to see of templates: a stack's own, or one that is only looked at.

import type { Waiting } from "../../../core/waiting.ts";
import { parseTemplate } from "../../../lang/template/parse.ts";
import { checkReferences } from "../../../lang/template/references.ts";
import { allTransforms, expands, readTemplate, type Template } from "../../../lang/template/template.ts";
import type {
  GetTemplateInput,
  GetTemplateOutput,
  GetTemplateSummaryInput,
  GetTemplateSummaryOutput,
  ValidateTemplateInput,
  ValidateTemplateOutput,
} from "../../../model/generated/cloudformation.d.ts";
import { findChangeSet } from "../change-sets/change-set.ts";
import { pseudoParameters } from "../engine/scope.ts";
import { noSuchStack, validationError } from "../model.ts";
import { openSet } from "../stack-sets/stack-set.ts";
import { findStack, templateOf } from "../stacks/find.ts";
import { stackKey, TemplateRecord } from "../stacks/stack.ts";
import { neededCapabilities } from "../templates/capabilities.ts";
import { templateText } from "../templates/source.ts";
import { asValidation, unknownTypes, unrecognized } from "../templates/target.ts";
import { transform } from "../templates/transform.ts";

export async function getTemplate(input: GetTemplateInput, ctx: Waiting): Promise<GetTemplateOutput> {
  const record = await ctx.atomically(async (tx) => {
    const { ChangeSetName, StackName } = input;
    if (ChangeSetName !== undefined) {
      const set = await findChangeSet(tx, ChangeSetName, StackName);
      return tx.get(TemplateRecord, stackKey(set.stackId), set.target.generation);
    }
    if (StackName === undefined)
      throw validationError("Either StackName or ChangeSetName must be specified.");
    const stack = await findStack(tx, StackName);
    if (stack === undefined) throw noSuchStack(StackName);
    return templateOf(tx, stack);
  });
  if (record === undefined) return {};
  const processed = input.TemplateStage === "Processed" && record.transformed;
  return {
    TemplateBody: processed ? JSON.stringify(record.processed) : record.original,
    StagesAvailable: ["Original", "Processed"],
  };
}

/** The template that is asked about, read as far as it can be without values for its parameters. */
async function looked(
  ctx: Waiting,
  text: string,
  transformed: boolean,
): Promise<{ template: Template; transforms: readonly string[]; expanding: boolean }> {
  return asValidation(async () => {
    const parsed = await parseTemplate(text);
    const transforms = allTransforms(parsed);
    const { processed } = transformed ? await transform(ctx, parsed, {}) : { processed: parsed };
    const template = readTemplate(processed);
    if (transforms.length === 0) checkReferences(template, pseudoParameters);
    return { template, transforms, expanding: expands(parsed) };
  });
}

export async function validateTemplate(
  input: ValidateTemplateInput,
  ctx: Waiting,
): Promise<ValidateTemplateOutput> {
  const text = await templateText(ctx, input);
  if (text === undefined) throw validationError("Either Template URL or Template Body must be specified.");
  const { template, transforms, expanding } = await looked(ctx, text, false);
  const unknown = transforms.length === 0 ? unknownTypes(ctx, template) : [];
  if (unknown.length > 0) throw validationError(unrecognized(unknown));
  const { capabilities, reason } = neededCapabilities(template, expanding);
  return {
    Description: template.description,
    Parameters: [...template.parameters.values()].map((each) => ({
      ParameterKey: each.name,
      DefaultValue: each.defaultValue,
      NoEcho: each.noEcho,
      Description: each.description,
    })),
    ...(capabilities.length > 0 ? { Capabilities: capabilities, CapabilitiesReason: reason } : {}),
    ...(transforms.length > 0 ? { DeclaredTransforms: transforms } : {}),
  };
}

export async function getTemplateSummary(
  input: GetTemplateSummaryInput,
  ctx: Waiting,
): Promise<GetTemplateSummaryOutput> {
  let text = await templateText(ctx, input);
  if (text === undefined) {
    const { StackName, StackSetName } = input;
    if (StackName === undefined && StackSetName === undefined) {
      throw validationError(
        "Exactly one of the following parameters must be specified: StackName, StackSetName, TemplateBody, TemplateURL",
      );
    }
    text = await ctx.atomically(async (tx) => {
      if (StackName === undefined) return (await openSet(tx, StackSetName!)).template;
      const stack = await findStack(tx, StackName);
      if (stack === undefined) throw noSuchStack(StackName);
      return (await templateOf(tx, stack))?.original ?? "{}";
    });
  }
  const { template, transforms, expanding } = await looked(ctx, text, false);
  const unknown = transforms.length === 0 ? unknownTypes(ctx, template) : [];
  if (unknown.length > 0 && input.TemplateSummaryConfig?.TreatUnrecognizedResourceTypesAsWarnings !== true)
    throw validationError(unrecognized(unknown));
  const { capabilities, reason } = neededCapabilities(template, expanding);
  const types = [...new Set([...template.resources.values()].map(({ type }) => type))];
  const summaries = [];
  for (const type of types) {
    const schema = (await ctx.resourceType(type))?.schema;
    if (schema === undefined || schema.identifier.length === 0) continue;
    const ids = [...template.resources.values()].filter((each) => each.type === type);
    summaries.push({
      ResourceType: type,
      LogicalResourceIds: ids.map(({ logicalId }) => logicalId),
      ResourceIdentifiers: schema.identifier,
    });
  }
  return {
    Parameters: [...template.parameters.values()].map((each) => ({
      ParameterKey: each.name,
      DefaultValue: each.defaultValue,
      ParameterType: each.type,
      NoEcho: each.noEcho,
      Description: each.description,
      ParameterConstraints: each.allowedValues === undefined ? {} : { AllowedValues: each.allowedValues },
    })),
    Description: template.description,
    ...(capabilities.length > 0 ? { Capabilities: capabilities, CapabilitiesReason: reason } : {}),
    ResourceTypes: [...template.resources.values()].map(({ type }) => type),
    Version: "2010-09-09",
    Metadata: template.metadata === undefined ? undefined : JSON.stringify(template.metadata),
    ...(transforms.length > 0 ? { DeclaredTransforms: transforms } : {}),
    ResourceIdentifierSummaries: summaries,
    ...(unknown.length > 0 ? { Warnings: { UnrecognizedResourceTypes: unknown } } : {}),
  };
}
