// What a service knows of its resources as templates declare them: how one is
// made, read, changed and removed by the service's public operations. Stacks and
// Cloud Control work on every type through this contract and nothing else; what
// its properties are comes from AWS's own schemas.

import type { ModelHandle, ServiceTypes } from "../model/handle.ts";
import type { Fault } from "./fault.ts";
import type { Waiting } from "./waiting.ts";

/** Properties as the template gives them, resolved, and of the types that the schema says. */
export type Properties = Readonly<Record<string, unknown>>;

/** What a type's functions are given beside the properties. */
export interface ResourceContext {
  /** The role or caller on whose behalf it happens, in the account and region where it happens. */
  readonly ctx: Waiting;
  readonly account: string;
  readonly region: string;
  /** The name within the template; for Cloud Control one made up. */
  readonly logicalId: string;
  /** The type as the template names it; differs from the definition's for `Custom::Anything`. */
  readonly type: string;
  /** Undefined where no stack asks. */
  readonly stack: { readonly id: string; readonly name: string } | undefined;
  /** 32 hexadecimal digits, the same at each attempt of one creation: for client tokens. */
  readonly token: string;
  /** How the template wants updates to happen (`UpdatePolicy`, resolved); not said where an update is taken back. */
  readonly updatePolicy: Properties | undefined;
  /** An earlier attempt of this creation was cut off: what already exists may be its work. */
  readonly repeated: boolean;
  /**
   * Says during a creation of several steps, after the first, that the resource exists under this id: if a
   * later step fails, it is deleted.
   */
  made(id: string): void;
  /**
   * Calls an operation. Properties come untyped from a template, so the input is checked by the model when it
   * is called. During a creation the calls are numbered and each happens once, even if a crash repeats the
   * creation: they must come in the same order every time.
   */
  call<S extends ServiceTypes, O extends keyof S["operations"] & string>(
    service: ModelHandle<S>,
    operation: O,
    input: object,
  ): Promise<S["operations"][O]["output"]>;
}

export interface CreatedResource {
  /** The physical id, and what `Ref` gives. */
  readonly id: string;
  /** What `Ref` gives, where that is not the id. */
  readonly ref?: string;
  /** What `Fn::GetAtt` gives, by name (`Endpoint.Address`). What is missing here is looked up with `read`. */
  readonly attributes?: Properties;
}

export interface UpdatedResource {
  /** Attributes that have changed. */
  readonly attributes?: Properties;
  /** Where the update made another resource: the old one is removed when the stack's update is complete. */
  readonly id?: string;
  readonly ref?: string;
}

export interface ResourceType<P extends object = Properties> {
  /** `AWS::SQS::Queue`. */
  readonly type: string;
  /** The property that names it: CloudFormation makes a name up where the template gives none. */
  readonly name?: ResourceName<P>;
  /**
   * The id of what already has the name that the properties give. Needed only where the service's own
   * creation does not refuse what exists: a stack fails instead of taking over what is not its own.
   */
  readonly existing?: (properties: P, at: ResourceContext) => Promise<string | undefined>;
  /** Resolves when the resource can be used; it may take its time (`at.ctx.sleepUntil`, `waitFor`). */
  readonly create: (properties: P, at: ResourceContext) => Promise<CreatedResource>;
  /** The properties and attributes as they are now; undefined where there is no such resource. */
  readonly read?: (id: string, at: ResourceContext, properties: P) => Promise<Properties | undefined>;
  /**
   * Changes it in place; never called for a change that AWS's schema says replaces the resource.
   * Without it, every change replaces. A crash repeats it: it sets what it wants, whatever was done already.
   */
  readonly update?: (
    id: string,
    after: P,
    before: P,
    at: ResourceContext,
  ) => Promise<UpdatedResource | undefined>;
  /**
   * Takes an update back where what it is made of lies elsewhere than in its properties: nested stacks.
   * Without it, an update to the properties before does.
   */
  readonly restore?: (id: string, at: ResourceContext) => Promise<UpdatedResource | undefined>;
  /** Removes it; resolves when it is gone. A fault that says it is not there counts as success. */
  readonly delete: (id: string, properties: P, at: ResourceContext) => Promise<void>;
  /** The ids of all there are. */
  readonly list?: (at: ResourceContext) => Promise<readonly string[]>;
  /** Decides where the schema leaves open whether a change replaces the resource; by default it does not. */
  readonly replaces?: (after: P, before: P) => boolean;
  /** Properties of AWS's schema that are not there yet: a template that gives one fails, naming it. `Code/ImageUri` is one within another. */
  readonly unsupported?: readonly string[];
  /** The Cloud Control identifier, where it is not the physical id. */
  readonly identifier?: (id: string, properties: P) => string;
  /** Takes properties that the schema does not know: custom resources. */
  readonly open?: boolean;
  /** An update of the stack always updates it, since what it is made of lies elsewhere: nested stacks. */
  readonly alwaysUpdates?: boolean;
}

export interface ResourceName<P extends object = Properties> {
  readonly property: string;
  /** Longest name; default 64. */
  readonly maximum?: number;
  readonly lowerCase?: boolean;
  /** What a name that is made up begins with in place of the stack's name; some have nothing before the logical id. */
  readonly prefix?: string;
  /** What the name must end with: `.fifo`. */
  readonly suffix?: (properties: P) => string;
}

/** Why a resource could not be worked on, shown as it is. */
export class ResourceFailure extends Error {
  override readonly name = "ResourceFailure";
}

// biome-ignore lint/suspicious/noExplicitAny: a list of types of unrelated properties; the engine hands each what its schema says.
export type AnyResourceType = ResourceType<any>;

export function defineResourceType<P extends object = Properties>(type: ResourceType<P>): ResourceType<P> {
  return type;
}

const missingCodes = /NotFound|NoSuch|NonExist|DoesNotExist|Missing(?!Parameter)/;

/** Whether a fault says that there is no such resource. */
export function saysMissing(fault: Fault): boolean {
  return missingCodes.test(fault.code) || /does not exist|not found/i.test(fault.message);
}

export type HandlerErrorCode =
  | "AccessDenied"
  | "AlreadyExists"
  | "GeneralServiceException"
  | "InvalidRequest"
  | "NotFound"
  | "ResourceConflict"
  | "Throttling";

/** What kind of failure a fault is, in the words of resource handlers. */
export function handlerErrorCode(error: Fault): HandlerErrorCode {
  if (/AlreadyExists|AlreadyOwned|ResourceInUse|EntityExists|NameExists|Conflict/.test(error.code))
    return /Conflict|InUse/.test(error.code) && !/exist/i.test(error.message)
      ? "ResourceConflict"
      : "AlreadyExists";
  if (/AccessDenied|Unauthori/.test(error.code)) return "AccessDenied";
  if (/Throttl|TooManyRequests|LimitExceeded/.test(error.code)) return "Throttling";
  if (/Valid|Invalid|Malformed|Missing/.test(error.code)) return "InvalidRequest";
  if (saysMissing(error)) return "NotFound";
  return "GeneralServiceException";
}

/** What `read` finds; undefined where the fault says that there is nothing. */
export async function unlessMissing<T>(
  found: Promise<T>,
  ...codes: readonly string[]
): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    const code = (error as Partial<Fault>).code;
    if (code !== undefined && (codes.length > 0 ? codes.includes(code) : saysMissing(error as Fault)))
      return undefined;
    throw error;
  }
}

/** A creation that may find its own earlier work: undefined where it does. */
export async function unlessRepeated<T>(
  at: ResourceContext,
  made: Promise<T>,
  ...codes: readonly string[]
): Promise<T | undefined> {
  try {
    return await made;
  } catch (error) {
    if (at.repeated && codes.includes((error as Partial<Fault>).code ?? "")) return undefined;
    throw error;
  }
}

/** Those of the properties that are given. */
export function pick<P extends object, K extends keyof P & string>(
  properties: P,
  ...names: readonly K[]
): Pick<P, K> {
  const picked: Partial<Pick<P, K>> = {};
  for (const name of names) if (properties[name] !== undefined) picked[name] = properties[name];
  return picked as Pick<P, K>;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** A list of tags as the map that some operations take. */
export function tagMap(tags: readonly Tag[] | undefined): Readonly<Record<string, string>> | undefined {
  return tags === undefined ? undefined : Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

/** The tags to set and the keys to remove, from one list to the next. */
export function tagChanges(
  before: readonly Tag[] | undefined,
  after: readonly Tag[] | undefined,
): { readonly set: readonly Tag[]; readonly remove: readonly string[] } {
  const old = tagMap(before) ?? {};
  const wanted = tagMap(after) ?? {};
  return {
    set: (after ?? []).filter(({ Key, Value }) => old[Key] !== Value),
    remove: Object.keys(old).filter((key) => !(key in wanted)),
  };
}

/** A policy as the text that operations take; templates give it as an object or as text. */
export function policyText(policy: unknown): string | undefined {
  return policy === undefined || typeof policy === "string" ? policy : JSON.stringify(policy);
}
