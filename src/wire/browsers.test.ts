import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FrontOptions } from "./front.ts";
import { type RecordingFront, startRecordingFront } from "./recording-front.ts";

let recording: RecordingFront;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** `fetch` sets neither Host nor Origin. */
function send(
  method: string,
  path: string,
  headers: Record<string, string>,
  to: RecordingFront = recording,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ port: to.front.port, host: "127.0.0.1", method, path, headers, agent: false });
    sent.on("error", reject);
    sent.on("response", (response) => {
      let text = "";
      response.on("data", (piece) => {
        text += piece;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    sent.end();
  });
}

const options: Partial<FrontOptions> = {
  allowedOrigins: ["https://console.example.com"],
  servedHosts: ["cloud.internal"],
  control: async (request) =>
    request.path === "/_cumulet/health" || request.path === "/_cumulet/reset"
      ? { status: 200, headers: {}, body: "controlled" }
      : undefined,
  endpoints: [
    {
      matches: (request) => request.host.endsWith(".lambda-url.us-east-1.localhost"),
      handle: async (request, identify) => {
        const caller = request.path === "/iam" ? (await identify("lambda")).arn : "nobody";
        return {
          status: 200,
          headers: { "access-control-allow-origin": "https://own.example" },
          body: `${request.method} for ${caller}`,
        };
      },
    },
    {
      anyOrigin: true,
      matches: (request) => request.host === "public.execute-api.localhost",
      handle: async (request) => ({ status: 200, headers: {}, body: `public ${request.method}` }),
      handleAnyHost: async (request) =>
        ["api.example", "shop.localhost", "sqs.localhost"].includes(request.host)
          ? { status: 200, headers: {}, body: "given by its owner" }
          : undefined,
    },
  ],
};

beforeAll(async () => {
  recording = await startRecordingFront(options);
});
afterAll(() => recording.front.stop(50));
beforeEach(() => {
  recording.calls.length = 0;
  recording.reply = () => ({ Body: Buffer.from("object"), ContentLength: 6 });
});

describe("hosts", () => {
  it.each([
    "localhost",
    "LOCALHOST:4566",
    "127.0.0.1:4566",
    "127.8.9.10",
    "[::1]:4566",
    "localhost.:4566",
    "bucket.s3.localhost:4566",
    "sqs.us-east-1.localhost.localstack.cloud:4566",
    "localhost.localstack.cloud",
    "sync-localhost:4566",
    "s3.us-east-1.amazonaws.com",
    "cloud.internal:4566",
    "bucket.s3.cloud.internal",
  ])("serve %s", async (host) => {
    expect((await send("GET", "/bucket/key", { host })).status).not.toBe(403);
  });

  it.each([
    "evil.example",
    "evil.example:4566",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "notlocalhost",
    "amazonaws.com.evil.example",
    "192.168.1.5",
    "0.0.0.0:4566",
    "[::2]",
  ])("refuse %s, which could be a rebound name", async (host) => {
    const answer = await send("GET", "/bucket/key", { host });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain("is not a host that Cumulet serves");
    expect(recording.calls).toEqual([]);
  });

  it("are not checked where no unknown key is trusted: then nobody is let in by name", async () => {
    const strict = await startRecordingFront({ trustUnknownKeys: false });
    strict.reply = () => ({ Body: Buffer.from("object") });
    expect((await send("GET", "/bucket/key", { host: "cloud.company" }, strict)).status).toBe(200);
    await strict.front.stop(50);
  });
});

describe("origins", () => {
  const host = "localhost";

  it.each([
    "http://localhost:3000",
    "https://127.0.0.1",
    "http://app.localhost:8080",
    "https://console.example.com",
  ])("let %s read answers", async (origin) => {
    const answer = await send("GET", "/bucket/key", { host, origin });
    expect(answer.status).toBe(200);
    expect(answer.headers["access-control-allow-origin"]).toBe(origin);
    expect(answer.headers["access-control-expose-headers"]).toContain("x-amzn-requestid");
    expect(answer.headers.vary).toBe("Origin");
  });

  it.each(["https://evil.example", "null", "http://localhost.evil.example", "http://evil.example:localhost"])(
    "refuse %s before anything happens",
    async (origin) => {
      for (const [method, path] of [
        ["POST", "/"],
        ["OPTIONS", "/"],
        ["POST", "/_cumulet/reset"],
        ["PUT", "/bucket/key"],
      ] as const) {
        const answer = await send(method, path, { host, origin, "access-control-request-method": "POST" });
        expect(answer.status).toBe(403);
        expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
      }
      expect(recording.calls).toEqual([]);
    },
  );

  it("answer a preflight with whatever headers an SDK asks for", async () => {
    const answer = await send("OPTIONS", "/", {
      host,
      origin: "http://localhost:3000",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,x-amz-date,x-amz-target",
    });
    expect(answer.status).toBe(204);
    expect(answer.headers["access-control-allow-methods"]).toContain("POST");
    expect(answer.headers["access-control-allow-headers"]).toBe("authorization,x-amz-date,x-amz-target");
  });

  it("extend no trust to an image or a form on a foreign page, which carries no origin", async () => {
    const stolen =
      "/?Action=CreateUser&Version=2010-05-08&UserName=eve&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test%2F20150830%2Fus-east-1%2Fiam%2Faws4_request&X-Amz-Date=20150830T000000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=00&X-Amz-Expires=1";
    const headers = { host, "sec-fetch-site": "cross-site" };
    expect((await send("GET", stolen, headers)).text).toContain("InvalidClientTokenId");
    expect((await send("POST", "/_cumulet/reset", headers)).status).toBe(403);
    expect(recording.calls).toEqual([]);
  });

  it("leave a data plane its own rules", async () => {
    const answer = await send("OPTIONS", "/", {
      host: "abc.lambda-url.us-east-1.localhost",
      origin: "http://localhost:3000",
      "access-control-request-method": "POST",
    });
    expect(answer.text).toBe("OPTIONS for nobody");
    expect(answer.headers["access-control-allow-origin"]).toBe("https://own.example");
  });
});

describe("control routes and data planes", () => {
  it("may be there for pages of every origin", async () => {
    const origin = "https://anybody.example";
    expect((await send("GET", "/", { host: "public.execute-api.localhost", origin })).text).toBe(
      "public GET",
    );
    expect((await send("GET", "/", { host: "abc.lambda-url.us-east-1.localhost", origin })).status).toBe(403);
  });

  it("may be given a name below the cloud's own that means nothing else", async () => {
    expect((await send("GET", "/", { host: "shop.localhost:4566" })).text).toBe("given by its owner");
    expect((await send("GET", "/", { host: "other.localhost:4566" })).text).not.toBe("given by its owner");
    const authorization =
      "AWS4-HMAC-SHA256 Credential=123456789012/20150830/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=00";
    expect((await send("GET", "/", { host: "sqs.localhost", authorization })).text).not.toBe(
      "given by its owner",
    );
  });

  it("may be given a host that the cloud does not serve", async () => {
    const host = "api.example";
    expect((await send("GET", "/", { host, origin: "https://anybody.example" })).text).toBe(
      "given by its owner",
    );
    const strict = await startRecordingFront({ ...options, trustUnknownKeys: false });
    expect((await send("GET", "/", { host }, strict)).text).toBe("given by its owner");
    strict.reply = () => ({ Body: Buffer.from("object") });
    expect((await send("GET", "/bucket/key", { host: "cloud.company" }, strict)).text).toBe("object");
    await strict.front.stop(50);
  });

  it("come before the AWS APIs", async () => {
    expect((await send("GET", "/_cumulet/health", { host: "localhost" })).text).toBe("controlled");
    expect((await send("GET", "/_nothing", { host: "localhost" })).status).toBe(404);
  });

  it("may ask who calls", async () => {
    const host = "abc.lambda-url.us-east-1.localhost";
    const missing = await send("GET", "/iam", { host });
    expect(missing.status).toBe(403);
    expect(missing.text).toContain("Missing Authentication Token");
    const authorization =
      "AWS4-HMAC-SHA256 Credential=123456789012/20150830/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=00";
    expect((await send("GET", "/iam", { host, authorization })).text).toBe(
      "GET for arn:aws:iam::123456789012:root",
    );
  });
});
