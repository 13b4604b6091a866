// AWS::Serverless::SimpleTable: a table with a key of one attribute.

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

const types: Readonly<Record<string, string>> = { String: "S", Number: "N", Binary: "B" };

export function expandSimpleTable(expansion: Expansion, declared: Declared): void {
  const { id, properties } = declared;
  checkProperties(declared, [
    "PointInTimeRecoverySpecification",
    "PrimaryKey",
    "ProvisionedThroughput",
    "SSESpecification",
    "TableName",
    "Tags",
  ]);
  const key = properties.PrimaryKey;
  if (key !== undefined && !isFields(key)) refuse("Property 'PrimaryKey' should be a map.");
  const { Name = "id", Type = "String" } = isFields(key) ? key : {};
  if (isFields(key) && key.Type === undefined) refuse("Property 'PrimaryKey.Type' is required.");
  const type = typeof Type === "string" ? types[Type] : undefined;
  if (type === undefined) refuse(`Invalid 'Type' "${String(Type)}".`);
  add(expansion, id, {
    Type: "AWS::DynamoDB::Table",
    ...attributesOf(declared),
    Properties: defined({
      AttributeDefinitions: [{ AttributeName: Name, AttributeType: type }],
      KeySchema: [{ AttributeName: Name, KeyType: "HASH" }],
      BillingMode: properties.ProvisionedThroughput === undefined ? "PAY_PER_REQUEST" : undefined,
      ...pick(properties, [
        "ProvisionedThroughput",
        "TableName",
        "SSESpecification",
        "PointInTimeRecoverySpecification",
      ]),
      Tags: properties.Tags === undefined ? undefined : tagsOf(undefined, properties.Tags),
    }),
  });
}
