// Cloud Control's operations: what changes is asked for and looked at later,
// what only reads answers at once.

import { fault } from "../../core/fault.ts";
import { resourceContext } from "../../core/provision.ts";
import type { Properties, ResourceContext } from "../../core/resource-type.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { Waiting } from "../../core/waiting.ts";
import type {
  CancelResourceRequestInput,
  CancelResourceRequestOutput,
  CreateResourceInput,
  CreateResourceOutput,
  DeleteResourceInput,
  DeleteResourceOutput,
  GetResourceInput,
  GetResourceOutput,
  GetResourceRequestStatusInput,
  GetResourceRequestStatusOutput,
  ListResourceRequestsInput,
  ListResourceRequestsOutput,
  ListResourcesInput,
  ListResourcesOutput,
  UpdateResourceInput,
  UpdateResourceOutput,
} from "../../model/generated/cloudcontrol.d.ts";
import { cloudcontrol, invalidRequest, openType, unsupportedAction } from "./model.ts";
import { patched } from "./patch.ts";
import { progressOf, RequestRecord, type RequestState, resourceWork } from "./request.ts";
import { readResource, writable } from "./resource.ts";

type Asked = Pick<RequestState, "type" | "operation" | "identifier" | "desired" | "model">;

function begin(
  tx: Transaction,
  asked: Asked,
  input: { readonly ClientToken?: string | undefined; readonly RoleArn?: string | undefined },
): RequestState {
  const request: RequestState = {
    ...asked,
    token: tx.ids.uuid(),
    status: "IN_PROGRESS",
    at: tx.now,
    principal: tx.principal,
    roleArn: input.RoleArn,
    clientToken: input.ClientToken,
  };
  tx.put(RequestRecord, request);
  tx.enqueue(resourceWork, { token: request.token }, { id: request.token });
  return request;
}

async function asked(
  ctx: Waiting,
  request: Asked,
  input: { readonly ClientToken?: string | undefined; readonly RoleArn?: string | undefined },
) {
  return ctx.atomically(async (tx) => {
    const { ClientToken: token } = input;
    if (token !== undefined) {
      const { values } = await tx.list(RequestRecord, { index: "client", prefix: [token], limit: 1 });
      const [earlier] = values;
      if (earlier !== undefined) {
        if (earlier.type === request.type && earlier.operation === request.operation)
          return { ProgressEvent: progressOf(earlier) };
        throw fault(
          cloudcontrol,
          "ClientTokenConflictException",
          `The client token ${token} was used by another request`,
        );
      }
    }
    return { ProgressEvent: progressOf(begin(tx, request, input)) };
  });
}

function parsed(text: string, what: string): Properties {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalidRequest(`${what} is not valid JSON`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalidRequest(`${what} must be an object`);
  return value as Properties;
}

export async function createResource(
  input: CreateResourceInput,
  ctx: Waiting,
): Promise<CreateResourceOutput> {
  await openType(ctx, input.TypeName);
  const desired = parsed(input.DesiredState, "DesiredState");
  return asked(ctx, { type: input.TypeName, operation: "CREATE", desired, model: input.DesiredState }, input);
}

function reading(ctx: Waiting, roleArn: string | undefined): ResourceContext {
  const acting = roleArn === undefined ? ctx : ctx.asRole(roleArn, "CloudControl");
  return resourceContext(acting, { logicalId: "Resource", stack: undefined, token: "" });
}

export async function getResource(input: GetResourceInput, ctx: Waiting): Promise<GetResourceOutput> {
  const type = await openType(ctx, input.TypeName);
  const found = await readResource(type, input.Identifier, reading(ctx, input.RoleArn));
  return {
    TypeName: input.TypeName,
    ResourceDescription: { Identifier: input.Identifier, Properties: JSON.stringify(found) },
  };
}

export async function updateResource(
  input: UpdateResourceInput,
  ctx: Waiting,
): Promise<UpdateResourceOutput> {
  const type = await openType(ctx, input.TypeName);
  const { Identifier: identifier } = input;
  const now = await readResource(type, identifier, reading(ctx, input.RoleArn));
  const desired = patched(writable(type, now), input.PatchDocument) as Properties;
  const model = JSON.stringify(desired);
  return asked(ctx, { type: input.TypeName, operation: "UPDATE", identifier, desired, model }, input);
}

export async function deleteResource(
  input: DeleteResourceInput,
  ctx: Waiting,
): Promise<DeleteResourceOutput> {
  await openType(ctx, input.TypeName);
  return asked(ctx, { type: input.TypeName, operation: "DELETE", identifier: input.Identifier }, input);
}

const pageSize = 100;

export async function listResources(input: ListResourcesInput, ctx: Waiting): Promise<ListResourcesOutput> {
  const { TypeName, MaxResults = pageSize } = input;
  const type = await openType(ctx, TypeName);
  const { list, read } = type.definition;
  if (list === undefined || read === undefined) throw unsupportedAction(TypeName, "LIST");
  const at = reading(ctx, input.RoleArn);
  const from = input.NextToken === undefined ? 0 : Number(input.NextToken);
  if (!Number.isInteger(from) || from < 0) throw invalidRequest("NextToken is not valid");
  const all = [...(await list(at))].sort();
  const descriptions: { Identifier: string; Properties: string }[] = [];
  for (const Identifier of all.slice(from, from + MaxResults)) {
    const found = await read(Identifier, at, {});
    if (found !== undefined) descriptions.push({ Identifier, Properties: JSON.stringify(found) });
  }
  const more = from + MaxResults < all.length ? { NextToken: String(from + MaxResults) } : {};
  return { TypeName, ResourceDescriptions: descriptions, ...more };
}

async function openRequest(tx: Transaction, token: string): Promise<RequestState> {
  const request = await tx.get(RequestRecord, token);
  if (request === undefined) {
    throw fault(cloudcontrol, "RequestTokenNotFoundException", `Request with token ${token} was not found`);
  }
  return request;
}

export async function getResourceRequestStatus(
  { RequestToken }: GetResourceRequestStatusInput,
  tx: Transaction,
): Promise<GetResourceRequestStatusOutput> {
  return { ProgressEvent: progressOf(await openRequest(tx, RequestToken)) };
}

export async function cancelResourceRequest(
  { RequestToken }: CancelResourceRequestInput,
  tx: Transaction,
): Promise<CancelResourceRequestOutput> {
  const request = await openRequest(tx, RequestToken);
  if (request.status !== "PENDING") {
    throw fault(
      cloudcontrol,
      "ConcurrentModificationException",
      `Request ${RequestToken} is ${request.status} and cannot be cancelled`,
    );
  }
  return { ProgressEvent: progressOf(request) };
}

export async function listResourceRequests(
  input: ListResourceRequestsInput,
  tx: Transaction,
): Promise<ListResourceRequestsOutput> {
  const { Operations = [], OperationStatuses = [] } = input.ResourceRequestStatusFilter ?? {};
  const page = await tx.list(RequestRecord, {
    index: "time",
    reverse: true,
    cursor: input.NextToken,
    limit: input.MaxResults ?? pageSize,
  });
  const shown = page.values.filter(
    ({ operation, status }) =>
      (Operations.length === 0 || Operations.includes(operation)) &&
      (OperationStatuses.length === 0 || OperationStatuses.includes(status)),
  );
  return {
    ResourceRequestStatusSummaries: shown.map(progressOf),
    ...(page.cursor === undefined ? {} : { NextToken: page.cursor }),
  };
}
