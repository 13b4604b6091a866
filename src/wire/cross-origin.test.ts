// What a bucket's own rules change for pages in browsers.

import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Fault } from "../core/fault.ts";
import { type RecordingFront, startRecordingFront } from "./recording-front.ts";

let recording: RecordingFront;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** `fetch` sets neither Host nor Origin. */
function send(method: string, path: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = recording.front;
    const sent = httpRequest({ port, host: "127.0.0.1", method, path, headers, agent: false });
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

beforeAll(async () => {
  recording = await startRecordingFront({
    crossOrigin: async ({ resource, origin, method, preflight }) => {
      if (resource !== "ruled") return undefined;
      if (origin === "https://a.example" && method === "GET") {
        return { allowed: true, headers: { "access-control-allow-origin": origin } };
      }
      if (!preflight) return { allowed: false, headers: {} };
      throw new Fault("s3", "AccessForbidden", "no", { status: 403 });
    },
  });
  recording.reply = () => ({ Body: Buffer.from("object"), ContentLength: 6 });
});
afterAll(() => recording.front.stop(50));

const asking = (origin: string, method: string) => ({ origin, "access-control-request-method": method });

test("a preflight is answered by the rules of the bucket", async () => {
  const yes = await send("OPTIONS", "/ruled/k", asking("https://a.example", "GET"));
  expect([yes.status, yes.headers["access-control-allow-origin"]]).toEqual([200, "https://a.example"]);
  const no = await send("OPTIONS", "/ruled/k", asking("https://a.example", "PUT"));
  expect(no.status).toBe(403);
  expect(no.text).toContain("<Error><Code>AccessForbidden</Code>");
});

test("a page that the rules let in gets an answer, wherever it comes from", async () => {
  const answer = await send("GET", "/ruled/k", { origin: "https://a.example" });
  expect([answer.status, answer.text]).toEqual([200, "object"]);
  expect(answer.headers["access-control-allow-origin"]).toBe("https://a.example");
});

test("a page of this machine gets an answer, and only the headers that the rules give", async () => {
  const answer = await send("GET", "/ruled/k", { origin: "http://localhost:3000" });
  expect(answer.status).toBe(200);
  expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
});

test("a foreign page that no rule lets in is refused, as one is of a bucket without rules", async () => {
  expect((await send("GET", "/ruled/k", { origin: "https://b.example" })).status).toBe(403);
  expect((await send("GET", "/other/k", { origin: "https://a.example" })).status).toBe(403);
});

test("a bucket without rules is open to the pages of this machine", async () => {
  const answer = await send("OPTIONS", "/other/k", asking("http://localhost:3000", "PUT"));
  expect([answer.status, answer.headers["access-control-allow-origin"]]).toEqual([
    204,
    "http://localhost:3000",
  ]);
});
