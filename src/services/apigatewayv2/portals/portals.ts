// Portals: create, look at, change, publish, preview, disable, delete.

import { notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { EndpointConfigurationResponse } from "../../../model/generated/apigatewayv2.d.ts";
import { badRequest, conflict, type Input, nothing, type Output } from "../model.ts";
import { pageOf } from "../operations/page.ts";
import { checkTags } from "../operations/tags.ts";
import { Edition, edition } from "./edition.ts";
import { openPortal, Portal, type PortalState, Product, portalArn } from "./records.ts";

const mostProducts = 50;

export async function createPortal(
  input: Input<"CreatePortal">,
  tx: Transaction,
): Promise<Output<"CreatePortal">> {
  refuseMissing(input);
  const { Authorization, PortalContent, IncludedPortalProductArns: products = [], Tags: tags = {} } = input;
  checkTags(tags);
  await checkProducts(tx, products);
  const id = tx.ids.lower(10);
  const portal: PortalState = {
    id,
    arn: portalArn(tx, "portals", id),
    authorization: Authorization,
    content: PortalContent,
    products,
    tags,
    modifiedAt: tx.now,
  };
  tx.put(Portal, portal);
  return shown(tx, portal);
}

/** What a portal may ask for of services that are not there. */
function refuseMissing(input: Input<"CreatePortal"> | Input<"UpdatePortal">): void {
  const asked = {
    "Authorization.CognitoConfig": input.Authorization?.CognitoConfig,
    "EndpointConfiguration.AcmManaged": input.EndpointConfiguration?.AcmManaged,
    LogoUri: input.LogoUri,
    RumAppMonitorName: input.RumAppMonitorName,
  };
  for (const [name, value] of Object.entries(asked)) {
    if (value !== undefined) throw notImplemented("apigatewayv2", `the parameter ${name} of portals`);
  }
}

async function checkProducts(tx: Transaction, arns: readonly string[]): Promise<void> {
  if (arns.length > mostProducts) throw badRequest(`A portal can include at most ${mostProducts} products`);
  const found = await Promise.all(arns.map((arn) => tx.get(Product, arn.slice(arn.lastIndexOf("/") + 1))));
  const missing = arns.find((arn, at) => found[at]?.arn !== arn);
  if (missing !== undefined) throw badRequest(`There is no portal product ${missing}`);
}

function shown(tx: Transaction, portal: PortalState) {
  const { host } = new URL(tx.endpoint);
  const EndpointConfiguration: EndpointConfigurationResponse = {
    PortalDefaultDomainName: `${portal.id}.portal.${tx.region}.${host.replace(/^[\d.]+|^\[.*\]/, "localhost")}`,
    PortalDomainHostedZoneId: "",
  };
  return {
    PortalId: portal.id,
    PortalArn: portal.arn,
    Authorization: portal.authorization,
    EndpointConfiguration,
    PortalContent: portal.content,
    IncludedPortalProductArns: portal.products,
    LastModified: portal.modifiedAt,
    LastPublished: portal.publishedAt,
    LastPublishedDescription: portal.publishedDescription,
    PublishStatus: portal.publishStatus,
    Preview: portal.preview,
    Tags: portal.tags,
  };
}

export async function getPortal(
  { PortalId }: Input<"GetPortal">,
  tx: Transaction,
): Promise<Output<"GetPortal">> {
  return shown(tx, await openPortal(tx, PortalId));
}

export function listPortals(input: Input<"ListPortals">, tx: Transaction): Promise<Output<"ListPortals">> {
  return pageOf(tx, Portal, [], input, (portal) => shown(tx, portal));
}

export async function updatePortal(
  input: Input<"UpdatePortal">,
  tx: Transaction,
): Promise<Output<"UpdatePortal">> {
  refuseMissing(input);
  const before = await openPortal(tx, input.PortalId);
  await checkProducts(tx, input.IncludedPortalProductArns ?? []);
  const portal: PortalState = {
    ...before,
    authorization: input.Authorization ?? before.authorization,
    content: input.PortalContent ?? before.content,
    products: input.IncludedPortalProductArns ?? before.products,
    modifiedAt: tx.now,
  };
  tx.put(Portal, portal);
  return shown(tx, portal);
}

export async function publishPortal(
  { PortalId, Description }: Input<"PublishPortal">,
  tx: Transaction,
): Promise<Output<"PublishPortal">> {
  const portal = await openPortal(tx, PortalId);
  tx.put(Edition, await edition(tx, portal, "published"));
  tx.put(Portal, {
    ...portal,
    publishStatus: "PUBLISHED",
    publishedAt: tx.now,
    publishedDescription: Description,
  });
  return nothing;
}

export async function previewPortal(
  { PortalId }: Input<"PreviewPortal">,
  tx: Transaction,
): Promise<Output<"PreviewPortal">> {
  const portal = await openPortal(tx, PortalId);
  tx.put(Edition, await edition(tx, portal, "preview"));
  const PreviewUrl = `${tx.endpoint}/_portal-preview/${PortalId}/`;
  tx.put(Portal, { ...portal, preview: { PreviewStatus: "PREVIEW_READY", PreviewUrl } });
  return nothing;
}

export async function disablePortal(
  { PortalId }: Input<"DisablePortal">,
  tx: Transaction,
): Promise<Output<"DisablePortal">> {
  const portal = await openPortal(tx, PortalId);
  tx.delete(Edition, PortalId, "published");
  tx.put(Portal, { ...portal, publishStatus: "DISABLED" });
  return nothing;
}

/** Not while it is published. */
export async function deletePortal(
  { PortalId }: Input<"DeletePortal">,
  tx: Transaction,
): Promise<Output<"DeletePortal">> {
  const { publishStatus } = await openPortal(tx, PortalId);
  if (publishStatus === "PUBLISHED") {
    throw conflict("The portal is published. Disable it before you delete it.");
  }
  tx.delete(Edition, PortalId, "preview");
  tx.delete(Portal, PortalId);
  return nothing;
}
