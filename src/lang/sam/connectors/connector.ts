// AWS::Serverless::Connector, and connectors within the resource that they begin at:
// what one resource may do with another, as the least that does it.

import { type Fields, isFields, type Value } from "../../template/value.ts";
import { add, checkProperties, type Declared, defined, type Expansion, pick, sub } from "../expansion.ts";
import { refuse } from "../refusal.ts";
import { type End, endOf } from "./end.ts";
import { type Access, type Profile, profiles, type RoleProfile, type ServiceProfile } from "./profiles.ts";

export function expandConnector(expansion: Expansion, declared: Declared): void {
  checkProperties(
    declared,
    ["Destination", "Permissions", "Source"],
    ["Source", "Destination", "Permissions"],
  );
  const { id, properties, resource } = declared;
  const { Source, Destination } = properties;
  const kept = pick(resource, ["DependsOn", "Condition", "DeletionPolicy", "UpdateReplacePolicy"]);
  const destinations = Array.isArray(Destination) ? Destination : [Destination ?? null];
  for (const [at, each] of destinations.entries()) {
    const suffix = Array.isArray(Destination) ? `Destination${at}` : "";
    connect(expansion, { id, suffix, kept, properties }, [
      endOf(expansion, Source, "Source"),
      endOf(expansion, each, "Destination"),
    ]);
  }
}

/** The connectors that a resource carries, as if they stood for themselves. */
export function embedded(id: string, resource: Fields): readonly Declared[] {
  if (resource.Connectors === undefined) return [];
  if (!isFields(resource.Connectors)) refuse("'Connectors' must be a dictionary.");
  return Object.entries(resource.Connectors).map(([name, given]) => {
    if (!isFields(given)) refuse(`Connector '${name}' must be a dictionary.`);
    const { Properties, SourceReference } = given;
    const reference = isFields(SourceReference) ? SourceReference : {};
    const own = isFields(Properties) ? Properties : {};
    const properties = { Source: { Id: id, ...reference }, ...own };
    return { id: `${id}${name}`, type: "AWS::Serverless::Connector", properties, resource: given };
  });
}

interface Named {
  readonly id: string;
  readonly suffix: string;
  readonly kept: Fields;
  readonly properties: Fields;
}

function connect(expansion: Expansion, named: Named, [source, destination]: readonly [End, End]): void {
  const { id, suffix, kept, properties } = named;
  const between = `from ${source.plainType} to ${destination.plainType}`;
  const profile = profiles[source.plainType]?.[destination.plainType];
  if (profile === undefined)
    refuse(`Unable to create connector ${between}; it's not supported or the template is invalid.`);
  const accesses = accessesOf(properties.Permissions, profile, between);
  const Metadata: Fields = {
    "aws:sam:connectors": {
      [id]: { Source: { Type: source.type }, Destination: { Type: destination.type } },
    },
  };
  const put = (name: string, Type: string, Properties: Fields): void =>
    add(expansion, `${id}${name}${suffix}`, { Type, ...kept, Metadata, Properties });
  if (profile.kind === "role") {
    const end = profile.role === "source" ? source : destination;
    if (end.roleName === undefined)
      refuse(`Unable to get IAM role name from '${end === source ? "Source" : "Destination"}' resource.`);
    put("Policy", "AWS::IAM::ManagedPolicy", {
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: statementsOf(profile, accesses, source, destination),
      },
      Roles: [end.roleName],
    });
    const policy = `${id}Policy${suffix}`;
    if (profile.first === true && source.id !== undefined) waitFor(expansion, source.id, policy);
    if (profile.role === "destination")
      for (const mapping of mappingsOf(expansion, source, destination)) waitFor(expansion, mapping, policy);
  } else if (profile.kind === "permission") {
    put("WriteLambdaPermission", "AWS::Lambda::Permission", permissionOf(profile, source, destination));
  } else {
    const queue = profile.kind === "queue policy";
    const statement: Fields = {
      Effect: "Allow",
      Principal: { Service: `${profile.service}.amazonaws.com` },
      Resource: known(destination.arn, "ARN", "Destination"),
      Action: queue ? "sqs:SendMessage" : "sns:Publish",
      Condition: { ArnEquals: { "aws:SourceArn": known(source.arn, "ARN", "Source") } },
    };
    const PolicyDocument: Fields = { Version: "2012-10-17", Statement: [statement] };
    if (queue)
      put("QueuePolicy", "AWS::SQS::QueuePolicy", {
        PolicyDocument,
        Queues: [known(destination.queueUrl, "queue URL", "Destination")],
      });
    else put("TopicPolicy", "AWS::SNS::TopicPolicy", { PolicyDocument, Topics: [destination.arn ?? null] });
  }
}

function waitFor({ resources }: Expansion, id: string, policy: string): void {
  const resource = resources[id];
  if (resource === undefined) return;
  const { DependsOn = [] } = resource;
  resources[id] = {
    ...resource,
    DependsOn: [...(Array.isArray(DependsOn) ? DependsOn : [DependsOn]), policy],
  };
}

/** The mappings that SAM made for the function to read the source: they are checked against its role. */
function mappingsOf({ given, resources }: Expansion, source: End, destination: End): readonly string[] {
  const declared = isFields(given.Resources) ? given.Resources : {};
  const { id, type } = destination;
  if (source.id === undefined || id === undefined || type !== "AWS::Serverless::Function") return [];
  return Object.entries(resources).flatMap(([mapping, { Type, Properties }]) => {
    if (Type !== "AWS::Lambda::EventSourceMapping" || declared[mapping] !== undefined) return [];
    const arn = isFields(Properties) ? Properties.EventSourceArn : undefined;
    const path = isFields(arn) ? arn["Fn::GetAtt"] : undefined;
    return Array.isArray(path) && path[0] === source.id && mapping.startsWith(id) ? [mapping] : [];
  });
}

function known(value: Value | undefined, what: string, which: string): Value {
  return value ?? refuse(`Unable to get ${what} from '${which}' resource.`);
}

function accessesOf(given: Value | undefined, profile: Profile, between: string): readonly Access[] {
  const single: readonly Access[] =
    profile.kind === "role" ? [...new Set(profile.statements.map(({ access }) => access))] : ["Write"];
  const combinations = profile.kind === "role" ? profile.combinations : undefined;
  const wanted = Array.isArray(given) ? given.map(String) : [];
  const same = (combination: readonly string[]): boolean =>
    combination.length === wanted.length && combination.every((each) => wanted.includes(each));
  const valid =
    combinations === undefined
      ? wanted.length > 0 && wanted.every((each) => (single as readonly string[]).includes(each))
      : combinations.some(same);
  if (valid) return single.filter((each) => wanted.includes(each));
  const choices =
    combinations === undefined
      ? `valid values are: ${[...single].sort().join(", ")}`
      : `valid combinations are: ${combinations.map((each) => each.join(" + ")).join(", ")}`;
  return refuse(`Unsupported 'Permissions' provided for connector ${between}; ${choices}.`);
}

function statementsOf(
  { statements }: RoleProfile,
  accesses: readonly Access[],
  source: End,
  destination: End,
): readonly Fields[] {
  return statements
    .filter(({ access }) => accesses.includes(access))
    .map(({ actions, on }) => ({
      Effect: "Allow",
      Action: actions.split(" "),
      Resource: on.map((each) => resourceOf(each, source, destination)),
    }));
}

const at = (path: string): string => `arn:$\{AWS::Partition}:${path}`;
const here = "$" + "{AWS::Region}:$" + "{AWS::AccountId}";

/** `source` and `destination` are their ARNs, with what follows behind them. */
function resourceOf(on: string, source: End, destination: End): Value {
  if (on.startsWith("executions"))
    return sub(at(`states:${here}:execution:$\{DestinationName}:*`), {
      DestinationName: known(destination.name, "name", "Destination"),
    });
  if (on.startsWith("rule"))
    return sub(at(`events:${here}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`));
  const [, which, rest = ""] = /^(source|destination)(.*)$/.exec(on) ?? [];
  const name = which === "source" ? "Source" : "Destination";
  const arn = known((which === "source" ? source : destination).arn, "ARN", name);
  return rest === "" ? arn : sub(`$\{${name}Arn}${rest}`, { [`${name}Arn`]: arn });
}

function permissionOf(
  { service, source: text, account }: ServiceProfile,
  source: End,
  destination: End,
): Fields {
  const resource = (): Fields =>
    defined({
      SourceResourceId: known(source.resourceId, "resource ID", "Source"),
      SourceQualifier: text?.includes("SourceQualifier") === true ? (source.qualifier ?? "*") : undefined,
    });
  return defined({
    Action: "lambda:InvokeFunction",
    FunctionName: known(destination.arn, "ARN", "Destination"),
    Principal: `${service}.amazonaws.com`,
    SourceAccount: account === true ? sub("$" + "{AWS::AccountId}") : undefined,
    SourceArn: text === undefined ? known(source.arn, "ARN", "Source") : sub(at(text), resource()),
  });
}
