// Developer portals: products and their pages, published as a site.

import { afterEach, beforeEach, expect, test } from "vitest";
import type { HttpRequest } from "../../../core/http.ts";
import { anonymousPrincipal } from "../../../core/principal.ts";
import apigateway from "../../apigateway/index.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import apigatewayv2 from "../index.ts";

let cloud: TestCloud;
let restApiId: string;
const call = (operation: string, input: object = {}) => cloud.call("apigatewayv2", operation, input);

beforeEach(async () => {
  cloud = await testCloud([apigateway, apigatewayv2]);
  const rest = (operation: string, input: object) => cloud.call("apigateway", operation, input);
  const api = await rest("CreateRestApi", { name: "orders" });
  restApiId = api.id;
  const { id: resourceId } = await rest("CreateResource", {
    restApiId,
    parentId: api.rootResourceId,
    pathPart: "{order}",
  });
  const method = { restApiId, resourceId, httpMethod: "GET" };
  await rest("PutMethod", { ...method, authorizationType: "NONE", operationName: "Read an order" });
  await rest("PutIntegration", { ...method, type: "MOCK" });
  await rest("CreateDocumentationPart", {
    restApiId,
    location: { type: "METHOD", path: "/{order}", method: "GET" },
    properties: '{"description":"Finds it by its *number*."}',
  });
  await rest("CreateDeployment", { restApiId, stageName: "live" });
});
afterEach(() => cloud.stop());

const identifier = (change: object = {}) => ({
  RestEndpointIdentifier: {
    IdentifierParts: { RestApiId: restApiId, Stage: "live", Path: "/{order}", Method: "GET", ...change },
  },
});

const white = "#ffffff";
const CustomColors = {
  AccentColor: "#0066cc",
  BackgroundColor: white,
  ErrorValidationColor: white,
  HeaderColor: white,
  NavigationColor: white,
  TextColor: "red;}main{x:y",
};

async function portalOf(products: readonly string[]): Promise<string> {
  const { PortalId } = await call("CreatePortal", {
    Authorization: { None: {} },
    EndpointConfiguration: { None: {} },
    IncludedPortalProductArns: products,
    PortalContent: { DisplayName: "Shop <b>", Theme: { CustomColors } },
  });
  return PortalId;
}

async function visit(path: string, method = "GET") {
  const [, form = "", portalId = ""] = path.split("/");
  const endpoint = apigatewayv2.endpoints!.find(({ paths }) => paths?.includes(`/${form}/{portalId}`))!;
  const rest = path.slice(form.length + portalId.length + 2) || "/";
  const info = { requestId: "", principal: anonymousPrincipal(), endpoint: "", sourceIp: "", userAgent: "" };
  const { signal } = new AbortController();
  const request = { method, path, headers: {} } as unknown as HttpRequest;
  const place = { account: "000000000000", region: "us-east-1" };
  const response = await cloud.kernel.serve(place, info, signal, (ctx) =>
    endpoint.handle(request, { portalId, rest }, ctx, () => Promise.reject(new Error("unsigned"))),
  );
  return { ...response!, text: String(response!.body ?? "") };
}

test("a page of a method shows what the API says of it, or what is said instead", async () => {
  const { PortalProductId } = await call("CreatePortalProduct", { DisplayName: "Orders" });
  const page = await call("CreateProductRestEndpointPage", { PortalProductId, ...identifier() });
  expect(page).toMatchObject({
    Status: "AVAILABLE",
    TryItState: "DISABLED",
    DisplayContent: {
      Body: "Finds it by its *number*.",
      OperationName: "Read an order",
      Endpoint: `http://${restApiId}.execute-api.us-east-1.localhost:4566/live/{order}`,
    },
  });
  const ids = { PortalProductId, ProductRestEndpointPageId: page.ProductRestEndpointPageId };
  await call("UpdateProductRestEndpointPage", {
    ...ids,
    DisplayContent: { Overrides: { OperationName: "Look it up" } },
    TryItState: "ENABLED",
  });
  expect(await call("GetProductRestEndpointPage", ids)).toMatchObject({
    DisplayContent: { Body: "Finds it by its *number*.", OperationName: "Look it up" },
    TryItState: "ENABLED",
  });
  for (const change of [{ Method: "POST" }, { Path: "/none" }, { Stage: "none" }]) {
    await expect(
      call("CreateProductRestEndpointPage", { PortalProductId, ...identifier(change) }),
    ).rejects.toMatchObject({ code: "BadRequestException" });
  }
});

test("a portal shows its products as they were when it was published", async () => {
  const product = await call("CreatePortalProduct", { DisplayName: "Orders", Description: "All of them" });
  const { PortalProductId } = product;
  const about = await call("CreateProductPage", {
    PortalProductId,
    DisplayContent: { Title: "About", Body: "# Welcome\n<script>alert(1)</script> [x](javascript:alert(1))" },
  });
  const read = await call("CreateProductRestEndpointPage", {
    PortalProductId,
    ...identifier(),
    TryItState: "ENABLED",
  });
  await call("UpdatePortalProduct", {
    PortalProductId,
    DisplayOrder: {
      OverviewPageArn: about.ProductPageArn,
      Contents: [{ SectionName: "Reading", ProductRestEndpointPageArns: [read.ProductRestEndpointPageArn] }],
    },
  });
  const id = await portalOf([product.PortalProductArn]);
  expect((await visit(`/_portal/${id}/`)).status).toBe(404);
  await call("PreviewPortal", { PortalId: id });
  expect((await visit(`/_portal-preview/${id}/`)).text).toContain("Preview");
  await call("PublishPortal", { PortalId: id, Description: "first" });
  expect(await call("GetPortal", { PortalId: id })).toMatchObject({
    PublishStatus: "PUBLISHED",
    LastPublishedDescription: "first",
    Preview: { PreviewStatus: "PREVIEW_READY" },
  });
  await call("UpdatePortalProduct", { PortalProductId, DisplayName: "Changed" });
  const home = await visit(`/_portal/${id}`);
  expect(home.text).toContain(`<a href="/_portal/${id}/${PortalProductId}/">`);
  expect(home.text).toContain("Shop &#60;b&#62;");
  expect(home.text).not.toMatch(/Changed|x:y/);
  const overview = await visit(`/_portal/${id}/${PortalProductId}/`);
  expect(overview.text).toContain("<h1>Welcome</h1>");
  expect(overview.text).not.toMatch(/<script>alert|href="javascript/);
  expect(overview.text).toContain("<h2>Reading</h2>");
  const method = await visit(`/_portal/${id}/${PortalProductId}/${read.ProductRestEndpointPageId}`);
  expect(method.text).toContain("Finds it by its <em>number</em>.");
  expect(method.text).toContain(`data-path="/${restApiId}/live/{order}"`);
  expect((await visit(`/_portal/${id}/none/`)).status).toBe(404);
  expect((await visit(`/_portal/${id}/`, "POST")).status).toBe(405);
});

test("what is in use cannot be deleted", async () => {
  const product = await call("CreatePortalProduct", { DisplayName: "Orders" });
  const { PortalProductId } = product;
  const id = await portalOf([product.PortalProductArn]);
  await call("PublishPortal", { PortalId: id });
  await expect(call("DeletePortalProduct", { PortalProductId })).rejects.toMatchObject({
    code: "ConflictException",
  });
  await expect(call("DeletePortal", { PortalId: id })).rejects.toThrow("Disable it");
  await call("DisablePortal", { PortalId: id });
  expect((await visit(`/_portal/${id}/`)).status).toBe(404);
  await call("DeletePortal", { PortalId: id });
  await call("DeletePortalProduct", { PortalProductId });
  expect((await call("ListPortals")).Items).toEqual([]);
  expect((await call("ListPortalProducts")).Items).toEqual([]);
});

test("pages, policies and tags of products", async () => {
  const { PortalProductId, PortalProductArn } = await call("CreatePortalProduct", {
    DisplayName: "Orders",
    Tags: { team: "a" },
  });
  const page = await call("CreateProductPage", {
    PortalProductId,
    DisplayContent: { Title: "One", Body: "first" },
  });
  const ids = { PortalProductId, ProductPageId: page.ProductPageId };
  await call("UpdateProductPage", { ...ids, DisplayContent: { Title: "Two", Body: "second" } });
  expect((await call("ListProductPages", { PortalProductId })).Items).toMatchObject([{ PageTitle: "Two" }]);
  expect((await call("GetProductPage", ids)).DisplayContent.Body).toBe("second");
  await call("DeleteProductPage", ids);
  await expect(call("GetProductPage", ids)).rejects.toMatchObject({ code: "NotFoundException" });
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { AWS: "111122223333" }, Action: "apigateway:*", Resource: "*" },
    ],
  });
  await call("PutPortalProductSharingPolicy", { PortalProductId, PolicyDocument });
  expect(await call("GetPortalProductSharingPolicy", { PortalProductId })).toEqual({
    PortalProductId,
    PolicyDocument,
  });
  await call("DeletePortalProductSharingPolicy", { PortalProductId });
  await expect(call("GetPortalProductSharingPolicy", { PortalProductId })).rejects.toThrow("sharing policy");
  await call("TagResource", { ResourceArn: PortalProductArn, Tags: { team: "b" } });
  expect((await call("GetPortalProduct", { PortalProductId })).Tags).toEqual({ team: "b" });
  await expect(portalOf([PortalProductArn.replace(/.{9}$/, "000000000")])).rejects.toThrow(
    "There is no portal product",
  );
});
