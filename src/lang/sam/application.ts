// AWS::Serverless::Application: a nested stack from a template in S3, or from the
// template of an application of the Serverless Application Repository.

import { type Fields, isFields, type Value } from "../template/value.ts";
import {
  add,
  attributesOf,
  checkProperties,
  type Declared,
  defined,
  type Expansion,
  pick,
  tagsOf,
} from "./expansion.ts";
import { refuse } from "./refusal.ts";

export function expandApplication(expansion: Expansion, declared: Declared): void {
  const { id, properties } = declared;
  checkProperties(declared, ["Location", "NotificationARNs", "Parameters", "Tags", "TimeoutInMinutes"]);
  if (properties.Location === undefined) refuse("Resource is missing the required [Location] property.");
  const { url, tags } = locationOf(expansion, properties.Location);
  add(expansion, id, {
    Type: "AWS::CloudFormation::Stack",
    ...attributesOf(declared),
    Properties: defined({
      TemplateURL: url,
      ...pick(properties, ["NotificationARNs", "Parameters", "TimeoutInMinutes"]),
      Tags: [
        ...tagsOf("lambda", properties.Tags).slice(0, 1),
        ...tags,
        ...tagsOf(undefined, properties.Tags),
      ],
    }),
  });
}

/** Where an application of the repository is meant, its id and version; a `Ref` to a parameter as its value. */
export function published(
  location: Value | undefined,
  parameters: ReadonlyMap<string, Value>,
): { readonly id: Value | undefined; readonly version: Value | undefined } | undefined {
  if (!isFields(location) || (location.ApplicationId === undefined && location.SemanticVersion === undefined))
    return undefined;
  const valued = (value: Value | undefined): Value | undefined =>
    isFields(value) && typeof value.Ref === "string" ? parameters.get(value.Ref) : value;
  return { id: valued(location.ApplicationId), version: valued(location.SemanticVersion) };
}

function locationOf(
  { applications, parameters }: Expansion,
  location: Value,
): { readonly url: string; readonly tags: readonly Fields[] } {
  if (typeof location === "string") return { url: location, tags: [] };
  const { id, version } = published(location, parameters) ?? {};
  const checked = (value: Value | undefined, name: string): string => {
    if (value === undefined) refuse(`Resource is missing the required [${name}] property.`);
    if (typeof value !== "string") refuse(`Type of property '${name}' is invalid.`);
    return value;
  };
  const ApplicationId = checked(id, "ApplicationId");
  const SemanticVersion = checked(version, "SemanticVersion");
  const url = applications(ApplicationId, SemanticVersion);
  if (url === undefined)
    refuse(
      `Application ${ApplicationId} of version ${SemanticVersion} could not be found in the repository.`,
    );
  return {
    url,
    tags: [
      { Key: "serverlessrepo:applicationId", Value: ApplicationId },
      { Key: "serverlessrepo:semanticVersion", Value: SemanticVersion },
    ],
  };
}
