// Portal products, and the policy that would share them.

import type { Transaction } from "../../../core/transaction.ts";
import { compilePolicy } from "../../../lang/policy/policy.ts";
import type { DisplayOrder } from "../../../model/generated/apigatewayv2.d.ts";
import { badRequest, conflict, type Input, notFound, nothing, type Output } from "../model.ts";
import { pageOf } from "../operations/page.ts";
import { checkTags } from "../operations/tags.ts";
import { EndpointPage, openProduct, Page, Portal, Product, type ProductState, portalArn } from "./records.ts";

export async function createPortalProduct(
  { DisplayName: name, Description: description, Tags: tags = {} }: Input<"CreatePortalProduct">,
  tx: Transaction,
): Promise<Output<"CreatePortalProduct">> {
  checkTags(tags);
  const id = `p${tx.ids.lower(9)}`;
  const arn = portalArn(tx, "portalproducts", id);
  const product: ProductState = { id, arn, name, description, tags, modifiedAt: tx.now };
  tx.put(Product, product);
  return shown(product);
}

const shown = ({ id, arn, name, description = "", order, tags, modifiedAt }: ProductState) => ({
  PortalProductId: id,
  PortalProductArn: arn,
  DisplayName: name,
  Description: description,
  DisplayOrder: order,
  LastModified: modifiedAt,
  Tags: tags,
});

export async function getPortalProduct(
  { PortalProductId, ResourceOwnerAccountId }: Input<"GetPortalProduct">,
  tx: Transaction,
): Promise<Output<"GetPortalProduct">> {
  return shown(await openProduct(tx, PortalProductId, ResourceOwnerAccountId));
}

export async function listPortalProducts(
  input: Input<"ListPortalProducts">,
  tx: Transaction,
): Promise<Output<"ListPortalProducts">> {
  const { ResourceOwner = "SELF" } = input;
  if (ResourceOwner === "OTHER_ACCOUNTS") return { Items: [] };
  if (ResourceOwner !== "SELF") throw badRequest(`Invalid value for resourceOwner: ${ResourceOwner}`);
  return pageOf(tx, Product, [], input, (product) => {
    const { DisplayOrder: _order, ...summary } = shown(product);
    return summary;
  });
}

export async function updatePortalProduct(
  input: Input<"UpdatePortalProduct">,
  tx: Transaction,
): Promise<Output<"UpdatePortalProduct">> {
  const before = await openProduct(tx, input.PortalProductId);
  if (input.DisplayOrder !== undefined) await checkOrder(tx, before, input.DisplayOrder);
  const product: ProductState = {
    ...before,
    name: input.DisplayName ?? before.name,
    description: input.Description ?? before.description,
    order: input.DisplayOrder ?? before.order,
    modifiedAt: tx.now,
  };
  tx.put(Product, product);
  return shown(product);
}

async function checkOrder(tx: Transaction, { id }: ProductState, order: DisplayOrder): Promise<void> {
  const pages = new Set((await tx.all(Page, [id])).map(({ arn }) => arn));
  const endpoints = new Set((await tx.all(EndpointPage, [id])).map(({ arn }) => arn));
  const { OverviewPageArn, ProductPageArns = [], Contents = [] } = order;
  const unknown =
    [...(OverviewPageArn === undefined ? [] : [OverviewPageArn]), ...ProductPageArns].find(
      (arn) => !pages.has(arn),
    ) ??
    Contents.flatMap(({ ProductRestEndpointPageArns }) => ProductRestEndpointPageArns).find(
      (arn) => !endpoints.has(arn),
    );
  if (unknown !== undefined) throw badRequest(`The portal product has no page ${unknown}`);
}

/** With its pages. One that a portal includes stays. */
export async function deletePortalProduct(
  { PortalProductId: id }: Input<"DeletePortalProduct">,
  tx: Transaction,
): Promise<Output<"DeletePortalProduct">> {
  const { arn } = await openProduct(tx, id);
  const including = (await tx.all(Portal)).find(({ products }) => products.includes(arn));
  if (including !== undefined) {
    throw conflict(`The portal product ${id} is included in the portal ${including.id}`);
  }
  for (const page of await tx.all(Page, [id])) tx.delete(Page, id, page.id);
  for (const page of await tx.all(EndpointPage, [id])) tx.delete(EndpointPage, id, page.id);
  tx.delete(Product, id);
  return nothing;
}

export async function putPortalProductSharingPolicy(
  { PortalProductId, PolicyDocument: policy }: Input<"PutPortalProductSharingPolicy">,
  tx: Transaction,
): Promise<Output<"PutPortalProductSharingPolicy">> {
  const product = await openProduct(tx, PortalProductId);
  try {
    compilePolicy(policy);
  } catch {
    throw badRequest("The policy document is not valid");
  }
  tx.put(Product, { ...product, policy });
  return nothing;
}

export async function getPortalProductSharingPolicy(
  { PortalProductId }: Input<"GetPortalProductSharingPolicy">,
  tx: Transaction,
): Promise<Output<"GetPortalProductSharingPolicy">> {
  const { policy } = await openProduct(tx, PortalProductId);
  if (policy === undefined) {
    throw notFound(`Unable to find a sharing policy of the Portal Product with id ${PortalProductId}`);
  }
  return { PortalProductId, PolicyDocument: policy };
}

export async function deletePortalProductSharingPolicy(
  { PortalProductId }: Input<"DeletePortalProductSharingPolicy">,
  tx: Transaction,
): Promise<Output<"DeletePortalProductSharingPolicy">> {
  const { policy: _gone, ...product } = await openProduct(tx, PortalProductId);
  tx.put(Product, product);
  return nothing;
}
