// Resources: the tree of path parts. A path part is a name, a variable
// `{name}`, or a greedy variable `{name+}` that ends the path.

import type { Transaction } from "../../../core/transaction.ts";
import type { Method, Resource } from "../../../model/generated/apigateway.d.ts";
import { openResource, ResourceRecord, type ResourceState } from "../apis/resource.ts";
import { openRestApi } from "../apis/rest-api.ts";
import { badRequest, conflict, type Input, type Output } from "../model.ts";
import { patched, patchTable } from "../patch/patch.ts";
import { replaceable } from "../patch/rule.ts";
import { text } from "../patch/value.ts";
import { page } from "./page.ts";

const partPattern = /^(?:[a-zA-Z0-9._\-:,$~@!*]+|\{[a-zA-Z0-9._-]+\+?\})$/;

export async function createResource(
  { restApiId, parentId, pathPart }: Input<"CreateResource">,
  tx: Transaction,
): Promise<Output<"CreateResource">> {
  await openRestApi(tx, restApiId);
  const parent = await openResource(tx, restApiId, parentId);
  const resource = await childOf(tx, parent, pathPart);
  tx.put(ResourceRecord, resource);
  return shownResource(resource);
}

/** A new resource below another, checked against its siblings; nothing is stored. */
export async function childOf(
  tx: Transaction,
  parent: ResourceState,
  pathPart: string,
): Promise<ResourceState> {
  const id = tx.ids.lower(6);
  await checkPart(tx, parent, pathPart, id);
  return {
    apiId: parent.apiId,
    id,
    parentId: parent.id,
    pathPart,
    path: joined(parent.path, pathPart),
    methods: {},
  };
}

const joined = (parent: string, part: string): string => (parent === "/" ? `/${part}` : `${parent}/${part}`);

async function checkPart(tx: Transaction, parent: ResourceState, part: string, id: string): Promise<void> {
  // The only siblings that matter: the one of the same name, and a variable.
  const siblings = await Promise.all(
    [part, "{"].map((startsWith) =>
      tx.list(ResourceRecord, {
        index: "children",
        prefix: [parent.apiId, parent.id],
        startsWith,
        limit: 100,
      }),
    ),
  );
  checkPathPart(
    parent,
    part,
    siblings.flatMap(({ values }) => values).filter((each) => each.id !== id),
  );
}

/** Refuses what cannot stand below its parent, beside its siblings. */
export function checkPathPart(parent: ResourceState, part: string, siblings: readonly ResourceState[]): void {
  if (!partPattern.test(part)) {
    throw badRequest(
      "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
    );
  }
  if (parent.pathPart?.endsWith("+}")) {
    throw badRequest(`Cannot create a child of a resource with a greedy path variable: ${parent.pathPart}`);
  }
  if (siblings.some((each) => each.pathPart === part)) {
    throw conflict(`Another resource with the same parent already has this name: ${part}`);
  }
  const rival = part.startsWith("{") ? siblings.find((each) => each.pathPart?.startsWith("{")) : undefined;
  if (rival !== undefined) {
    throw badRequest(
      `A sibling (${rival.pathPart}) of this resource already has a variable path part -- only one is allowed`,
    );
  }
}

export async function getResource(
  { restApiId, resourceId, embed }: Input<"GetResource">,
  tx: Transaction,
): Promise<Output<"GetResource">> {
  await openRestApi(tx, restApiId);
  return shownResource(await openResource(tx, restApiId, resourceId), embed?.includes("methods"));
}

export async function getResources(
  input: Input<"GetResources">,
  tx: Transaction,
): Promise<Output<"GetResources">> {
  await openRestApi(tx, input.restApiId);
  const embed = input.embed?.includes("methods");
  const found = await page(tx, ResourceRecord, input, { prefix: [input.restApiId] });
  return { ...found, items: found.items.map((each) => shownResource(each, embed)) };
}

const rules = patchTable([replaceable("/pathPart", text), replaceable("/parentId", text)]);

export async function updateResource(
  { restApiId, resourceId, patchOperations }: Input<"UpdateResource">,
  tx: Transaction,
): Promise<Output<"UpdateResource">> {
  await openRestApi(tx, restApiId);
  const before = await openResource(tx, restApiId, resourceId);
  const after = patched(before, patchOperations, rules);
  if (after.parentId === before.parentId && after.pathPart === before.pathPart) return shownResource(before);
  if (before.parentId === undefined) throw badRequest("Root resource cannot be updated");
  const parent = await openResource(tx, restApiId, after.parentId ?? "");
  if (parent.path === before.path || parent.path.startsWith(`${before.path}/`)) {
    throw badRequest("Resource cannot be moved below itself");
  }
  await checkPart(tx, parent, after.pathPart ?? "", before.id);
  const moved = { ...after, path: joined(parent.path, after.pathPart ?? "") };
  tx.put(ResourceRecord, moved);
  for (const below of await belowOf(tx, before)) {
    tx.put(ResourceRecord, { ...below, path: moved.path + below.path.slice(before.path.length) });
  }
  return shownResource(moved);
}

/** All that stands below a resource, at any depth. */
async function belowOf(tx: Transaction, resource: ResourceState): Promise<readonly ResourceState[]> {
  const all = await tx.all(ResourceRecord, [resource.apiId]);
  return all.filter((each) => each.path.startsWith(`${resource.path}/`));
}

export async function deleteResource(
  { restApiId, resourceId }: Input<"DeleteResource">,
  tx: Transaction,
): Promise<Output<"DeleteResource">> {
  await openRestApi(tx, restApiId);
  const resource = await openResource(tx, restApiId, resourceId);
  if (resource.parentId === undefined) throw badRequest("Root resource cannot be deleted");
  for (const below of await belowOf(tx, resource)) tx.delete(ResourceRecord, restApiId, below.id);
  tx.delete(ResourceRecord, restApiId, resourceId);
  return {};
}

export function shownResource(resource: ResourceState, embed = false): Resource {
  const { id, parentId, pathPart, path, methods } = resource;
  const shown: [string, Method][] = Object.entries(methods).map(([name, method]) => [
    name,
    embed ? method : {},
  ]);
  return {
    id,
    ...(parentId === undefined ? {} : { parentId, pathPart }),
    path,
    ...(shown.length === 0 ? {} : { resourceMethods: Object.fromEntries(shown) }),
  };
}
