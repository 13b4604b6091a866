import { afterEach, describe, expect, it } from "vitest";
import { WebError, type WebRequest, type WebResponse } from "../../../../core/ports/web.ts";
import { type HttpCloud, httpCloud } from "../../testing/http-cloud.ts";

describe("HTTP proxy integrations", () => {
  let cloud: HttpCloud;
  let sent: WebRequest[];
  afterEach(() => cloud.stop());

  async function start(
    integration: object,
    answer: Partial<WebResponse> = {},
    routes: readonly string[] = ["ANY /pets/{id}/{rest+}"],
  ): Promise<string> {
    sent = [];
    const web = async (request: WebRequest): Promise<WebResponse> => {
      sent.push(request);
      return { status: 200, headers: {}, body: Buffer.from("ok"), ...answer };
    };
    cloud = await httpCloud({}, [], { web });
    return cloud.serve(
      routes,
      {},
      {
        IntegrationType: "HTTP_PROXY",
        IntegrationMethod: "ANY",
        IntegrationUri: "http://backend.example/v1/{id}?own=1",
        PayloadFormatVersion: "1.0",
        ...integration,
      },
    );
  }

  it("pass on method, headers, query and body, and fill in the path", async () => {
    const apiId = await start({});
    await cloud.ask(apiId, {
      method: "PUT",
      path: "/pets/a%20b/c/d",
      query: "x=1&x=2",
      headers: { accept: "*/*", connection: "keep-alive", "content-type": "a/b" },
      body: "hello",
    });
    expect(sent).toMatchObject([
      {
        method: "PUT",
        url: "http://backend.example/v1/a%20b?own=1&x=1&x=2",
        headers: { accept: "*/*", "content-type": "a/b", via: "HTTP/1.1 AmazonAPIGateway" },
      },
    ]);
    expect(Buffer.from(sent[0]!.body!).toString()).toBe("hello");
    expect(sent[0]!.headers).not.toHaveProperty("connection");
    expect(sent[0]!.headers).not.toHaveProperty("host");
    expect(sent[0]!.headers!.forwarded).toMatch(/^by=.*;for=127\.0\.0\.1;host=.*;proto=http$/);
  });

  it("a greedy variable keeps its slashes", async () => {
    const apiId = await start({ IntegrationUri: "http://backend.example/{rest}" });
    await cloud.ask(apiId, { path: "/pets/1/a/b%2Fc" });
    expect(sent[0]!.url).toBe("http://backend.example/a/b/c");
  });

  it("a client cannot climb out of the integration's path", async () => {
    const apiId = await start({ IntegrationUri: "http://backend.example/public/{rest}" });
    expect((await cloud.ask(apiId, { path: "/pets/1/%2e%2e/private" })).status).toBe(400);
    expect((await cloud.ask(apiId, { path: "/pets/1/a/../../private" })).status).toBe(400);
    expect(sent).toEqual([]);
  });

  it("a stage variable that makes no address is an error of the API's", async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: API Gateway's own expressions.
    const apiId = await start({ IntegrationUri: "http://${stageVariables.host}/" });
    expect(await cloud.ask(apiId, { path: "/pets/1/2" })).toMatchObject({
      status: 500,
      text: '{"message":"Internal Server Error"}',
    });
  });

  it("the answer comes back with status, headers and each cookie", async () => {
    const apiId = await start(
      {},
      {
        status: 418,
        headers: { "x-a": "1", "set-cookie": "a=1, b=2", "transfer-encoding": "chunked" },
        cookies: ["a=1", "b=2"],
        body: Buffer.from("tea"),
      },
    );
    const response = await cloud.ask(apiId, { path: "/pets/1/2" });
    expect(response).toMatchObject({ status: 418, text: "tea" });
    expect(response.headers).toMatchObject({ "x-a": "1", "set-cookie": ["a=1", "b=2"] });
    expect(response.headers).not.toHaveProperty("transfer-encoding");
  });

  it("requests are changed by parameter mapping", async () => {
    const apiId = await start({
      RequestParameters: {
        "append:header.x-id": "$request.path.id",
        "overwrite:header.accept": "text/plain",
        "remove:header.x-gone": "''",
        "append:querystring.stage": "$context.stage",
        "remove:querystring.secret": "''",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: API Gateway's own expressions.
        "overwrite:path": "/other/${request.path.rest}",
      },
    });
    await cloud.ask(apiId, {
      path: "/pets/7/x",
      query: "secret=1&a=2",
      headers: { accept: "*/*", "x-gone": "1" },
    });
    expect(sent[0]).toMatchObject({
      url: "http://backend.example/other/x?own=1&a=2&stage=%24default",
      headers: { "x-id": "7", accept: "text/plain" },
    });
    expect(sent[0]!.headers).not.toHaveProperty("x-gone");
  });

  it("answers are changed by the mapping for their status", async () => {
    const apiId = await start(
      {
        ResponseParameters: {
          "404": { "overwrite:statuscode": "410", "append:header.reason": "$response.body.why" },
        },
      },
      { status: 404, body: Buffer.from('{"why":"gone"}') },
    );
    const response = await cloud.ask(apiId, { path: "/pets/1/2" });
    expect(response).toMatchObject({ status: 410, headers: { reason: "gone" }, text: '{"why":"gone"}' });
  });

  it("a server that does not answer is a 503", async () => {
    cloud = await httpCloud({}, [], { web: () => Promise.reject(new WebError("connection", "nobody")) });
    const apiId = await cloud.serve(
      ["$default"],
      {},
      {
        IntegrationType: "HTTP_PROXY",
        IntegrationMethod: "GET",
        IntegrationUri: "http://backend.example/",
        PayloadFormatVersion: "1.0",
      },
    );
    expect(await cloud.ask(apiId)).toMatchObject({ status: 503, text: '{"message":"Service Unavailable"}' });
  });

  it("an integration through a VPC link says that there is none", async () => {
    const apiId = await start({
      ConnectionType: "VPC_LINK",
      ConnectionId: "abc123",
      IntegrationUri: "arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/x/1/2",
    });
    const response = await cloud.ask(apiId, { path: "/pets/1/2" });
    expect(response.status).toBe(501);
    expect(response.text).toContain("VPC links");
  });

  it.each([
    ["a header that belongs to API Gateway", { "overwrite:header.host": "x" }],
    ["what is no place", { "overwrite:cookie.a": "x" }],
  ])("a mapping of %s is refused", async (_name, RequestParameters) => {
    await expect(start({ RequestParameters })).rejects.toMatchObject({ code: "BadRequestException" });
  });
});
