// What a portal shows: all of its products and pages, copied together at the
// moment it is published or previewed, so that later changes wait for the next.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { CustomColors } from "../../../model/generated/apigatewayv2.d.ts";
import { badRequest } from "../model.ts";
import { contentOf } from "./endpoint-pages.ts";
import { EndpointPage, Page, type PortalState, Product, type ProductState } from "./records.ts";

export interface ShownPage {
  readonly id: string;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  /** Of a method of an API. */
  readonly method?:
    | {
        readonly verb: string;
        readonly endpoint: string;
        /** `/<api id>/<stage><path>`, below the path form of data planes. */
        readonly path: string;
        readonly tryIt: boolean;
      }
    | undefined;
}

export interface ShownProduct {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly sections: readonly { readonly name: string; readonly pages: readonly ShownPage[] }[];
}

export interface EditionState {
  readonly portal: string;
  readonly kind: "published" | "preview";
  readonly region: string;
  readonly account: string;
  readonly name: string;
  readonly description: string;
  readonly colors: CustomColors;
  readonly products: readonly ShownProduct[];
}

/** Found by the portal's id alone, as its address has nothing else. */
export const Edition = defineResource<EditionState>()({
  service: "apigatewayv2",
  type: "portal-edition",
  scope: "global",
  key: ({ portal, kind }) => [portal, kind],
});

export async function edition(
  tx: Transaction,
  portal: PortalState,
  kind: EditionState["kind"],
): Promise<EditionState> {
  const { DisplayName, Description = "", Theme } = portal.content;
  const products = await Promise.all(
    portal.products.map(async (arn) => {
      const product = await tx.get(Product, arn.slice(arn.lastIndexOf("/") + 1));
      if (product === undefined) throw badRequest(`The portal includes a product that is not there: ${arn}`);
      return shownProduct(tx, product);
    }),
  );
  return {
    portal: portal.id,
    kind,
    region: tx.region,
    account: tx.account,
    name: DisplayName,
    description: Description,
    colors: Theme.CustomColors,
    products,
  };
}

/** In the product's order, where it has one; what that does not mention follows. */
async function shownProduct(tx: Transaction, product: ProductState): Promise<ShownProduct> {
  const { OverviewPageArn, ProductPageArns = [], Contents = [] } = product.order ?? {};
  const pages = await tx.all(Page, [product.id]);
  const endpoints = await tx.all(EndpointPage, [product.id]);
  const own = pages.map(({ id, arn, content }) => ({
    arn,
    page: { id, title: content.Title, body: content.Body },
  }));
  const methods = endpoints.map((each) => {
    const { Body = "", Endpoint, OperationName } = contentOf(each);
    const { Method, Path, RestApiId, Stage } = each.method;
    const page: ShownPage = {
      id: each.id,
      title: OperationName ?? `${Method} ${Path}`,
      body: Body,
      method: {
        verb: Method,
        endpoint: Endpoint,
        path: `/${RestApiId}/${Stage}${Path}`,
        tryIt: each.tryIt === "ENABLED",
      },
    };
    return { arn: each.arn, page };
  });
  const first = [...(OverviewPageArn === undefined ? [] : [OverviewPageArn]), ...ProductPageArns];
  const named = Contents.flatMap(({ ProductRestEndpointPageArns }) => ProductRestEndpointPageArns);
  return {
    id: product.id,
    name: product.name,
    description: product.description ?? "",
    sections: [
      { name: "", pages: [...taken(own, first), ...rest(own, first)] },
      ...Contents.map(({ SectionName, ProductRestEndpointPageArns }) => ({
        name: SectionName,
        pages: taken(methods, ProductRestEndpointPageArns),
      })),
      { name: Contents.length === 0 ? "" : "More", pages: rest(methods, named) },
    ].filter(({ pages }) => pages.length > 0),
  };
}

interface Kept {
  readonly arn: string;
  readonly page: ShownPage;
}

const taken = (all: readonly Kept[], arns: readonly string[]): readonly ShownPage[] =>
  arns.flatMap((arn) => all.find((each) => each.arn === arn)?.page ?? []);

const rest = (all: readonly Kept[], arns: readonly string[]): readonly ShownPage[] =>
  all.filter(({ arn }) => !arns.includes(arn)).map(({ page }) => page);
