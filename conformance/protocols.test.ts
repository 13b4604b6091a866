// The protocol codecs against botocore, service by service: what botocore sends
// for a random input decodes to it, and what the codecs make of a random output
// or error botocore parses back. The seed is in every failure.

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Fault } from "../src/core/fault.ts";
import type { HttpRequest } from "../src/core/http.ts";
import { loadModel } from "../src/model/load.ts";
import type { OperationModel, Protocol, ServiceModel, StructureShape } from "../src/model/shapes.ts";
import { codecs } from "../src/wire/protocols/codecs.ts";
import type { ProtocolName } from "../src/wire/protocols/protocol.ts";
import { Sampler } from "./protocols/sample.ts";
import { available, must } from "./support/client.ts";

const seed = 20_240_229;
const script = join(import.meta.dirname, "protocols/botocore_side.py");
const python = ["python3", "python3.11"].find((each) => available(each, ["-c", "import botocore"]));

/** All protocols and their odd corners; operations beyond this many are sampled. */
const services: readonly (readonly [name: string, protocol: Protocol])[] = [
  ["apigateway", "rest-json"],
  ["autoscaling", "query"],
  ["cloudfront", "rest-xml"],
  ["cloudwatch", "smithy-rpc-v2-cbor"],
  ["cloudwatch", "query"],
  ["dynamodb", "json"],
  ["ec2", "ec2"],
  ["iam", "query"],
  ["lambda", "rest-json"],
  ["logs", "json"],
  ["rds", "query"],
  ["route53", "rest-xml"],
  ["s3", "rest-xml"],
  ["sns", "query"],
  ["sqs", "json"],
  ["stepfunctions", "json"],
];
const operationsPerService = 80;

const codecNames: Readonly<Record<Protocol, ProtocolName>> = {
  json: "json-1.1",
  "rest-json": "rest-json",
  "rest-xml": "rest-xml",
  query: "query",
  ec2: "ec2",
  "smithy-rpc-v2-cbor": "rpc-v2-cbor",
};

/** What botocore's own parser does not do: it leaves these to handlers, or its model says otherwise. */
const exceptions: readonly string[] = [
  "GetBucketLocation",
  "GetBucketNotification",
  "PutBucketNotification",
  // An S3 date header that botocore reads as a date and the SDKs as a text.
  "GetObject",
  "HeadObject",
  "PutObject",
  "CopyObject",
  "CreateMultipartUpload",
  "WriteGetObjectResponse",
];

type Json = Readonly<Record<string, unknown>>;

async function botocore(lines: readonly Json[]): Promise<readonly Json[]> {
  const input = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  const env = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "" };
  const printed = await must(python as string, [script], { env, input });
  return printed
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Json);
}

function hasEvents(shape: StructureShape | undefined): boolean {
  return [...(shape?.members.values() ?? [])].some(
    ({ shape: member }) => member.kind === "structure" && member.eventStream,
  );
}

function sampled(service: ServiceModel): readonly OperationModel[] {
  const all = [...service.operations.values()].filter(
    ({ name, input, output }) => !exceptions.includes(name) && !hasEvents(input) && !hasEvents(output),
  );
  const step = Math.ceil(all.length / operationsPerService);
  return all.filter((_, at) => at % step === 0);
}

/** Empty lists, maps and structures have no form on some protocols; they count as absent. */
function pruned(value: unknown): unknown {
  if (value instanceof Uint8Array) return { $b: Buffer.from(value).toString("base64") };
  if (Array.isArray(value)) return value.map(pruned).filter((each) => !isEmpty(each));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]) => [key, pruned(each)] as const)
      .filter(([, each]) => each !== undefined && !isEmpty(each)),
  );
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

async function collected(input: Json): Promise<Json> {
  const entries: [string, unknown][] = [];
  for (const [key, value] of Object.entries(input)) {
    if (typeof value !== "object" || value === null || !(Symbol.asyncIterator in value)) {
      entries.push([key, value]);
      continue;
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of value as AsyncIterable<Uint8Array>) chunks.push(chunk);
    if (chunks.length > 0) entries.push([key, Buffer.concat(chunks)]);
  }
  return Object.fromEntries(entries);
}

function requestOf(sent: Json): HttpRequest {
  const headers = sent.headers as Record<string, string>;
  return {
    method: sent.method as string,
    path: sent.path as string,
    query: sent.query as string,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    rawHeaders: Object.entries(headers).flat(),
    host: "localhost",
    body: Buffer.from(sent.body as string, "base64"),
    remoteAddress: "127.0.0.1",
    signal: new AbortController().signal,
  };
}

function bodyText(body: unknown): string {
  return Buffer.from((body ?? "") as string | Uint8Array).toString("base64");
}

/** Timestamps of the sample are tagged; in memory they are bare numbers. */
function untagged(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(untagged);
  if (typeof value !== "object" || value === null) return value;
  if ("$t" in value) return value.$t;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, untagged(each)]));
}

describe.skipIf(python === undefined).each(services)(`%s over %s, seed ${seed}`, (name, protocol) => {
  const service = loadModel(name);
  const codec = codecs[codecNames[protocol]];

  test("decodes what botocore sends", async () => {
    const sampler = new Sampler(seed);
    const samples = sampled(service).flatMap((operation) =>
      operation.input === undefined ? [] : [{ operation, ...sampler.of(operation.input) }],
    );
    const sent = await botocore(
      samples.map(({ operation, tagged }) => ({
        service: name,
        protocol,
        operation: operation.name,
        input: tagged,
      })),
    );
    for (const [at, { operation, tagged }] of samples.entries()) {
      const request = sent[at] as Json;
      expect(request.error, operation.name).toBeUndefined();
      const labels = request.labels as Record<string, string>;
      const input = await collected(codec.decode(service, operation, requestOf(request), labels) as Json);
      expect(pruned(input), operation.name).toEqual(pruned(untagged(tagged)));
    }
  });

  test("encodes outputs that botocore parses back", async () => {
    const sampler = new Sampler(seed);
    const samples = sampled(service).flatMap((operation) =>
      operation.output === undefined ? [] : [{ operation, ...sampler.of(operation.output) }],
    );
    const parsed = await botocore(
      samples.map(({ operation, memory }) => {
        const { status, headers, body } = codec.encode(service, operation, memory as object, "id");
        return { service: name, protocol, operation: operation.name, status, headers, body: bodyText(body) };
      }),
    );
    for (const [at, { operation, tagged }] of samples.entries()) {
      const { error, output, requestId } = parsed[at] as Json;
      expect([error, requestId], operation.name).toEqual([undefined, "id"]);
      const { payload } = operation.output ?? {};
      const raw = payload !== undefined && operation.output?.members.get(payload)?.shape.kind === "blob";
      const got = { ...(output as Json) };
      const wanted = { ...(tagged as Json) };
      for (const each of [got, wanted]) if (raw) delete each[payload];
      // Botocore shows a default content type as if it were a member.
      if (!("contentType" in wanted)) delete got.contentType;
      for (const { name: member, location } of operation.output?.members.values() ?? []) {
        if (location === "statusCode") delete got[member];
      }
      expect(pruned(got), operation.name).toEqual(pruned(wanted));
    }
  });

  test("encodes errors that botocore knows", async () => {
    const sampler = new Sampler(seed);
    const samples = sampled(service).flatMap((operation) =>
      operation.errors.map((shape) => ({ operation, shape, ...sampler.of(shape) })),
    );
    if (samples.length === 0) return;
    const parsed = await botocore(
      samples.map(({ operation, shape, memory }) => {
        const { message: _message, Message: _Message, ...fields } = memory as Json;
        const fault = new Fault(name, shape.name, "the <message>", { fields });
        const request = requestOf({ method: "POST", path: "/", query: "", headers: {}, body: "" });
        const { status, headers, body } = codec.encodeError(service, operation, fault, "id", request);
        return { service: name, protocol, operation: operation.name, status, headers, body: bodyText(body) };
      }),
    );
    for (const [at, { operation, shape }] of samples.entries()) {
      expect(parsed[at], `${operation.name} ${shape.name}`).toEqual({
        shape: shape.name,
        message: "the <message>",
      });
    }
  });
});
