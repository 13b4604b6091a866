import { afterEach, describe, expect, it } from "vitest";
import { Fault } from "../../../core/fault.ts";
import type { HttpRequest, HttpResponse } from "../../../core/http.ts";
import { anonymousPrincipal, type Principal, rootPrincipal } from "../../../core/principal.ts";
import { codeEndpoint } from "../code/link.ts";
import type { FakeFunction } from "../testing/fake-function-host.ts";
import { type LambdaCloud, lambdaCloud, zipOf } from "../testing/fixtures.ts";
import { urlEndpoint } from "./endpoint.ts";

describe("function URLs", () => {
  let cloud: LambdaCloud;
  let urlId: string;
  afterEach(() => cloud.stop());

  const start = async (handler: FakeFunction, url: object = {}): Promise<Record<string, unknown>> => {
    cloud = await lambdaCloud({ "index.handler": handler });
    await cloud.create("f");
    const created = await cloud.call("lambda", "CreateFunctionUrlConfig", {
      FunctionName: "f",
      AuthType: "NONE",
      ...url,
    });
    urlId = /^http:\/\/([a-z0-9]{32})\.lambda-url\.us-east-1\.localhost:4566\/$/.exec(
      created.FunctionUrl,
    )![1]!;
    return created;
  };

  const unsigned = (): Promise<Principal> =>
    Promise.reject(new Fault("lambda", "MissingAuthenticationTokenException", "no signature"));

  const ask = async (
    given: Partial<HttpRequest> = {},
    options: { readonly id?: string; readonly identify?: () => Promise<Principal> } = {},
  ): Promise<HttpResponse> => {
    const controller = new AbortController();
    const request: HttpRequest = {
      method: "GET",
      path: "/a%20b",
      query: "",
      headers: { host: `${urlId}.lambda-url.us-east-1.localhost:4566` },
      rawHeaders: [],
      host: `${urlId}.lambda-url.us-east-1.localhost`,
      body: new Uint8Array(),
      remoteAddress: "127.0.0.1",
      signal: controller.signal,
      ...given,
    };
    const labels = { urlId: options.id ?? urlId, region: "us-east-1", rest: request.path };
    const info = {
      requestId: "r",
      principal: anonymousPrincipal(),
      endpoint: "http://localhost:4566",
      sourceIp: "127.0.0.1",
      userAgent: "",
    };
    const place = { account: "000000000000", region: "us-east-1" };
    const response = await cloud.kernel.serve(place, info, controller.signal, (ctx) =>
      urlEndpoint.handle(request, labels, ctx, options.identify ?? unsigned),
    );
    return response!;
  };

  const text = async ({ body = "" }: HttpResponse): Promise<string> => {
    if (typeof body === "string") return body;
    if (body instanceof Uint8Array) return Buffer.from(body).toString();
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };

  it("makes an event of payload format 2.0", async () => {
    await start(() => "ok");
    await ask({
      method: "POST",
      query: "a=1&a=2&b=x%20y",
      headers: {
        host: `${urlId}.lambda-url.us-east-1.localhost:4566`,
        cookie: "c1=1; c2=2",
        "content-type": "application/json",
        "user-agent": "test",
      },
      body: Buffer.from('{"x":1}'),
    });
    expect(cloud.host.calls[0]!.event).toMatchObject({
      version: "2.0",
      routeKey: "$default",
      rawPath: "/a%20b",
      rawQueryString: "a=1&a=2&b=x%20y",
      cookies: ["c1=1", "c2=2"],
      queryStringParameters: { a: "1,2", b: "x y" },
      requestContext: {
        accountId: "anonymous",
        apiId: urlId,
        domainName: `${urlId}.lambda-url.us-east-1.localhost`,
        http: { method: "POST", path: "/a%20b", sourceIp: "127.0.0.1", userAgent: "test" },
        time: "01/Jan/2024:00:00:00 +0000",
        timeEpoch: 1_704_067_200_000,
      },
      body: '{"x":1}',
      isBase64Encoded: false,
    });
    expect((cloud.host.calls[0]!.event as { headers: object }).headers).not.toHaveProperty("cookie");
  });

  it("hands over a binary body in base64", async () => {
    await start(() => "ok");
    await ask({ method: "POST", headers: { "content-type": "image/png" }, body: Buffer.from([1, 2, 255]) });
    expect(cloud.host.calls[0]!.event).toMatchObject({ body: "AQL/", isBase64Encoded: true });
  });

  it.each([
    ["a string is the body", "hello", 200, "hello"],
    ["any other value is the body as JSON", { a: 1 }, 200, '{"a":1}'],
    ["a statusCode makes it a description", { statusCode: 418, body: "tea" }, 418, "tea"],
    ["base64 is decoded", { statusCode: 200, body: "aGk=", isBase64Encoded: true }, 200, "hi"],
    ["a body may be absent", { statusCode: 204 }, 204, ""],
    ["a status that is none is an error", { statusCode: "x" }, 502, "Internal Server Error"],
  ])("%s", async (_name, value, status, body) => {
    await start(() => value);
    const response = await ask();
    expect(response.status).toBe(status);
    expect(await text(response)).toBe(body);
  });

  it("sets the function's headers and cookies", async () => {
    await start(() => ({
      statusCode: 200,
      headers: { "X-A": "1", "content-type": "text/plain" },
      cookies: ["a=1", "b=2"],
      body: "",
    }));
    expect((await ask()).headers).toMatchObject({
      "x-a": "1",
      "content-type": "text/plain",
      "set-cookie": ["a=1", "b=2"],
    });
  });

  it("a function's error is a 502, an unknown URL a 404", async () => {
    await start(() => {
      throw new Error("no");
    });
    const failed = await ask();
    expect(failed.status).toBe(502);
    expect(await text(failed)).toBe("Internal Server Error");
    const unknown = await ask({}, { id: "nobody" });
    expect(unknown.status).toBe(404);
    expect(await text(unknown)).toBe('{"Message":null}');
  });

  it("AWS_IAM refuses unsigned requests, and tells the function who signed", async () => {
    await start(() => "ok", { AuthType: "AWS_IAM" });
    const refused = await ask();
    expect(refused.status).toBe(403);
    expect(await text(refused)).toBe('{"Message":"Forbidden"}');
    const allowed = await ask({}, { identify: async () => rootPrincipal("123456789012") });
    expect(allowed.status).toBe(200);
    expect(cloud.host.calls[0]!.event).toMatchObject({
      requestContext: {
        accountId: "123456789012",
        authorizer: { iam: { userArn: "arn:aws:iam::123456789012:root" } },
      },
    });
  });

  it("answers preflights itself, and sets CORS headers for allowed origins only", async () => {
    const Cors = { AllowOrigins: ["https://a.example"], AllowMethods: ["GET"], MaxAge: 60 };
    await start(() => "ok", { Cors });
    const preflight = await ask({
      method: "OPTIONS",
      headers: { origin: "https://a.example", "access-control-request-method": "GET" },
    });
    expect(preflight.headers).toMatchObject({
      "access-control-allow-origin": "https://a.example",
      "access-control-allow-methods": "GET",
      "access-control-max-age": "60",
    });
    expect(cloud.host.calls).toHaveLength(0);
    const foreign = await ask({ headers: { origin: "https://b.example" } });
    expect(foreign.headers).not.toHaveProperty("access-control-allow-origin");
  });

  it("streams, with status and headers from the prelude", async () => {
    const prelude = JSON.stringify({
      statusCode: 201,
      headers: { "content-type": "text/x" },
      cookies: ["a=1"],
    });
    await start(
      () => ({
        contentType: "application/vnd.awslambda.http-integration-response",
        stream: (async function* () {
          yield Buffer.from(prelude.slice(0, 10));
          yield Buffer.concat([Buffer.from(prelude.slice(10)), Buffer.alloc(8), Buffer.from("one")]);
          yield Buffer.from("two");
        })(),
      }),
      { InvokeMode: "RESPONSE_STREAM" },
    );
    const response = await ask();
    expect(response).toMatchObject({
      status: 201,
      headers: { "content-type": "text/x", "set-cookie": ["a=1"] },
    });
    expect(await text(response)).toBe("onetwo");
  });

  it("its configuration is read, changed and deleted", async () => {
    const created = await start(() => "ok");
    expect(created).toMatchObject({
      FunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:f",
      InvokeMode: "BUFFERED",
      CreationTime: "2024-01-01T00:00:00.000Z",
    });
    const changed = await cloud.call("lambda", "UpdateFunctionUrlConfig", {
      FunctionName: "f",
      InvokeMode: "RESPONSE_STREAM",
    });
    expect(changed.FunctionUrl).toBe(created.FunctionUrl);
    const { FunctionUrlConfigs } = await cloud.call("lambda", "ListFunctionUrlConfigs", {
      FunctionName: "f",
    });
    expect(FunctionUrlConfigs).toMatchObject([{ InvokeMode: "RESPONSE_STREAM" }]);
    await cloud.call("lambda", "DeleteFunctionUrlConfig", { FunctionName: "f" });
    await expect(cloud.call("lambda", "GetFunctionUrlConfig", { FunctionName: "f" })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
    });
    expect((await ask()).status).toBe(404);
  });

  it("Code.Location serves the code until the function is deleted", async () => {
    cloud = await lambdaCloud();
    const ZipFile = await zipOf({ "a.js": "1" });
    await cloud.create("f", { Code: { ZipFile } });
    const { Code } = await cloud.call("lambda", "GetFunction", { FunctionName: "f" });
    urlId = "";
    const token = Code.Location.split("/").at(-1);
    const fetchCode = async (): Promise<HttpResponse> => {
      const info = {
        requestId: "r",
        principal: anonymousPrincipal(),
        endpoint: "",
        sourceIp: "",
        userAgent: "",
      };
      const place = { account: "000000000000", region: "us-east-1" };
      const { signal } = new AbortController();
      const response = await cloud.kernel.serve(place, info, signal, (ctx) =>
        codeEndpoint.handle({} as HttpRequest, { token }, ctx, unsigned),
      );
      return response!;
    };
    const found = await fetchCode();
    expect(
      Buffer.from(await text(found), "utf8")
        .subarray(0, 2)
        .toString(),
    ).toBe("PK");
    await cloud.call("lambda", "DeleteFunction", { FunctionName: "f" });
    expect((await fetchCode()).status).toBe(404);
  });
});
