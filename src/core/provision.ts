// What stacks and Cloud Control share in working on a resource: its type with
// its schema, the context its functions are given, the name and tags that
// CloudFormation adds to what the template says.

import { conform } from "../lang/resource-schema/conform.ts";
import { loadResourceSchema, type ResourceSchema } from "../model/resource-schema.ts";
import type { AnyResourceType, Properties, ResourceContext, Tag } from "./resource-type.ts";
import type { Waiting } from "./waiting.ts";

/** A resource type as its service defines it, and AWS's schema of its properties. */
export interface ProvidedType {
  readonly service: string;
  readonly definition: AnyResourceType;
  /** Undefined for types that AWS publishes no schema of: they take any property. */
  readonly schema: ResourceSchema | undefined;
}

export function provide(service: string, definition: AnyResourceType): ProvidedType {
  return { service, definition, schema: loadResourceSchema(service, definition.type) };
}

/** Which resource is meant, and which of its makings. */
export interface Incarnation {
  readonly logicalId: string;
  /** As the template names it. */
  readonly type?: string;
  readonly stack: { readonly id: string; readonly name: string } | undefined;
  /** 32 hexadecimal digits, chosen when the creation was first decided. */
  readonly token: string;
  readonly updatePolicy?: Properties | undefined;
}

/** The context of a resource type's functions, under `ctx`. */
export function resourceContext(ctx: Waiting, incarnation: Incarnation): ResourceContext {
  const made = () => undefined;
  return context(ctx, incarnation, { repeated: false, made }, (service, operation, input) =>
    ctx.callByName(service, operation, input),
  );
}

/** As `resourceContext`, for a creation: its calls are numbered and each happens once. */
export function creationContext(
  ctx: Waiting,
  incarnation: Incarnation,
  repeated: boolean,
  made: (id: string) => void,
): { readonly at: ResourceContext; readonly calls: () => number } {
  let calls = 0;
  const at = context(ctx, incarnation, { repeated, made }, (service, operation, input) => {
    calls++;
    return ctx.callByName(service, operation, input, { once: `${incarnation.token}/${calls}` });
  });
  return { at, calls: () => calls };
}

function context(
  ctx: Waiting,
  { logicalId, stack, token, type = "", updatePolicy }: Incarnation,
  creation: Pick<ResourceContext, "repeated" | "made">,
  call: (service: string, operation: string, input: object) => Promise<object>,
): ResourceContext {
  return {
    ctx,
    account: ctx.account,
    region: ctx.region,
    logicalId,
    type,
    stack,
    token,
    updatePolicy,
    ...creation,
    // The model of the service called gives the output its type; the input is checked when it is called.
    call: ((service: { readonly name: string }, operation: string, input: object) =>
      call(service.name, operation, input)) as ResourceContext["call"],
  };
}

export interface Prepared {
  /** Of the schema's types, with the name made up and the stack's tags. */
  readonly properties: Properties;
  /** What keeps them from being used, in AWS's words. */
  readonly failures: readonly string[];
}

/** The properties of a template as the type's functions are given them. */
export function prepare(
  type: ProvidedType,
  given: Properties,
  incarnation: Incarnation,
  tags: Readonly<Record<string, string>>,
): Prepared {
  const { schema, definition } = type;
  const { properties, failures } =
    schema === undefined || definition.open === true
      ? { properties: given, failures: [] }
      : conform(schema, given);
  if (failures.length > 0) return { properties, failures };
  const missing = (definition.unsupported ?? []).filter((path) => reaches(properties, path.split("/")));
  return {
    properties: withTags(type, withName(type, properties, incarnation), tags),
    failures: missing.map((path) => `Cumulet does not implement ${path} of ${definition.type} yet.`),
  };
}

function reaches(value: unknown, path: readonly string[]): boolean {
  if (value === undefined) return false;
  const [first, ...rest] = path;
  if (first === undefined) return true;
  if (Array.isArray(value)) return value.some((each) => reaches(each, path));
  return typeof value === "object" && value !== null && reaches((value as Properties)[first], rest);
}

/** The properties with a name made up, where the type has one and the template gives none. */
export function withName(
  { definition }: ProvidedType,
  properties: Properties,
  incarnation: Incarnation,
): Properties {
  const { name } = definition;
  if (name === undefined || properties[name.property] !== undefined) return properties;
  const suffix = name.suffix?.(properties) ?? "";
  const { prefix, maximum = 64, lowerCase = false } = name;
  const named = prefix === undefined ? incarnation : { ...incarnation, stack: undefined };
  const room = maximum - suffix.length - (prefix ?? "").length;
  const made = physicalName(named, room, lowerCase);
  return { ...properties, [name.property]: (prefix ?? "") + made + suffix };
}

const mixed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const lower = "abcdefghijklmnopqrstuvwxyz0123456789";
const randomLength = 12;

/** `orders-Queue-x3Bq0ZkT9aLm`: where that is too long, the stack's name and the logical id share what there is. */
export function physicalName(incarnation: Incarnation, maximum: number, lowerCase: boolean): string {
  const alphabet = lowerCase ? lower : mixed;
  let random = "";
  for (let at = 0; at < randomLength; at++) {
    const byte = Number.parseInt(incarnation.token.slice(at * 2, at * 2 + 2), 16);
    random += alphabet[byte % alphabet.length];
  }
  const stack = incarnation.stack?.name ?? "";
  const room = maximum - randomLength - (stack === "" ? 1 : 2);
  const { logicalId } = incarnation;
  const half = Math.floor(room / 2);
  const forStack = Math.max(half, room - logicalId.length);
  const first = stack.slice(0, Math.max(0, Math.min(stack.length, forStack)));
  const second = logicalId.slice(0, Math.max(0, room - first.length));
  const name = [first, second, random].filter((part) => part !== "").join("-");
  return lowerCase ? name.toLowerCase() : name;
}

/** The properties with the stack's tags among their own, which win. */
export function withTags(
  { schema }: ProvidedType,
  properties: Properties,
  tags: Readonly<Record<string, string>>,
): Properties {
  if (schema?.tags === undefined || Object.keys(tags).length === 0) return properties;
  const [property, variant] = schema.tags;
  if (property.includes("/") || property.includes(".")) return properties;
  const own = properties[property];
  if (variant === "map") return { ...properties, [property]: { ...tags, ...(own as object | undefined) } };
  const given = (own as readonly Tag[] | undefined) ?? [];
  const keys = new Set(given.map(({ Key }) => Key));
  const added = Object.entries(tags)
    .filter(([key]) => !keys.has(key))
    .map(([Key, Value]) => ({ Key, Value, ...(variant === "asg" ? { PropagateAtLaunch: true } : {}) }));
  return { ...properties, [property]: [...given, ...added] };
}
