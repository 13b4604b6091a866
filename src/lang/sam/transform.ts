// The transform AWS::Serverless-2016-10-31: a template with SAM's resources becomes
// one of plain CloudFormation. Written from SAM's published specification.

import { TemplateError } from "../template/error.ts";
import { type Fields, isFields, type Value } from "../template/value.ts";
import { expandApis } from "./apis/apis.ts";
import { expandApplication, published } from "./application.ts";
import { embedded, expandConnector } from "./connectors/connector.ts";
import { type Declared, type Expansion, keepAll, propagateTags } from "./expansion.ts";
import { expandFunction } from "./function.ts";
import { globalsOf, merged } from "./globals.ts";
import { expandGraphQlApi } from "./graphql/graphql-api.ts";
import { expandLayerVersion } from "./layer-version.ts";
import { renamed } from "./names.ts";
import { documentInvalid, Refusal, refuse } from "./refusal.ts";
import { expandSimpleTable } from "./simple-table.ts";
import { expandStateMachine } from "./state-machine.ts";

export interface SamInput {
  /** As the caller gives them; defaults are in the template. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly region: string;
  /** Epoch milliseconds; only `AlwaysDeploy` looks. */
  readonly now?: number;
  /** The address of the template of an application of the repository; undefined where nobody has asked for it. */
  readonly applications?: (id: string, version: string) => string | undefined;
}

const prefix = "AWS::Serverless::";

const expanders: Readonly<Record<string, (expansion: Expansion, declared: Declared) => void>> = {
  "AWS::Serverless::Application": expandApplication,
  "AWS::Serverless::Function": expandFunction,
  "AWS::Serverless::GraphQLApi": expandGraphQlApi,
  "AWS::Serverless::LayerVersion": expandLayerVersion,
  "AWS::Serverless::SimpleTable": expandSimpleTable,
  "AWS::Serverless::StateMachine": expandStateMachine,
};

/** APIs, since functions and state machines add routes to them, and connectors. */
const madeLast = new Set([
  "AWS::Serverless::Api",
  "AWS::Serverless::Connector",
  "AWS::Serverless::HttpApi",
  "AWS::Serverless::WebSocketApi",
]);

export function expandServerless(template: Fields, input: SamInput): Fields {
  const resources = isFields(template.Resources) ? template.Resources : {};
  const globals = globalsOf(template);
  const messages = new Map<string, string>();
  const expansion: Expansion = {
    given: template,
    globals,
    declared: declarationsOf(resources, globals),
    parameters: parametersOf(template, input),
    partition: partitionOf(input.region),
    region: input.region,
    applications: input.applications ?? (() => undefined),
    resources: {},
    names: new Map(),
    routes: [],
    conditions: {},
    now: Math.floor((input.now ?? 0) / 1000),
  };
  const collect = (id: string, body: () => void): void => {
    try {
      body();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const about = error.about ?? id;
      messages.set(
        about,
        about === "" ? error.message : `Resource with id [${about}] is invalid. ${error.message}`,
      );
    }
  };
  for (const [id, resource] of Object.entries(resources)) {
    // Plain resources first: buckets and user pools are changed by events.
    if (isFields(resource) && !isServerless(resource)) {
      const { Connectors: _connected, ...plain } = resource;
      expansion.resources[id] = plain;
    }
  }
  for (const type of [false, true]) {
    // Layers get other ids than they are declared with, so all else comes after functions and machines.
    for (const [id, declared] of expansion.declared) {
      if ((declared.type === "AWS::Serverless::StateMachine") !== type || madeLast.has(declared.type))
        continue;
      collect(id, () => {
        const expand = expanders[declared.type];
        if (expand === undefined) return unknownType(declared.type);
        const before = { ...expansion.resources };
        expand(expansion, declared);
        keepAll(expansion, declared, new Set(Object.keys(before)));
        propagateTags(expansion, declared, before);
      });
    }
  }
  expandApis(expansion, collect);
  expandConnectors(expansion, resources, collect);
  if (messages.size > 0)
    throw new TemplateError(
      documentInvalid([...messages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each)),
    );
  const { Globals: _applied, ...rest } = template;
  const own = isFields(template.Conditions) ? template.Conditions : {};
  const Conditions =
    Object.keys(expansion.conditions).length === 0 ? {} : { Conditions: { ...own, ...expansion.conditions } };
  return renamed({ ...rest, ...Conditions, Resources: expansion.resources }, expansion.names) as Fields;
}

function expandConnectors(
  expansion: Expansion,
  resources: Fields,
  collect: (id: string, body: () => void) => void,
): void {
  for (const [id, resource] of Object.entries(resources)) {
    const declared = expansion.declared.get(id);
    if (declared?.type === "AWS::Serverless::Connector")
      collect(id, () => expandConnector(expansion, declared));
    else if (isFields(resource))
      collect(id, () => {
        for (const each of embedded(id, resource)) collect(each.id, () => expandConnector(expansion, each));
      });
  }
}

/** The applications of the repository that a template nests, whose templates must be known before it is written out. */
export function applicationsOf(
  template: Fields,
  input: SamInput,
): readonly { readonly id: string; readonly version: string }[] {
  const parameters = parametersOf(template, input);
  const resources = isFields(template.Resources) ? template.Resources : {};
  return Object.values(resources).flatMap((resource) => {
    const properties =
      isFields(resource) && resource.Type === "AWS::Serverless::Application"
        ? resource.Properties
        : undefined;
    const found = isFields(properties) ? published(properties.Location, parameters) : undefined;
    return typeof found?.id === "string" && typeof found.version === "string"
      ? [{ id: found.id, version: found.version }]
      : [];
  });
}

const isServerless = (resource: Fields): boolean =>
  typeof resource.Type === "string" && resource.Type.startsWith(prefix);

function unknownType(type: string): never {
  refuse(`Cumulet does not implement the resource type ${type} yet.`);
}

function declarationsOf(
  resources: Fields,
  globals: Readonly<Record<string, Fields>>,
): ReadonlyMap<string, Declared> {
  const found = new Map<string, Declared>();
  for (const [id, given] of Object.entries(resources)) {
    if (!isFields(given) || !isServerless(given)) continue;
    const type = String(given.Type);
    const own = isFields(given.Properties) ? given.Properties : {};
    const properties = merged(globals[type], withoutNulls(own)) as Fields;
    const resource =
      given.Properties === undefined && globals[type] === undefined
        ? given
        : { ...given, Properties: properties };
    found.set(id, { id, type, properties, resource });
  }
  return found;
}

const withoutNulls = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

function parametersOf(template: Fields, input: SamInput): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>([["AWS::Region", input.region]]);
  const declared = isFields(template.Parameters) ? template.Parameters : {};
  for (const [name, parameter] of Object.entries(declared)) {
    const value = input.parameters[name] ?? (isFields(parameter) ? parameter.Default : undefined);
    if (value !== undefined) values.set(name, value);
  }
  return values;
}

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return "aws";
}
