// Developer portals: a portal shows products; a product has pages of its own and
// pages of REST APIs' methods.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  Authorization,
  DisplayContent,
  DisplayContentOverrides,
  DisplayOrder,
  IdentifierParts,
  PortalContent,
  Preview,
  PublishStatus,
  TryItState,
} from "../../../model/generated/apigatewayv2.d.ts";
import { notFound } from "../model.ts";
import type { Tags } from "../records/api.ts";

export interface PortalState {
  readonly id: string;
  readonly arn: string;
  readonly authorization: Authorization;
  readonly content: PortalContent;
  /** ARNs. */
  readonly products: readonly string[];
  readonly tags: Tags;
  readonly modifiedAt: number;
  readonly publishedAt?: number | undefined;
  readonly publishedDescription?: string | undefined;
  readonly publishStatus?: PublishStatus | undefined;
  readonly preview?: Preview | undefined;
}

export const Portal = defineResource<PortalState>()({
  service: "apigatewayv2",
  type: "portal",
  key: ({ id }) => [id],
  arn: ({ arn }) => arn,
  tags: ({ tags }) => tags,
});

export interface ProductState {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly order?: DisplayOrder | undefined;
  readonly policy?: string | undefined;
  readonly tags: Tags;
  readonly modifiedAt: number;
}

export const Product = defineResource<ProductState>()({
  service: "apigatewayv2",
  type: "portal-product",
  key: ({ id }) => [id],
  arn: ({ arn }) => arn,
  tags: ({ tags }) => tags,
});

export interface PageState {
  readonly product: string;
  readonly id: string;
  readonly arn: string;
  readonly content: DisplayContent;
  readonly modifiedAt: number;
}

export const Page = defineResource<PageState>()({
  service: "apigatewayv2",
  type: "product-page",
  key: ({ product, id }) => [product, id],
});

/** What the API itself says of a method, as it was when last looked at. */
export interface MethodFacts {
  readonly endpoint: string;
  readonly operationName?: string | undefined;
  /** Its documentation, Markdown. */
  readonly body?: string | undefined;
}

export interface EndpointPageState {
  readonly product: string;
  readonly id: string;
  readonly arn: string;
  readonly method: IdentifierParts;
  readonly facts: MethodFacts;
  readonly overrides?: DisplayContentOverrides | undefined;
  readonly tryIt: TryItState;
  readonly modifiedAt: number;
}

export const EndpointPage = defineResource<EndpointPageState>()({
  service: "apigatewayv2",
  type: "product-endpoint-page",
  key: ({ product, id }) => [product, id],
});

export async function openPortal(tx: Transaction, id: string): Promise<PortalState> {
  const portal = await tx.get(Portal, id);
  if (portal === undefined) throw notFound(`Unable to find Portal with id ${id}`);
  return portal;
}

/** Products of other accounts are shared by AWS RAM, which is not here. */
export async function openProduct(tx: Transaction, id: string, owner?: string): Promise<ProductState> {
  const product = owner === undefined || owner === tx.account ? await tx.get(Product, id) : undefined;
  if (product === undefined) throw notFound(`Unable to find Portal Product with id ${id}`);
  return product;
}

export async function openPage(tx: Transaction, product: string, id: string): Promise<PageState> {
  const page = await tx.get(Page, product, id);
  if (page === undefined) throw notFound(`Unable to find Product Page with id ${id}`);
  return page;
}

export async function openEndpointPage(
  tx: Transaction,
  product: string,
  id: string,
): Promise<EndpointPageState> {
  const page = await tx.get(EndpointPage, product, id);
  if (page === undefined) throw notFound(`Unable to find Product REST Endpoint Page with id ${id}`);
  return page;
}

export const portalArn = ({ region, account }: Transaction, ...path: readonly string[]): string =>
  `arn:aws:apigateway:${region}:${account}:/${path.join("/")}`;
