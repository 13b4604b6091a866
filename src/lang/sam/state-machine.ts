// AWS::Serverless::StateMachine: the machine, its role, its version and alias.

import { type Fields, isFields, type Value } from "../template/value.ts";
import { stateMachineEvents } from "./events/function-events.ts";
import {
  add,
  attribute,
  attributesOf,
  checkProperties,
  type Declared,
  defined,
  type Expansion,
  objectOf,
  pick,
  ref,
  resolved,
  tagsOf,
} from "./expansion.ts";
import { refuse } from "./refusal.ts";
import { addRole } from "./role.ts";

export function expandStateMachine(expansion: Expansion, declared: Declared): void {
  const { id, properties, resource } = declared;
  checkProperties(declared, [
    "AutoPublishAlias",
    "Definition",
    "DefinitionSubstitutions",
    "DefinitionUri",
    "DeploymentPreference",
    "Events",
    "Logging",
    "Name",
    "PermissionsBoundary",
    "Policies",
    "PropagateTags",
    "Role",
    "RolePath",
    "Tags",
    "Tracing",
    "Type",
    "UseAliasAsEventTarget",
  ]);
  const { Definition, DefinitionUri, Role } = properties;
  if (Definition !== undefined && DefinitionUri !== undefined)
    refuse("Specify either 'Definition' or 'DefinitionUri' property and not both.");
  if (Definition === undefined && DefinitionUri === undefined)
    refuse("Either 'Definition' or 'DefinitionUri' property must be specified.");
  if (Role !== undefined && properties.Policies !== undefined)
    refuse("Specify either 'Role' or 'Policies' property and not both.");
  const tags = tagsOf("stateMachine", properties.Tags);
  const { definition, substitutions } = definitionOf(declared);
  add(expansion, id, {
    Type: "AWS::StepFunctions::StateMachine",
    ...attributesOf(declared),
    Properties: defined({
      ...definition,
      DefinitionSubstitutions: substitutions,
      LoggingConfiguration: properties.Logging,
      RoleArn: Role ?? attribute(`${id}Role`, "Arn"),
      StateMachineName: properties.Name,
      StateMachineType: properties.Type,
      Tags: tags,
      TracingConfiguration: properties.Tracing,
    }),
  });
  if (Role === undefined) {
    const tracing = isFields(properties.Tracing) && properties.Tracing.Enabled === true;
    addRole(expansion, declared, `${id}Role`, {
      service: "states.amazonaws.com",
      before: [],
      after: tracing ? ["AWSXrayWriteOnlyAccess"] : [],
      policiesBefore: [],
      policiesAfter: [],
      tags,
    });
  }
  const alias = publish(expansion, declared);
  const called = properties.UseAliasAsEventTarget === true && alias !== undefined ? ref(alias) : ref(id);
  stateMachineEvents(expansion, declared, called);
  if (resource.Condition === undefined) return;
}

interface Definition {
  readonly definition: Fields;
  readonly substitutions: Value | undefined;
}

/** Functions within a definition become substitutions, since the definition is one string. */
function definitionOf({ properties }: Declared): Definition {
  const { Definition, DefinitionUri, DefinitionSubstitutions } = properties;
  if (DefinitionUri !== undefined) {
    const place = objectOf(DefinitionUri, "DefinitionUri", ["Bucket", "Key", "Version"]);
    return { definition: { DefinitionS3Location: place }, substitutions: DefinitionSubstitutions };
  }
  if (!isFields(Definition)) refuse("Property 'Definition' should be a map.");
  const found: Record<string, Value> = isFields(DefinitionSubstitutions)
    ? { ...DefinitionSubstitutions }
    : {};
  const plain = withoutFunctions(Definition, ["definition"], found);
  return {
    definition: { DefinitionString: { "Fn::Join": ["\n", indented(plain, "").split("\n")] } },
    substitutions: Object.keys(found).length === 0 ? DefinitionSubstitutions : found,
  };
}

function withoutFunctions(value: Value, path: readonly string[], found: Record<string, Value>): Value {
  if (Array.isArray(value))
    return value.map((each, at) => withoutFunctions(each, [...path, String(at)], found));
  if (!isFields(value)) return value;
  const [name = "", ...others] = Object.keys(value);
  if (others.length === 0 && (name === "Ref" || name.startsWith("Fn::"))) {
    const key = `definition_substitution_${Object.keys(found).filter((each) => each.startsWith("definition_substitution_")).length + 1}`;
    found[key] = value;
    return `$\{${key}}`;
  }
  return Object.fromEntries(
    Object.entries(value).map(([each, inner]) => [each, withoutFunctions(inner, [...path, each], found)]),
  );
}

/** JSON over lines of four spaces, keys in order. */
function indented(value: Value, margin: string): string {
  const inner = `${margin}    `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((each) => inner + indented(each, inner)).join(",\n")}\n${margin}]`;
  }
  if (!isFields(value)) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  if (names.length === 0) return "{}";
  const lines = names.map(
    (name) => `${inner}${JSON.stringify(name)}: ${indented(value[name] ?? null, inner)}`,
  );
  return `{\n${lines.join(",\n")}\n${margin}}`;
}

function publish(expansion: Expansion, { id, properties, resource }: Declared): string | undefined {
  const name = resolved(expansion, properties.AutoPublishAlias);
  const preference = isFields(properties.DeploymentPreference) ? properties.DeploymentPreference : {};
  if (name === undefined) {
    if (properties.DeploymentPreference !== undefined)
      refuse("'DeploymentPreference' requires 'AutoPublishAlias' property to be specified.");
    return undefined;
  }
  if (typeof name !== "string") refuse("'AutoPublishAlias' must be a string.");
  const version = `${id}Version`;
  const alias = `${id}Alias${name}`;
  add(
    expansion,
    version,
    {
      Type: "AWS::StepFunctions::StateMachineVersion",
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
      Properties: {
        StateMachineArn: ref(id),
        StateMachineRevisionId: attribute(id, "StateMachineRevisionId"),
      },
    },
    resource.Condition,
  );
  add(
    expansion,
    alias,
    {
      Type: "AWS::StepFunctions::StateMachineAlias",
      Properties: {
        Name: name,
        DeploymentPreference: {
          Type: "ALL_AT_ONCE",
          StateMachineVersionArn: ref(version),
          ...pick(preference, ["Type", "Interval", "Percentage", "Alarms"]),
        },
      },
    },
    resource.Condition,
  );
  return alias;
}
