// What tests of repositories say again and again, said once.

import { createHash } from "node:crypto";
import { onTestFinished } from "vitest";
import type { HttpResponse } from "../../core/http.ts";
import { anonymousPrincipal, rootPrincipal } from "../../core/principal.ts";
import { defineService, type Endpoint, type ServiceDefinition } from "../../core/service.ts";
import type { Events } from "../../model/generated/events.d.ts";
import { modelOf } from "../../model/handle.ts";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import { mediaTypes } from "./images/manifest.ts";
import ecr from "./index.ts";

// biome-ignore lint/suspicious/noExplicitAny: as `Caller.call`.
type Call = (operation: string, input?: object) => Promise<any>;

export interface EcrCloud {
  readonly cloud: TestCloud;
  readonly call: Call;
  /** Uploads a layer by ECR's operations; its digest. */
  upload(repositoryName: string, content: string | Uint8Array): Promise<string>;
  /** An image of one layer that says `content`; its digest. */
  push(repositoryName: string, content: string, imageTag?: string): Promise<string>;
  blobCount(): Promise<number>;
}

export const digestOf = (content: string | Uint8Array): string =>
  `sha256:${createHash("sha256").update(content).digest("hex")}`;

export async function ecrCloud(...more: readonly ServiceDefinition[]): Promise<EcrCloud> {
  const cloud = await testCloud([ecr, ...more]);
  onTestFinished(async () => {
    await cloud.stop();
    const accidents = cloud.log.filter((entry) => entry.level === "error");
    if (accidents.length > 0) throw new Error(JSON.stringify(accidents));
  });
  const call: Call = (operation, input) => cloud.call("ecr", operation, input);
  const upload: EcrCloud["upload"] = async (repositoryName, content) => {
    const bytes = Buffer.from(content);
    const { uploadId } = await call("InitiateLayerUpload", { repositoryName });
    const part = { partFirstByte: 0, partLastByte: bytes.length - 1, layerPartBlob: bytes };
    await call("UploadLayerPart", { repositoryName, uploadId, ...part });
    const layerDigests = [digestOf(bytes)];
    await call("CompleteLayerUpload", { repositoryName, uploadId, layerDigests }).catch((error: Error) => {
      if (!/already exists/.test(error.message)) throw error;
    });
    return layerDigests[0]!;
  };
  return {
    cloud,
    call,
    upload,
    push: async (repositoryName, content, imageTag) => {
      await upload(repositoryName, content);
      await upload(repositoryName, "{}");
      const imageManifest = manifestOf(content);
      const { image } = await call("PutImage", { repositoryName, imageManifest, imageTag });
      return image.imageId.imageDigest;
    },
    blobCount: async () => {
      let count = 0;
      const signal = new AbortController().signal;
      const info = { ...about, principal: rootPrincipal("000000000000") };
      for await (const _blob of cloud.kernel.waiting(place, info, { signal }).blobs.list()) count++;
      return count;
    },
  };
}

/** A service that writes down what all others tell. */
export function listener() {
  const heard: Readonly<Record<string, unknown>>[] = [];
  const service = defineService<Events>({
    model: modelOf<Events>("events"),
    resources: [],
    operations: {},
    overhears: async (_source, event) => {
      heard.push(event);
    },
  });
  return { heard, service };
}

const descriptor = (content: string) => ({ digest: digestOf(content), size: Buffer.byteLength(content) });

/** Of an image with one layer and an empty configuration. */
export function manifestOf(content: string, more: object = {}): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.image,
    config: { mediaType: "application/vnd.oci.image.config.v1+json", ...descriptor("{}") },
    layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", ...descriptor(content) }],
    ...more,
  });
}

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Of a virtual host. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const place = { account: "000000000000", region: "us-east-1" };
const about = { requestId: "r", endpoint: "http://localhost:4566", sourceIp: "127.0.0.1", userAgent: "t" };

/** What the front does with a request to a raw data plane: `GET /v2/app/tags/list?n=1`. */
export async function ask(
  cloud: TestCloud,
  endpoint: Endpoint,
  line: string,
  { headers = {}, body = "", labels = {} }: Asked = {},
): Promise<Answered> {
  const [method = "", target = ""] = line.split(" ");
  const [path = "", query = ""] = target.split("?");
  const bytes = Buffer.from(body);
  const response = await cloud.kernel.serve(
    place,
    { ...about, principal: anonymousPrincipal() },
    new AbortController().signal,
    (ctx) =>
      endpoint.handle(
        {
          method,
          path,
          query,
          headers: { "content-length": String(bytes.length), ...headers },
          rawHeaders: [],
          host: "localhost",
          body: bytes,
          remoteAddress: "127.0.0.1",
          signal: new AbortController().signal,
        },
        labels,
        ctx,
        () => Promise.reject(new Error("Nobody signs here.")),
      ),
  );
  return { ...response!, headers: response!.headers as Answered["headers"], text: await textOf(response) };
}

async function textOf(response: HttpResponse | undefined): Promise<string> {
  const { body = "" } = response ?? {};
  if (typeof body === "string") return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body instanceof Uint8Array ? [body] : body) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks).toString();
}
