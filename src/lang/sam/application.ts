// AWS::Serverless::Application: a nested stack from a template in S3. An application
// of the repository is told by an id, which is only known when it is asked for.

import { isFields } from "../template/value.ts";
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
  if (isFields(properties.Location) && properties.Location.ApplicationId !== undefined)
    refuse("Cumulet does not implement applications of the Serverless Application Repository yet.");
  if (typeof properties.Location !== "string")
    refuse("Resource is missing the required [ApplicationId] property.");
  add(expansion, id, {
    Type: "AWS::CloudFormation::Stack",
    ...attributesOf(declared),
    Properties: defined({
      TemplateURL: properties.Location,
      ...pick(properties, ["NotificationARNs", "Parameters", "TimeoutInMinutes"]),
      Tags: tagsOf("lambda", properties.Tags),
    }),
  });
}
