// CreateApplication and CreateApplicationVersion: a template is looked at, what it
// is made of is put onto the shelf, and then all becomes known at once.

import { objectOf } from "../../../base/object-address.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { Application, type ApplicationState, applicationArn, openApplication } from "../application.ts";
import { contentsOf, readTemplateText, withArtifacts } from "../contents.ts";
import { checkDetails } from "../details.ts";
import { badRequest, conflict, type Input, type Output } from "../model.ts";
import { clearShelf, copy, keep, textOf } from "../shelf.ts";
import { shownApplication, shownVersion } from "../shown.ts";
import { checkSemanticVersion, findVersion, Version, type VersionState } from "../version.ts";

export async function createApplication(
  input: Input<"CreateApplication">,
  ctx: Waiting,
): Promise<Output<"CreateApplication">> {
  checkDetails(input);
  const { Name, SemanticVersion, SpdxLicenseId } = input;
  const arn = applicationArn(ctx, Name);
  const taken = async (): Promise<boolean> =>
    (await ctx.atomically((tx) => tx.get(Application, Name))) !== undefined;
  const exists = (): Error => conflict(`Application with id ${arn} already exists.`);
  // Told before anything is copied, and once more when it is written.
  if (await taken()) throw exists();
  const hasTemplate = input.TemplateBody !== undefined || input.TemplateUrl !== undefined;
  if ((SemanticVersion !== undefined) !== hasTemplate)
    throw badRequest("SemanticVersion and a template must be given together.");
  const path = `${ctx.account}/${Name}/${ctx.ids.uuid()}`;
  const licenseKey = await shelved(ctx, `${path}/license`, input.LicenseBody, input.LicenseUrl);
  const readmeKey = await shelved(ctx, `${path}/readme`, input.ReadmeBody, input.ReadmeUrl);
  const version =
    SemanticVersion === undefined ? undefined : await prepare(ctx, Name, { ...input, SemanticVersion });
  const application: ApplicationState = {
    name: Name,
    arn,
    author: input.Author,
    description: input.Description,
    createdAt: ctx.now(),
    homePageUrl: input.HomePageUrl,
    labels: input.Labels,
    spdxLicenseId: SpdxLicenseId,
    licenseKey,
    readmeKey,
    statements: [],
  };
  await ctx.atomically(async (tx) => {
    if ((await tx.get(Application, Name)) !== undefined) throw exists();
    tx.put(Application, application);
    if (version !== undefined) tx.put(Version, version);
  });
  return shownApplication(ctx, application, version);
}

export async function createApplicationVersion(
  input: Input<"CreateApplicationVersion">,
  ctx: Waiting,
): Promise<Output<"CreateApplicationVersion">> {
  const { ApplicationId, SemanticVersion } = input;
  const { application } = await ctx.atomically(async (tx) => {
    const opened = await openApplication(tx, ApplicationId, "owner");
    checkSemanticVersion(SemanticVersion);
    if ((await findVersion(opened.tx, opened.application.name, SemanticVersion)) !== undefined)
      throw exists(ApplicationId, SemanticVersion);
    return { application: opened.application };
  });
  const version = await prepare(ctx, application.name, input);
  await ctx.atomically(async (tx) => {
    const there = await openApplication(tx, ApplicationId, "owner");
    if ((await findVersion(there.tx, application.name, SemanticVersion)) !== undefined)
      throw exists(ApplicationId, SemanticVersion);
    there.tx.put(Version, version);
  });
  return shownVersion(ctx, application, version);
}

const exists = (id: string, version: string): Error =>
  conflict(`Version ${version} of application ${id} already exists.`);

interface Publication {
  readonly SemanticVersion: string;
  readonly SourceCodeArchiveUrl?: string | undefined;
  readonly SourceCodeUrl?: string | undefined;
  readonly TemplateBody?: string | undefined;
  readonly TemplateUrl?: string | undefined;
}

/** All of a version, its objects on the shelf; what fails later leaves them there unnamed. */
async function prepare(ctx: Waiting, name: string, given: Publication): Promise<VersionState> {
  const { SemanticVersion, TemplateBody, TemplateUrl } = given;
  checkSemanticVersion(SemanticVersion);
  if (TemplateBody !== undefined && TemplateUrl !== undefined)
    throw badRequest("Only one of TemplateBody and TemplateUrl can be given.");
  const text =
    TemplateBody ?? (TemplateUrl === undefined ? undefined : await textOf(ctx, TemplateUrl, "TemplateUrl"));
  if (text === undefined) throw badRequest("TemplateBody or TemplateUrl must be given.");
  const template = await readTemplateText(text);
  const { types, ...contents } = await contentsOf(template, ctx.region);
  const path = `${ctx.account}/${name}/${SemanticVersion}/${ctx.ids.uuid()}`;
  const keys: string[] = [];
  const shelf = async (key: string): Promise<string> => {
    keys.push(key);
    return key;
  };
  const moved = await withArtifacts(template, async (place, part) =>
    copy(ctx, ctx.region, place, await shelf(`${path}/${part}`)),
  );
  const templateKey = await shelf(`${path}/template.json`);
  await keep(ctx, ctx.region, templateKey, Buffer.from(JSON.stringify(moved, undefined, 2)));
  const archive = given.SourceCodeArchiveUrl;
  return {
    ...contents,
    supported: types.every((type) => type.startsWith("Custom::") || ctx.resourceTypes.includes(type)),
    application: name,
    version: SemanticVersion,
    createdAt: ctx.now(),
    sourceCodeUrl: given.SourceCodeUrl,
    sourceCodeArchiveUrl: archive,
    templateKey,
    keys,
  };
}

/** The key of a text that is given, or of a copy of the object that is. */
async function shelved(
  ctx: Waiting,
  key: string,
  body: string | undefined,
  url: string | undefined,
): Promise<string | undefined> {
  if (body !== undefined && url !== undefined) throw badRequest("Only one of a body and a URL can be given.");
  if (body !== undefined) await keep(ctx, ctx.region, key, Buffer.from(body));
  else if (url !== undefined) {
    const place = objectOf(url, ctx.endpoint);
    if (place === undefined) throw badRequest(`'${url}' is not the URL of an object in S3.`);
    await copy(ctx, ctx.region, place, key);
  } else return undefined;
  return key;
}

export async function updateApplication(
  input: Input<"UpdateApplication">,
  ctx: Waiting,
): Promise<Output<"UpdateApplication">> {
  checkDetails(input);
  const { ApplicationId } = input;
  const before = await ctx.atomically((tx) => openApplication(tx, ApplicationId, "owner"));
  const path = `${ctx.account}/${before.application.name}/${ctx.ids.uuid()}`;
  const readmeKey = await shelved(ctx, `${path}/readme`, input.ReadmeBody, input.ReadmeUrl);
  const application = await ctx.atomically(async (tx) => {
    const opened = await openApplication(tx, ApplicationId, "owner");
    const was = opened.application;
    const changed: ApplicationState = {
      ...was,
      author: input.Author ?? was.author,
      description: input.Description ?? was.description,
      homePageUrl: input.HomePageUrl ?? was.homePageUrl,
      labels: input.Labels ?? was.labels,
      readmeKey: readmeKey ?? was.readmeKey,
    };
    if (readmeKey !== undefined && was.readmeKey !== undefined)
      opened.tx.enqueue(clearShelf, { keys: [was.readmeKey] });
    opened.tx.put(Application, changed);
    return changed;
  });
  return shownApplication(ctx, application, undefined);
}
