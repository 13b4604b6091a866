// What is gathered while SAM's resources are written out: the plain resources, what
// `Ref` may call them, and the routes that functions and state machines ask of APIs.

import { createHash } from "node:crypto";
import { type Fields, isFields, type Value } from "../template/value.ts";
import type { Route } from "./apis/route.ts";
import { refuse } from "./refusal.ts";

export interface Declared {
  readonly id: string;
  readonly type: string;
  readonly properties: Fields;
  /** The whole resource as given, after `Globals`. */
  readonly resource: Fields;
}

export interface Expansion {
  readonly given: Fields;
  /** What `Globals` gives to each type. */
  readonly globals: Readonly<Record<string, Fields>>;
  /** Every resource of the template with `Globals` in its place. */
  readonly declared: ReadonlyMap<string, Declared>;
  readonly parameters: ReadonlyMap<string, Value>;
  readonly partition: string;
  readonly region: string;
  readonly applications: (id: string, version: string) => string | undefined;
  readonly resources: Record<string, Fields>;
  /** From `MyFunction.Version` to a logical id; a plain `Layer` to its id with the hash. */
  readonly names: Map<string, string>;
  readonly routes: Route[];
  /** Conditions beside those of the template. */
  readonly conditions: Record<string, Fields>;
  /** Epoch seconds, for what is to differ each time. */
  readonly now: number;
}

/** Omits what is undefined. */
export function defined(fields: Readonly<Record<string, Value | undefined>>): Fields {
  const result: Record<string, Value> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) result[name] = value;
  return result;
}

export function pick(fields: Fields, names: readonly string[]): Fields {
  return defined(Object.fromEntries(names.map((name) => [name, fields[name]])));
}

export const ref = (id: string): Fields => ({ Ref: id });
export const attribute = (id: string, name: string): Fields => ({ "Fn::GetAtt": [id, name] });
export const sub = (text: string, names?: Fields): Fields => ({
  "Fn::Sub": names === undefined ? text : [text, names],
});

export function sha1(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}

/** JSON without spaces, its keys in order: what SAM makes hashes of. */
export function sortedJson(value: Value | undefined): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(",")}]`;
  if (!isFields(value)) return ascii(JSON.stringify(value));
  const members = Object.keys(value)
    .sort()
    .map((name) => `${ascii(JSON.stringify(name))}:${sortedJson(value[name])}`);
  return `{${members.join(",")}}`;
}

const ascii = (text: string): string =>
  text.replace(/[\u0080-\uffff]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** A `Ref` to a parameter becomes its value; anything else stays. */
export function resolved(expansion: Expansion, value: Value | undefined): Value | undefined {
  if (!isFields(value) || typeof value.Ref !== "string") return value;
  return expansion.parameters.get(value.Ref) ?? value;
}

export function add(expansion: Expansion, id: string, resource: Fields, condition?: Value): void {
  expansion.resources[id] = condition === undefined ? resource : { ...resource, Condition: condition };
}

/** What a resource says of being kept goes for all that is made of it. */
export function keepAll(expansion: Expansion, { resource }: Declared, before: ReadonlySet<string>): void {
  const kept = pick(resource, ["DeletionPolicy", "UpdateReplacePolicy"]);
  if (Object.keys(kept).length === 0) return;
  for (const [id, made] of Object.entries(expansion.resources)) {
    const shared = id === "CodeDeployServiceRole" || String(made.Type).startsWith("AWS::CodeDeploy::");
    const connected = isFields(made.Metadata) && made.Metadata["aws:sam:connectors"] !== undefined;
    if (!shared && !connected && !before.has(id)) expansion.resources[id] = { ...kept, ...made };
  }
}

const tagged = new Set([
  "AWS::CodeDeploy::Application",
  "AWS::CodeDeploy::DeploymentGroup",
  "AWS::IAM::Role",
  "AWS::S3::Bucket",
  "AWS::SNS::Topic",
  "AWS::SQS::Queue",
]);

/** The tags that a resource hands on to all that is made of it. */
export function propagated({ properties }: Declared): Fields | undefined {
  return properties.PropagateTags === true && isFields(properties.Tags) ? properties.Tags : undefined;
}

/** `before`: the resources as they were; those that are new or changed carry the tags too. */
export function propagateTags(
  expansion: Expansion,
  declared: Declared,
  before: Readonly<Record<string, Fields>>,
): void {
  const tags = propagated(declared);
  if (tags === undefined) return;
  for (const [id, made] of Object.entries(expansion.resources)) {
    if (before[id] === made || !tagged.has(String(made.Type))) continue;
    const properties = isFields(made.Properties) ? made.Properties : {};
    const given: readonly Value[] = Array.isArray(properties.Tags) ? properties.Tags : [];
    const keys = new Set(given.map((each) => (isFields(each) ? each.Key : undefined)));
    const missing = tagsOf(
      undefined,
      Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.has(key))),
    );
    if (missing.length === 0) continue;
    const isOurs = (each: Value): boolean => isFields(each) && String(each.Key).startsWith("sam:Conditional");
    const Tags = [...given.filter((each) => !isOurs(each)), ...missing, ...given.filter(isOurs)];
    expansion.resources[id] = { ...made, Properties: { ...properties, Tags } };
  }
}

/** Attributes that a resource keeps when it becomes plain. */
export function attributesOf(declared: Declared): Fields {
  return pick(declared.resource, [
    "Condition",
    "DependsOn",
    "Metadata",
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "UpdatePolicy",
  ]);
}

export function checkProperties(
  declared: Declared,
  known: readonly string[],
  required: readonly string[] = [],
): void {
  for (const name of Object.keys(declared.properties)) {
    if (!known.includes(name)) refuse(`property ${name} not defined for resource of type ${declared.type}`);
  }
  for (const name of required) {
    if (declared.properties[name] === undefined) refuse(`Missing required property '${name}'.`);
  }
}

/** Tags as a list, after the one that tells who made the resource. */
export function tagsOf(creator: string | undefined, given: Value | undefined): readonly Value[] {
  if (given !== undefined && !isFields(given)) refuse("Property 'Tags' should be a map.");
  const own: readonly Fields[] = creator === undefined ? [] : [{ Key: `${creator}:createdBy`, Value: "SAM" }];
  return [
    ...own,
    ...Object.entries(isFields(given) ? given : {}).map(([Key, value]): Fields => ({ Key, Value: value })),
  ];
}

/** A place in S3 as its parts, under the names that a property wants. */
export function objectOf(
  value: Value | undefined,
  property: string,
  [bucket, key, version]: readonly [string, string, string],
): Fields {
  if (isFields(value) && (value.Bucket !== undefined || value.Key !== undefined)) {
    if (value.Bucket === undefined || value.Key === undefined)
      refuse(`'${property}' requires Bucket and Key properties to be specified.`);
    return defined({ [bucket]: value.Bucket, [key]: value.Key, [version]: value.Version });
  }
  const match = typeof value === "string" ? /^s3:\/\/([^/]+)\/([^?]+)(?:\?(.*))?$/.exec(value) : null;
  if (match === null)
    refuse(
      `'${property}' is not a valid S3 Uri of the form 's3://bucket/key' with optional versionId query parameter.`,
    );
  const id = new URLSearchParams(match[3] ?? "").get("versionId") ?? undefined;
  return defined({ [bucket]: match[1], [key]: match[2], [version]: id });
}
