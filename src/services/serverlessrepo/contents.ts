// What a look at a template shows: its parameters, the capabilities that it needs,
// the applications that it nests, and the objects in S3 that it is made of.

import { TemplateError } from "../../lang/template/error.ts";
import { parseTemplate } from "../../lang/template/parse.ts";
import { references } from "../../lang/template/references.ts";
import { readTemplate } from "../../lang/template/template.ts";
import { type Fields, isFields, type Value } from "../../lang/template/value.ts";
import type { Capability, ParameterDefinition } from "../../model/generated/serverlessrepo.d.ts";
import { badRequest } from "./model.ts";

export interface Dependency {
  readonly applicationId: string;
  readonly semanticVersion: string;
}

export interface Contents {
  readonly parameters: readonly ParameterDefinition[];
  readonly capabilities: readonly Capability[];
  readonly dependencies: readonly Dependency[];
  readonly types: readonly string[];
}

const named: Readonly<Record<string, string>> = {
  "AWS::IAM::Group": "GroupName",
  "AWS::IAM::InstanceProfile": "InstanceProfileName",
  "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
  "AWS::IAM::Role": "RoleName",
  "AWS::IAM::User": "UserName",
};

const resourcePolicies = new Set([
  "AWS::ApplicationAutoScaling::ScalingPolicy",
  "AWS::IAM::Policy",
  "AWS::Lambda::Permission",
  "AWS::S3::BucketPolicy",
  "AWS::SNS::TopicPolicy",
  "AWS::SQS::QueuePolicy",
]);

const serverless = "AWS::Serverless-2016-10-31";

export async function readTemplateText(text: string): Promise<Fields> {
  try {
    const template = await parseTemplate(text);
    if (!isFields(template) || !isFields(template.Resources))
      throw badRequest("Invalid template: it has no Resources.");
    return template;
  } catch (error) {
    if (error instanceof TemplateError) throw badRequest(`Invalid template: ${error.message}`);
    throw error;
  }
}

export async function contentsOf(template: Fields, region: string): Promise<Contents> {
  const written = await writtenOut(template, region);
  const resources = resourcesOf(written);
  const dependencies = dependenciesOf(template);
  const capabilities = new Set<Capability>();
  for (const [, type, properties] of resources) {
    if (type === "AWS::IAM::Policy" || named[type] !== undefined)
      capabilities.add(
        properties[named[type] ?? ""] === undefined ? "CAPABILITY_IAM" : "CAPABILITY_NAMED_IAM",
      );
    if (resourcePolicies.has(type)) capabilities.add("CAPABILITY_RESOURCE_POLICY");
  }
  if (capabilities.has("CAPABILITY_NAMED_IAM")) capabilities.delete("CAPABILITY_IAM");
  if (resources.some(([, type]) => type === "AWS::CloudFormation::Stack") || dependencies.length > 0)
    capabilities.add("CAPABILITY_AUTO_EXPAND");
  return {
    parameters: parametersOf(template),
    capabilities: [...capabilities].sort(),
    dependencies,
    types: [...new Set(resources.map(([, type]) => type))].sort(),
  };
}

function resourcesOf(template: Fields): readonly (readonly [string, string, Fields])[] {
  return Object.entries(isFields(template.Resources) ? template.Resources : {}).map(([id, resource]) => {
    const { Type, Properties }: Fields = isFields(resource) ? resource : {};
    return [id, String(Type), isFields(Properties) ? Properties : {}];
  });
}

/** A template that only its parameters' values complete stays as it is. */
async function writtenOut(template: Fields, region: string): Promise<Fields> {
  if (![template.Transform].flat().includes(serverless)) return template;
  const { expandServerless } = await import("../../lang/sam/transform.ts");
  try {
    return expandServerless(template, { parameters: {}, region, applications: () => "https://s3/a/b" });
  } catch (error) {
    if (error instanceof TemplateError) return template;
    throw error;
  }
}

function dependenciesOf(template: Fields): readonly Dependency[] {
  const found = new Map<string, Dependency>();
  for (const [, type, { Location }] of resourcesOf(template)) {
    if (type !== "AWS::Serverless::Application" || !isFields(Location)) continue;
    const { ApplicationId, SemanticVersion } = Location;
    if (typeof ApplicationId !== "string" || typeof SemanticVersion !== "string") continue;
    found.set(`${ApplicationId} ${SemanticVersion}`, {
      applicationId: ApplicationId,
      semanticVersion: SemanticVersion,
    });
  }
  return [...found.values()];
}

function parametersOf(template: Fields): readonly ParameterDefinition[] {
  let declared: ReturnType<typeof readTemplate>["parameters"];
  try {
    declared = readTemplate(template).parameters;
  } catch (error) {
    if (error instanceof TemplateError) throw badRequest(`Invalid template: ${error.message}`);
    throw error;
  }
  const users = new Map<string, string[]>();
  for (const [id, , properties] of resourcesOf(template)) {
    for (const name of new Set(references(properties, undefined).map((each) => each.name)))
      users.set(name, [...(users.get(name) ?? []), id]);
  }
  return [...declared.values()].map((each) => ({
    AllowedPattern: each.allowedPattern,
    AllowedValues: each.allowedValues ?? [],
    ConstraintDescription: each.constraintDescription,
    DefaultValue: each.defaultValue,
    Description: each.description,
    MaxLength: each.maximumLength,
    MaxValue: each.maximumValue,
    MinLength: each.minimumLength,
    MinValue: each.minimumValue,
    Name: each.name,
    NoEcho: each.noEcho,
    ReferencedByResources: users.get(each.name) ?? [],
    Type: each.type,
  }));
}

export interface Place {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
}

/** Properties that name an object, and how they spell it. */
const artifacts: Readonly<Record<string, readonly [string, string, string, string]>> = {
  "AWS::Lambda::Function": ["Code", "S3Bucket", "S3Key", "S3ObjectVersion"],
  "AWS::Lambda::LayerVersion": ["Content", "S3Bucket", "S3Key", "S3ObjectVersion"],
  "AWS::Serverless::Api": ["DefinitionUri", "Bucket", "Key", "Version"],
  "AWS::Serverless::Function": ["CodeUri", "Bucket", "Key", "Version"],
  "AWS::Serverless::HttpApi": ["DefinitionUri", "Bucket", "Key", "Version"],
  "AWS::Serverless::LayerVersion": ["ContentUri", "Bucket", "Key", "Version"],
  "AWS::Serverless::StateMachine": ["DefinitionUri", "Bucket", "Key", "Version"],
};

/** The template with each object that it names elsewhere; `move` tells where, and may be asked twice for one. */
export async function withArtifacts(
  template: Fields,
  move: (place: Place, path: string) => Promise<Place>,
): Promise<Fields> {
  const resources: Record<string, Value> = { ...(template.Resources as Fields) };
  for (const [id, type, properties] of resourcesOf(template)) {
    const [property, bucket, key, version] = artifacts[type] ?? [];
    if (property === undefined || bucket === undefined || key === undefined) continue;
    const place = placeOf(properties[property], [bucket, key, version ?? ""]);
    if (place === undefined) continue;
    const { Bucket, Key } = await move(place, `${id}.${property}`);
    resources[id] = {
      ...(resources[id] as Fields),
      Properties: { ...properties, [property]: { [bucket]: Bucket, [key]: Key } },
    };
  }
  return { ...template, Resources: resources };
}

function placeOf(
  value: Value | undefined,
  [bucket, key, version]: readonly [string, string, string],
): Place | undefined {
  if (typeof value === "string") {
    const [, Bucket, Key, VersionId] = /^s3:\/\/([^/]+)\/([^?]+)(?:\?versionId=(.*))?$/.exec(value) ?? [];
    if (Bucket === undefined || Key === undefined) return undefined;
    return { Bucket, Key, ...(VersionId === undefined ? {} : { VersionId }) };
  }
  if (!isFields(value)) return undefined;
  const { [bucket]: Bucket, [key]: Key, [version]: VersionId } = value;
  if (typeof Bucket !== "string" || typeof Key !== "string") return undefined;
  return { Bucket, Key, ...(typeof VersionId === "string" ? { VersionId } : {}) };
}
