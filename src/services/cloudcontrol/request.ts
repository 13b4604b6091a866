// A request of Cloud Control: stored with what it asks for, and carried out by a
// job, so that it is done whatever happens to the process that took it.

import { Fault } from "../../core/fault.ts";
import { defineJob } from "../../core/job.ts";
import type { Principal } from "../../core/principal.ts";
import { creationContext, type Incarnation, prepare, resourceContext } from "../../core/provision.ts";
import { defineResource } from "../../core/resource.ts";
import { handlerErrorCode, type Properties, saysMissing } from "../../core/resource-type.ts";
import type { Waiting } from "../../core/waiting.ts";
import { differences } from "../../lang/resource-schema/difference.ts";
import type {
  HandlerErrorCode,
  OperationStatus,
  ProgressEvent,
} from "../../model/generated/cloudcontrol.d.ts";
import { openType } from "./model.ts";
import { identifierOf, idOf, keyProperties, readResource } from "./resource.ts";

export interface RequestState {
  /** The request's token, and the creation's. */
  readonly token: string;
  readonly type: string;
  readonly operation: "CREATE" | "UPDATE" | "DELETE";
  readonly status: OperationStatus;
  readonly at: number;
  readonly identifier?: string | undefined;
  /** Of a creation or an update: what shall be. */
  readonly desired?: Properties | undefined;
  readonly message?: string | undefined;
  readonly errorCode?: HandlerErrorCode | undefined;
  readonly model?: string | undefined;
  readonly principal: Principal;
  readonly roleArn?: string | undefined;
  readonly clientToken?: string | undefined;
  /** A creation has begun to call services. */
  readonly begun?: boolean;
}

export const RequestRecord = defineResource<RequestState>()({
  service: "cloudcontrol",
  type: "request",
  key: ({ token }) => [token],
  indexes: {
    time: ({ at, token }) => [at, token],
    client: ({ clientToken }) => (clientToken === undefined ? undefined : [clientToken]),
  },
});

export function progressOf(request: RequestState): ProgressEvent {
  return {
    TypeName: request.type,
    Identifier: request.identifier,
    RequestToken: request.token,
    Operation: request.operation,
    OperationStatus: request.status,
    EventTime: request.at,
    ResourceModel: request.model,
    StatusMessage: request.message,
    ErrorCode: request.errorCode,
  };
}

export const resourceWork = defineJob<{ readonly token: string }>({
  name: "cloudcontrol.resourceWork",
  perpetual: true,
  run: {
    waits: async ({ token }, ctx) => {
      const request = await ctx.atomically((tx) => tx.get(RequestRecord, token));
      if (request === undefined || request.status !== "IN_PROGRESS") return;
      const end = async (change: Partial<RequestState>): Promise<void> => {
        await ctx.atomically(async (tx) => {
          tx.put(RequestRecord, { ...request, ...change, at: tx.now });
          tx.enqueue(forgetRequest, { token }, { at: tx.now + keptMilliseconds, id: token });
          tx.notify(requestTopic(token));
        });
      };
      try {
        await end({ status: "SUCCESS", ...(await carryOut(request, ctx)) });
      } catch (error) {
        if (ctx.signal.aborted) throw error;
        const known = error instanceof Fault;
        await end({
          status: "FAILED",
          message: (error as Error).message,
          errorCode: known ? handlerErrorCode(error) : "InternalFailure",
        });
      }
    },
  },
});

/** AWS tells of a request for seven days. */
const keptMilliseconds = 7 * 24 * 3_600_000;

export const forgetRequest = defineJob<{ readonly token: string }>({
  name: "cloudcontrol.forgetRequest",
  run: async ({ token }, tx) => tx.delete(RequestRecord, token),
});

export function requestTopic(token: string): string {
  return `cloudcontrol.request.${token}`;
}

async function carryOut(request: RequestState, ctx: Waiting): Promise<Partial<RequestState>> {
  const acting =
    request.roleArn === undefined ? ctx.as(request.principal) : ctx.asRole(request.roleArn, "CloudControl");
  const type = await openType(acting, request.type);
  const { definition, schema } = type;
  const incarnation: Incarnation = {
    logicalId: definition.type.split("::").at(-1) ?? "Resource",
    type: request.type,
    stack: undefined,
    token: request.token.replaceAll("-", ""),
  };
  if (request.operation === "CREATE") {
    const properties = checked(type, request.desired ?? {}, incarnation);
    let made: string | undefined;
    const { at } = creationContext(acting, incarnation, request.begun === true, (id) => {
      made = id;
    });
    if (request.begun !== true) {
      const existing = await definition.existing?.(properties, at);
      if (existing !== undefined) {
        const message = `Resource of type '${request.type}' with identifier '${existing}' already exists.`;
        throw new Fault("cloudcontrol", "AlreadyExistsException", message);
      }
      await ctx.atomically(async (tx) => tx.put(RequestRecord, { ...request, begun: true }));
    }
    try {
      const { id } = await definition.create(properties, at);
      return { identifier: identifierOf(type, id, properties) };
    } catch (error) {
      if (made !== undefined) await definition.delete(made, properties, at).catch(() => undefined);
      throw error;
    }
  }
  const identifier = request.identifier ?? "";
  const id = idOf(type, identifier);
  const at = resourceContext(acting, incarnation);
  const before = await readResource(type, identifier, at);
  if (request.operation === "DELETE") {
    await definition
      .delete(id, { ...keyProperties(type, identifier), ...before }, at)
      .catch((error: unknown) => {
        if (!(error instanceof Fault) || !saysMissing(error)) throw error;
      });
    return {};
  }
  const after = checked(type, request.desired ?? {}, incarnation);
  const fixed = differences(schema, before, after).filter(({ requires }) => requires === "Always");
  if (fixed.length > 0 || definition.update === undefined) {
    const names = fixed.map(({ path }) => `/properties/${path.join("/")}`).join(", ");
    throw new Fault(
      "cloudcontrol",
      "InvalidRequestException",
      `Invalid patch update: createOnlyProperties [${names}] cannot be updated`,
    );
  }
  await definition.update(id, after, before, at);
  return {};
}

function checked(
  type: Parameters<typeof prepare>[0],
  given: Properties,
  incarnation: Incarnation,
): Properties {
  const { properties, failures } = prepare(type, given, incarnation, {});
  if (failures.length > 0)
    throw new Fault(
      "cloudcontrol",
      "InvalidRequestException",
      `Model validation failed (${failures.join("; ")})`,
    );
  return properties;
}
