// From an application to a stack: a template to deploy, or a change set made of it.

import { Fault } from "../../../core/fault.ts";
import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Capability, Cloudformation } from "../../../model/generated/cloudformation.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { type ApplicationState, applicationName, openApplication } from "../application.ts";
import { badRequest, type Input, isoTime, notFound, type Output } from "../model.ts";
import { shelfUrl } from "../shelf.ts";
import { Template, type TemplateState, templateLife } from "../template.ts";
import { openVersion, type VersionState } from "../version.ts";

const cloudformation = modelOf<Cloudformation>("cloudformation");

export const forgetTemplate = defineJob<{ readonly application: string; readonly id: string }>({
  name: "serverlessrepo.forgetTemplate",
  run: async ({ application, id }, tx) => tx.delete(Template, application, id),
});

/** How long a template that has expired can still be asked for. */
const remembered = 24 * 3_600_000;

export async function createCloudFormationTemplate(
  { ApplicationId, SemanticVersion }: Input<"CreateCloudFormationTemplate">,
  tx: Transaction,
): Promise<Output<"CreateCloudFormationTemplate">> {
  const { application, tx: there } = await openApplication(tx, ApplicationId, "CreateCloudFormationTemplate");
  const version = await openVersion(there, application, SemanticVersion);
  const template: TemplateState = {
    application: application.name,
    id: tx.ids.uuid(),
    version: version.version,
    createdAt: tx.now,
  };
  there.put(Template, template);
  there.enqueue(
    forgetTemplate,
    { application: application.name, id: template.id },
    { at: tx.now + templateLife + remembered },
  );
  return shown(tx, application, version, template);
}

export async function getCloudFormationTemplate(
  { ApplicationId, TemplateId }: Input<"GetCloudFormationTemplate">,
  tx: Transaction,
): Promise<Output<"GetCloudFormationTemplate">> {
  const { application, tx: there } = await openApplication(tx, ApplicationId, "GetCloudFormationTemplate");
  const template = await openTemplate(there, application, TemplateId);
  return shown(tx, application, await openVersion(there, application, template.version), template);
}

async function openTemplate(
  tx: Transaction,
  { name, arn }: ApplicationState,
  id: string,
): Promise<TemplateState> {
  const template = await tx.get(Template, name, id);
  if (template === undefined) throw notFound(`Template ${id} of application ${arn} does not exist.`);
  return template;
}

const isOver = ({ createdAt }: TemplateState, now: number): boolean => now >= createdAt + templateLife;

function shown(tx: Transaction, { arn }: ApplicationState, version: VersionState, template: TemplateState) {
  return {
    ApplicationId: arn,
    CreationTime: isoTime(template.createdAt),
    ExpirationTime: isoTime(template.createdAt + templateLife),
    SemanticVersion: version.version,
    Status: isOver(template, tx.now) ? ("EXPIRED" as const) : ("ACTIVE" as const),
    TemplateId: template.id,
    TemplateUrl: shelfUrl(tx, applicationName(arn).region, version.templateKey),
  };
}

export async function createCloudFormationChangeSet(
  input: Input<"CreateCloudFormationChangeSet">,
  ctx: Waiting,
): Promise<Output<"CreateCloudFormationChangeSet">> {
  const { ApplicationId, TemplateId } = input;
  const { application, version } = await ctx.atomically(async (tx) => {
    const opened = await openApplication(tx, ApplicationId, "CreateCloudFormationChangeSet");
    const template =
      TemplateId === undefined ? undefined : await openTemplate(opened.tx, opened.application, TemplateId);
    if (template !== undefined && isOver(template, tx.now))
      throw badRequest(`Template ${template.id} has expired.`);
    const wanted = template?.version ?? input.SemanticVersion;
    return {
      application: opened.application,
      version: await openVersion(opened.tx, opened.application, wanted),
    };
  });
  const given = input.Capabilities ?? [];
  const missing = version.capabilities.filter(
    (each) => !given.includes(each) && !(each === "CAPABILITY_IAM" && given.includes("CAPABILITY_NAMED_IAM")),
  );
  if (missing.length > 0) throw badRequest(`Requires capabilities : [${missing.join(", ")}]`);
  // What AWS calls the stacks of applications.
  const StackName = `serverlessrepo-${input.StackName}`;
  const set = await ctx.call(cloudformation, "CreateChangeSet", {
    StackName,
    ChangeSetName: input.ChangeSetName ?? `a${ctx.ids.uuid()}`,
    ChangeSetType: (await exists(ctx, StackName)) ? "UPDATE" : "CREATE",
    TemplateURL: shelfUrl(ctx, applicationName(application.arn).region, version.templateKey),
    Capabilities: given.filter((each): each is Capability => each !== "CAPABILITY_RESOURCE_POLICY"),
    ClientToken: input.ClientToken,
    Description: input.Description,
    NotificationARNs: input.NotificationArns,
    Parameters: input.ParameterOverrides?.map(({ Name, Value }) => ({
      ParameterKey: Name,
      ParameterValue: Value,
    })),
    ResourceTypes: input.ResourceTypes,
    RollbackConfiguration: input.RollbackConfiguration,
    Tags: [
      ...(input.Tags ?? []),
      { Key: "serverlessrepo:applicationId", Value: application.arn },
      { Key: "serverlessrepo:semanticVersion", Value: version.version },
    ],
  });
  return {
    ApplicationId: application.arn,
    ChangeSetId: set.Id,
    SemanticVersion: version.version,
    StackId: set.StackId,
  };
}

async function exists(ctx: Waiting, StackName: string): Promise<boolean> {
  try {
    const { Stacks = [] } = await ctx.call(cloudformation, "DescribeStacks", { StackName });
    return Stacks.some(({ StackStatus }) => StackStatus !== "REVIEW_IN_PROGRESS");
  } catch (error) {
    if (error instanceof Fault && error.code === "ValidationError") return false;
    throw error;
  }
}
