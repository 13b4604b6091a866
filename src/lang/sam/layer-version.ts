// AWS::Serverless::LayerVersion. Its logical id carries a hash of all that was given,
// so that every change makes another version, and references to it are renamed.

import type { Fields } from "../template/value.ts";
import {
  attributesOf,
  checkProperties,
  type Declared,
  defined,
  type Expansion,
  objectOf,
  pick,
  resolved,
  sha1,
  sortedJson,
} from "./expansion.ts";
import { refuse } from "./refusal.ts";

export function expandLayerVersion(expansion: Expansion, declared: Declared): void {
  const { id, properties } = declared;
  const asGiven = ["CompatibleArchitectures", "CompatibleRuntimes", "Description", "LicenseInfo"];
  checkProperties(
    declared,
    [...asGiven, "ContentUri", "LayerName", "PublishLambdaVersion", "RetentionPolicy"],
    ["ContentUri"],
  );
  // A `Ref` to a parameter counts as its value, but where code lies.
  const { ContentUri, ...others } = properties;
  const valued = Object.fromEntries(
    Object.entries(others).map(([name, value]) => [name, resolved(expansion, value) ?? null]),
  );
  const Properties = defined({ ...valued, ContentUri });
  const hashed = `${id}${sha1(sortedJson({ [id]: { ...declared.resource, Properties } })).slice(0, 10)}`;
  expansion.names.set(id, hashed);
  expansion.resources[hashed] = {
    Type: "AWS::Lambda::LayerVersion",
    ...attributesOf(declared),
    DeletionPolicy: retention(expansion, declared),
    Properties: defined({
      Content: objectOf(properties.ContentUri, "ContentUri", ["S3Bucket", "S3Key", "S3ObjectVersion"]),
      LayerName: properties.LayerName ?? id,
      ...pick(properties, asGiven),
    }),
  } as Fields;
}

function retention(expansion: Expansion, declared: Declared): string {
  const given = resolved(expansion, declared.properties.RetentionPolicy);
  if (given === undefined) return "Retain";
  const policy = typeof given === "string" ? given.toLowerCase() : "";
  if (policy === "retain") return "Retain";
  if (policy === "delete") return "Delete";
  refuse(`'RetentionPolicy' must be one of the following options: ['Retain', 'Delete'].`);
}
