// What no well-meaning client sends, byte by byte: each gets a proper answer or
// a closed connection, nothing of it is stored, and the cloud serves on without
// having had an accident.

import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cborCases, formCases, jsonCases, restCases, targetCases, xmlCases } from "./bad-input/bodies.ts";
import { type Case, key, secret } from "./bad-input/case.ts";
import { browserCases, httpCases } from "./bad-input/http.ts";
import { headerCases, presignedCases, uploadCases } from "./bad-input/signatures.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { exchange } from "./support/raw.ts";
import { clientOptions } from "./support/sdk.ts";

let cloud: RunningCloud;
let s3: S3Client;
/** Opened first and looked at last: the time that they are given is long. */
let slow: { readonly name: string; readonly ended: Promise<string> }[];

beforeAll(async () => {
  cloud = await startCloud([], { CUMULET_ROOT_ACCESS_KEY_ID: key, CUMULET_ROOT_SECRET_ACCESS_KEY: secret });
  s3 = new S3Client({ ...clientOptions(cloud, key, secret), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "bad" }));
  await s3.send(new PutObjectCommand({ Bucket: "bad", Key: "object", Body: "content" }));
  slow = [
    dripping("nothing at all", ""),
    dripping("headers that never end", "POST / HTTP/1.1\r\nHost: localhost\r\n", "X-More: 1\r\n"),
    dripping("half a request line", "GET /very", "y"),
  ];
});
afterAll(async () => {
  s3?.destroy();
  await cloud?.stop();
});

/** A client that sends `drop` every second, until the server has had enough. */
function dripping(name: string, start: string, drop?: string): { name: string; ended: Promise<string> } {
  const socket: Socket = connect(cloud.port, "127.0.0.1");
  let text = "";
  socket.on("data", (data) => {
    text += data.toString("latin1");
  });
  socket.on("error", () => undefined);
  socket.write(start);
  const timer = setInterval(() => drop !== undefined && socket.write(drop), 1000);
  const ended = new Promise<string>((resolve) => {
    socket.once("close", () => {
      clearInterval(timer);
      resolve(text);
    });
  });
  return { name, ended };
}

const tables: Readonly<Record<string, readonly Case[]>> = {
  "a signature": headerCases,
  "a presigned address": presignedCases,
  "an upload": uploadCases,
  HTTP: httpCases,
  "a browser": browserCases,
  JSON: jsonCases,
  "a target": targetCases,
  "a form": formCases,
  XML: xmlCases,
  CBOR: cborCases,
  "a REST request": restCases,
};

for (const [subject, cases] of Object.entries(tables)) {
  describe(subject, () => {
    test.each(cases)("$name", async ({ bytes, answer, never, hangUp = false }) => {
      const { text, closed } = await exchange(cloud.port, bytes, { hangUp });
      if (answer === "closed") expect(text).toBe("");
      else expect(text.slice(0, 2000)).toMatch(answer);
      if (never !== undefined) expect(text).not.toMatch(never);
      expect(closed).toBe(true);
      // One answer to one request, whatever was hidden in it, and no stack.
      expect(text.match(/^HTTP\/1\.1 /gm)?.length ?? 0).toBeLessThanOrEqual(1);
      expect(text).not.toMatch(/InternalFailure|node:internal| at .*\.cjs/);
      expect((await fetch(`${cloud.endpoint}/_cumulet/health`)).status).toBe(200);
    });
  });
}

describe("after all of this", () => {
  test("only what was right is stored", async () => {
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: "bad" }));
    expect(Contents?.map(({ Key, Size }) => [Key, Size])).toEqual([
      ["chunked", 5],
      ["object", 7],
    ]);
  });

  test("slow clients are cut off", async () => {
    for (const { ended } of slow) expect(await ended).toMatch(/^$|^HTTP\/1\.1 408 /);
  });

  test("no object of the process has new members", async () => {
    const { text } = await exchange(
      cloud.port,
      "GET /_cumulet/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    );
    expect(text).not.toMatch(/"Limit"|"PathPrefix"/);
  });

  test("the log knows of no accident", async () => {
    cloud.program.child.kill("SIGTERM");
    expect(await cloud.program.ended).toBe(0);
    const lines = readFileSync(join(cloud.dataDirectory, "log/cumulet.log"), "utf8").trim().split("\n");
    const entries = lines.map((line) => JSON.parse(line) as { level: string });
    expect(entries.filter(({ level }) => level === "error")).toEqual([]);
  });
});
