// A template taken apart into its sections, each checked for what it may hold.

import { TemplateError } from "./error.ts";
import { type Fields, isFields, type Value } from "./value.ts";

export interface ParameterDeclaration {
  readonly name: string;
  readonly type: string;
  readonly defaultValue?: string | undefined;
  readonly noEcho: boolean;
  readonly description?: string | undefined;
  readonly allowedPattern?: string | undefined;
  readonly allowedValues?: readonly string[] | undefined;
  readonly constraintDescription?: string | undefined;
  readonly minimumLength?: number | undefined;
  readonly maximumLength?: number | undefined;
  readonly minimumValue?: number | undefined;
  readonly maximumValue?: number | undefined;
}

export interface ResourceDeclaration {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Fields;
  readonly metadata?: Value | undefined;
  readonly condition?: string | undefined;
  readonly dependsOn: readonly string[];
  readonly deletionPolicy?: Value | undefined;
  readonly updateReplacePolicy?: Value | undefined;
  readonly creationPolicy?: Value | undefined;
  readonly updatePolicy?: Value | undefined;
}

export interface OutputDeclaration {
  readonly name: string;
  readonly value: Value;
  readonly description?: Value | undefined;
  readonly condition?: string | undefined;
  readonly exportName?: Value | undefined;
}

export interface Template {
  readonly description?: string | undefined;
  readonly metadata?: Value | undefined;
  readonly parameters: ReadonlyMap<string, ParameterDeclaration>;
  readonly mappings: Fields;
  readonly conditions: Fields;
  readonly rules: Fields;
  readonly resources: ReadonlyMap<string, ResourceDeclaration>;
  readonly outputs: ReadonlyMap<string, OutputDeclaration>;
  /** Names of macros, in the order in which they are applied. */
  readonly transforms: readonly string[];
}

const sections = new Set([
  "AWSTemplateFormatVersion",
  "Conditions",
  "Description",
  "Mappings",
  "Metadata",
  "Outputs",
  "Parameters",
  "Resources",
  "Rules",
  "Transform",
  "Hooks",
  "Globals",
]);

const limits = { parameters: 200, mappings: 200, resources: 500, outputs: 200 } as const;

const formatError = (message: string): TemplateError =>
  new TemplateError(`Template format error: ${message}`);

/** The names of the macros that a template asks for. */
export function transformsOf(template: Fields): readonly string[] {
  const given = template.Transform;
  const list = Array.isArray(given) ? given : given === undefined || given === null ? [] : [given];
  return list.map((each) => {
    if (typeof each === "string") return each;
    if (isFields(each) && typeof each.Name === "string") return each.Name;
    throw formatError("Transform must be a string, an object or a list of them");
  });
}

/** The transforms that a template names, for all of it and within it. */
export function allTransforms(template: Fields): readonly string[] {
  const names = new Set(transformsOf(template));
  const visit = (value: Value): void => {
    if (Array.isArray(value)) for (const each of value) visit(each);
    if (!isFields(value)) return;
    for (const [key, each] of Object.entries(value)) {
      if (key !== "Fn::Transform") visit(each);
      else
        for (const called of [each].flat() as Value[])
          if (isFields(called) && typeof called.Name === "string") names.add(called.Name);
    }
  };
  visit(template);
  return [...names];
}

/** Whether what is deployed is another template than the one that was read: that must be acknowledged. */
export function expands(template: Fields): boolean {
  return allTransforms(template).some(
    (name) => name !== "AWS::LanguageExtensions" && name !== "AWS::Include",
  );
}

export function readTemplate(given: Fields): Template {
  const unknown = Object.keys(given).filter((name) => !sections.has(name) && !name.startsWith("Fn::"));
  if (unknown.length > 0)
    throw new TemplateError(`Invalid template property or properties [${unknown.join(", ")}]`);
  const version = given.AWSTemplateFormatVersion;
  if (version !== undefined && version !== "2010-09-09")
    throw formatError("Unsupported AWSTemplateFormatVersion");
  const { Description: description } = given;
  if (description !== undefined && typeof description !== "string")
    throw formatError("Description must be a string");
  if (typeof description === "string" && Buffer.byteLength(description) > 1024)
    throw formatError("Description exceeds 1024 bytes in length");
  const resources = section(given, "Resources");
  if (Object.keys(resources).length === 0)
    throw formatError("At least one Resources member must be defined.");
  const [parameters, mappings, outputs] = [
    section(given, "Parameters"),
    section(given, "Mappings"),
    section(given, "Outputs"),
  ];
  for (const [name, found] of Object.entries({ parameters, mappings, resources, outputs })) {
    const limit = limits[name as keyof typeof limits];
    if (Object.keys(found).length > limit)
      throw formatError(
        `Number of ${name}, ${Object.keys(found).length}, is greater than maximum allowed, ${limit}`,
      );
  }
  return {
    description: description as string | undefined,
    metadata: given.Metadata,
    parameters: read(parameters, "Parameters", parameter),
    mappings,
    conditions: section(given, "Conditions"),
    rules: section(given, "Rules"),
    resources: read(resources, "Resources", resource),
    outputs: read(outputs, "Outputs", output),
    transforms: transformsOf(given),
  };
}

function section(given: Fields, name: string): Fields {
  const found = given[name];
  if (found === undefined || found === null) return {};
  if (!isFields(found)) throw formatError(`[/${name}] expected an object`);
  return found;
}

function read<T>(
  given: Fields,
  name: string,
  each: (id: string, value: Fields) => T,
): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const [id, value] of Object.entries(given)) {
    if (!/^[A-Za-z0-9]+$/.test(id))
      throw formatError(
        name === "Resources"
          ? `Resource name ${id} is non alphanumeric.`
          : `${name.slice(0, -1)} name ${id} is non alphanumeric.`,
      );
    if (!isFields(value)) throw formatError(`[/${name}/${id}] expected an object`);
    found.set(id, each(id, value));
  }
  return found;
}

const parameterProperties = new Set([
  "AllowedPattern",
  "AllowedValues",
  "ConstraintDescription",
  "Default",
  "Description",
  "MaxLength",
  "MaxValue",
  "MinLength",
  "MinValue",
  "NoEcho",
  "Type",
]);

const plainTypes = /^(String|Number|CommaDelimitedList|List<(Number|String)>)$/;
const awsTypes =
  /^(List<)?AWS::(EC2::(AvailabilityZone::Name|Image::Id|Instance::Id|KeyPair::KeyName|SecurityGroup::(GroupName|Id)|Subnet::Id|Volume::Id|VPC::Id)|Route53::HostedZone::Id)>?$/;
const parameterStoreTypes = /^AWS::SSM::Parameter::(Name|Value<(.+)>)$/;

function parameter(name: string, value: Fields): ParameterDeclaration {
  for (const property of Object.keys(value)) {
    if (!parameterProperties.has(property))
      throw new TemplateError(`Invalid template parameter property '${property}'`);
  }
  const { Type: type } = value;
  if (typeof type !== "string") throw formatError(`Every Parameters object must contain a Type member.`);
  if (!plainTypes.test(type) && !awsTypes.test(type) && !parameterStoreTypes.test(type))
    throw formatError(`Unrecognized parameter type: ${type}`);
  const text = (each: Value | undefined): string | undefined =>
    each === undefined || each === null
      ? undefined
      : Array.isArray(each)
        ? each.map(String).join(",")
        : String(each);
  const number = (each: Value | undefined): number | undefined =>
    each === undefined ? undefined : Number(each);
  return {
    name,
    type,
    defaultValue: text(value.Default),
    noEcho: String(value.NoEcho) === "true",
    description: text(value.Description),
    allowedPattern: text(value.AllowedPattern),
    allowedValues: Array.isArray(value.AllowedValues) ? value.AllowedValues.map(String) : undefined,
    constraintDescription: text(value.ConstraintDescription),
    minimumLength: number(value.MinLength),
    maximumLength: number(value.MaxLength),
    minimumValue: number(value.MinValue),
    maximumValue: number(value.MaxValue),
  };
}

const resourceProperties = new Set([
  "Condition",
  "CreationPolicy",
  "DeletionPolicy",
  "DependsOn",
  "Description",
  "Metadata",
  "Properties",
  "Type",
  "UpdatePolicy",
  "UpdateReplacePolicy",
  "Connectors",
]);

const policies = new Set(["Delete", "Retain", "Snapshot", "RetainExceptOnCreate"]);

function resource(logicalId: string, value: Fields): ResourceDeclaration {
  for (const property of Object.keys(value)) {
    if (!resourceProperties.has(property))
      throw new TemplateError(`Invalid template resource property '${property}'`);
  }
  const { Type: type, Properties: properties, DependsOn: dependsOn } = value;
  if (typeof type !== "string")
    throw formatError(`[/Resources/${logicalId}] Every Resources object must contain a Type member.`);
  if (properties !== undefined && properties !== null && !isFields(properties))
    throw formatError(`[/Resources/${logicalId}/Properties] expected an object`);
  for (const policy of [value.DeletionPolicy, value.UpdateReplacePolicy]) {
    if (typeof policy === "string" && !policies.has(policy))
      throw formatError(`Unrecognized DeletionPolicy ${policy} for resource ${logicalId}`);
  }
  const { Condition: condition } = value;
  if (condition !== undefined && typeof condition !== "string")
    throw formatError("Every Condition member must be a string.");
  return {
    logicalId,
    type,
    properties: isFields(properties) ? properties : {},
    metadata: value.Metadata,
    condition: condition as string | undefined,
    dependsOn:
      dependsOn === undefined || dependsOn === null
        ? []
        : (Array.isArray(dependsOn) ? dependsOn : [dependsOn]).map((each) => {
            if (typeof each !== "string") throw formatError("Every DependsOn value must be a string.");
            return each;
          }),
    deletionPolicy: value.DeletionPolicy,
    updateReplacePolicy: value.UpdateReplacePolicy,
    creationPolicy: value.CreationPolicy,
    updatePolicy: value.UpdatePolicy,
  };
}

function output(name: string, value: Fields): OutputDeclaration {
  const { Value: given, Export: exported } = value;
  if (given === undefined || given === null)
    throw formatError(`Output ${name} is malformed. The Value field is required.`);
  if (exported !== undefined && (!isFields(exported) || exported.Name === undefined))
    throw formatError(`[/Outputs/${name}/Export] Export name is required`);
  return {
    name,
    value: given,
    description: value.Description,
    condition: typeof value.Condition === "string" ? value.Condition : undefined,
    exportName: isFields(exported) ? exported.Name : undefined,
  };
}
