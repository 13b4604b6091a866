// Pages of REST APIs' methods: what the API says of them, or what the product's
// owner says instead.

import { Fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { apiAddress } from "../../../gateway/address.ts";
import type { Apigateway } from "../../../model/generated/apigateway.d.ts";
import type { IdentifierParts } from "../../../model/generated/apigatewayv2.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { badRequest, type Input, nothing, type Output } from "../model.ts";
import { pageOf } from "../operations/page.ts";
import {
  EndpointPage,
  type EndpointPageState,
  type MethodFacts,
  openEndpointPage,
  openProduct,
  portalArn,
} from "./records.ts";

const apigateway = modelOf<Apigateway>("apigateway");

export async function createProductRestEndpointPage(
  input: Input<"CreateProductRestEndpointPage">,
  ctx: Waiting,
): Promise<Output<"CreateProductRestEndpointPage">> {
  const { PortalProductId: product, RestEndpointIdentifier, DisplayContent, TryItState } = input;
  const method = RestEndpointIdentifier.IdentifierParts;
  if (method === undefined) throw badRequest("The REST endpoint is not identified");
  await ctx.atomically((tx) => openProduct(tx, product));
  const facts = await factsOf(method, ctx);
  return ctx.atomically(async (tx) => {
    await openProduct(tx, product);
    const id = tx.ids.lower(10);
    const page: EndpointPageState = {
      product,
      id,
      arn: portalArn(tx, "portalproducts", product, "productrestendpointpages", id),
      method,
      facts,
      overrides: DisplayContent?.Overrides,
      tryIt: TryItState ?? "DISABLED",
      modifiedAt: tx.now,
    };
    tx.put(EndpointPage, page);
    return shown(page);
  });
}

/** Throws where there is no such stage, resource or method. */
async function factsOf(
  { RestApiId, Stage, Path, Method }: IdentifierParts,
  ctx: Waiting,
): Promise<MethodFacts> {
  try {
    await ctx.call(apigateway, "GetStage", { restApiId: RestApiId, stageName: Stage });
    const resource = await resourceAt(RestApiId, Path, ctx);
    const methods = resource?.resourceMethods ?? {};
    const { operationName } = methods[Method] ?? methods.ANY ?? {};
    if (resource === undefined || !(Method in methods || "ANY" in methods)) {
      throw badRequest(`The REST API ${RestApiId} has no method ${Method} at ${Path}`);
    }
    return {
      endpoint: `${apiAddress(ctx.endpoint, ctx.region, RestApiId)}/${Stage}${Path}`,
      operationName,
      body: await documentation(RestApiId, Path, Method, ctx),
    };
  } catch (error) {
    if (error instanceof Fault && error.code === "NotFoundException") throw badRequest(error.message);
    throw error;
  }
}

async function resourceAt(restApiId: string, path: string, ctx: Waiting) {
  let position: string | undefined;
  do {
    const page = await ctx.call(apigateway, "GetResources", {
      restApiId,
      limit: 500,
      embed: ["methods"],
      ...(position === undefined ? {} : { position }),
    });
    const found = page.items?.find((each) => each.path === path);
    if (found !== undefined) return found;
    position = page.position;
  } while (position !== undefined);
  return undefined;
}

/** The summary and description of the method's documentation part, where it has one. */
async function documentation(restApiId: string, path: string, method: string, ctx: Waiting) {
  const { items = [] } = await ctx.call(apigateway, "GetDocumentationParts", {
    restApiId,
    type: "METHOD",
    path,
  });
  const part = items.find(({ location }) => location?.path === path && location.method === method);
  let properties: { readonly summary?: unknown; readonly description?: unknown };
  try {
    properties = JSON.parse(part?.properties ?? "{}");
  } catch {
    return undefined;
  }
  const texts = [properties.summary, properties.description].filter((text) => typeof text === "string");
  return texts.length === 0 ? undefined : texts.join("\n\n");
}

const shown = (page: EndpointPageState) => ({
  ProductRestEndpointPageId: page.id,
  ProductRestEndpointPageArn: page.arn,
  RestEndpointIdentifier: { IdentifierParts: page.method },
  DisplayContent: contentOf(page),
  Status: "AVAILABLE" as const,
  TryItState: page.tryIt,
  LastModified: page.modifiedAt,
});

export function contentOf({ facts, overrides }: EndpointPageState) {
  return {
    Body: overrides?.Body ?? facts.body,
    Endpoint: overrides?.Endpoint ?? facts.endpoint,
    OperationName: overrides?.OperationName ?? facts.operationName,
  };
}

export async function getProductRestEndpointPage(
  input: Input<"GetProductRestEndpointPage">,
  tx: Transaction,
): Promise<Output<"GetProductRestEndpointPage">> {
  await openProduct(tx, input.PortalProductId, input.ResourceOwnerAccountId);
  const page = await openEndpointPage(tx, input.PortalProductId, input.ProductRestEndpointPageId);
  const raw = input.IncludeRawDisplayContent === "true" && JSON.stringify(page.facts);
  return { ...shown(page), ...(raw ? { RawDisplayContent: raw } : {}) };
}

export async function listProductRestEndpointPages(
  input: Input<"ListProductRestEndpointPages">,
  tx: Transaction,
): Promise<Output<"ListProductRestEndpointPages">> {
  await openProduct(tx, input.PortalProductId, input.ResourceOwnerAccountId);
  return pageOf(tx, EndpointPage, [input.PortalProductId], input, (page) => {
    const { DisplayContent, ...summary } = shown(page);
    return { ...summary, Endpoint: DisplayContent.Endpoint, OperationName: DisplayContent.OperationName };
  });
}

/** Looks at the API again. */
export async function updateProductRestEndpointPage(
  input: Input<"UpdateProductRestEndpointPage">,
  ctx: Waiting,
): Promise<Output<"UpdateProductRestEndpointPage">> {
  const { PortalProductId, ProductRestEndpointPageId, DisplayContent, TryItState } = input;
  const known = await ctx.atomically((tx) =>
    openEndpointPage(tx, PortalProductId, ProductRestEndpointPageId),
  );
  const facts = await factsOf(known.method, ctx);
  return ctx.atomically(async (tx) => {
    const before = await openEndpointPage(tx, PortalProductId, ProductRestEndpointPageId);
    const page: EndpointPageState = {
      ...before,
      facts,
      overrides: DisplayContent === undefined ? before.overrides : DisplayContent.Overrides,
      tryIt: TryItState ?? before.tryIt,
      modifiedAt: tx.now,
    };
    tx.put(EndpointPage, page);
    return shown(page);
  });
}

export async function deleteProductRestEndpointPage(
  { PortalProductId, ProductRestEndpointPageId }: Input<"DeleteProductRestEndpointPage">,
  tx: Transaction,
): Promise<Output<"DeleteProductRestEndpointPage">> {
  await openEndpointPage(tx, PortalProductId, ProductRestEndpointPageId);
  tx.delete(EndpointPage, PortalProductId, ProductRestEndpointPageId);
  return nothing;
}
