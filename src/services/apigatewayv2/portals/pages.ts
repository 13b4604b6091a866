// Pages that a product's owner writes.

import type { Transaction } from "../../../core/transaction.ts";
import { type Input, nothing, type Output } from "../model.ts";
import { pageOf } from "../operations/page.ts";
import { openPage, openProduct, Page, type PageState, portalArn } from "./records.ts";

export async function createProductPage(
  { PortalProductId: product, DisplayContent: content }: Input<"CreateProductPage">,
  tx: Transaction,
): Promise<Output<"CreateProductPage">> {
  await openProduct(tx, product);
  const id = tx.ids.lower(10);
  const arn = portalArn(tx, "portalproducts", product, "productpages", id);
  const page: PageState = { product, id, arn, content, modifiedAt: tx.now };
  tx.put(Page, page);
  return shown(page);
}

const shown = ({ id, arn, content, modifiedAt }: PageState) => ({
  ProductPageId: id,
  ProductPageArn: arn,
  DisplayContent: content,
  LastModified: modifiedAt,
});

export async function getProductPage(
  { PortalProductId, ProductPageId, ResourceOwnerAccountId }: Input<"GetProductPage">,
  tx: Transaction,
): Promise<Output<"GetProductPage">> {
  await openProduct(tx, PortalProductId, ResourceOwnerAccountId);
  return shown(await openPage(tx, PortalProductId, ProductPageId));
}

export async function listProductPages(
  input: Input<"ListProductPages">,
  tx: Transaction,
): Promise<Output<"ListProductPages">> {
  await openProduct(tx, input.PortalProductId, input.ResourceOwnerAccountId);
  return pageOf(tx, Page, [input.PortalProductId], input, (page) => {
    const { DisplayContent, ...summary } = shown(page);
    return { ...summary, PageTitle: DisplayContent.Title };
  });
}

export async function updateProductPage(
  { PortalProductId, ProductPageId, DisplayContent }: Input<"UpdateProductPage">,
  tx: Transaction,
): Promise<Output<"UpdateProductPage">> {
  const before = await openPage(tx, PortalProductId, ProductPageId);
  const page = { ...before, content: DisplayContent ?? before.content, modifiedAt: tx.now };
  tx.put(Page, page);
  return shown(page);
}

export async function deleteProductPage(
  { PortalProductId, ProductPageId }: Input<"DeleteProductPage">,
  tx: Transaction,
): Promise<Output<"DeleteProductPage">> {
  await openPage(tx, PortalProductId, ProductPageId);
  tx.delete(Page, PortalProductId, ProductPageId);
  return nothing;
}
