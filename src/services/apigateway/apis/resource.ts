// A resource of an API: one part of a path, with its methods, their
// integrations and responses, which are read and written together.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Method } from "../../../model/generated/apigateway.d.ts";
import { notFound } from "../model.ts";

export interface MethodState extends Method {
  readonly httpMethod: string;
  readonly authorizationType: string;
  readonly apiKeyRequired: boolean;
}

export interface ResourceState {
  readonly apiId: string;
  readonly id: string;
  /** Absent at the root. */
  readonly parentId?: string | undefined;
  readonly pathPart?: string | undefined;
  /** `/pets/{petId}/{rest+}` */
  readonly path: string;
  /** By HTTP method, `ANY` among them. */
  readonly methods: Readonly<Record<string, MethodState>>;
}

export const ResourceRecord = defineResource<ResourceState>()({
  service: "apigateway",
  type: "resource",
  key: (resource) => [resource.apiId, resource.id],
  indexes: {
    // Siblings are looked for at each creation.
    children: ({ apiId, parentId, pathPart }) =>
      parentId === undefined ? undefined : [apiId, parentId, pathPart ?? ""],
  },
});

export async function openResource(tx: Transaction, apiId: string, id: string): Promise<ResourceState> {
  const resource = await tx.get(ResourceRecord, apiId, id);
  if (resource === undefined) throw notFound("Invalid Resource identifier specified");
  return resource;
}

export interface OpenMethod {
  readonly resource: ResourceState;
  readonly method: MethodState;
}

export async function openMethod(
  tx: Transaction,
  input: { readonly restApiId: string; readonly resourceId: string; readonly httpMethod: string },
): Promise<OpenMethod> {
  const resource = await openResource(tx, input.restApiId, input.resourceId);
  const method = resource.methods[input.httpMethod];
  if (method === undefined) throw notFound("Invalid Method identifier specified");
  return { resource, method };
}

/** Stores the method in place of the one of its name. */
export function putMethodState(tx: Transaction, resource: ResourceState, method: MethodState): void {
  tx.put(ResourceRecord, { ...resource, methods: { ...resource.methods, [method.httpMethod]: method } });
}
