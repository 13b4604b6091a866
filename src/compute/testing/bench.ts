// What the tests of this folder share: packages made on the spot, a spec with
// AWS's defaults, and a host over temporary directories.

import { createWriteStream, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";
import type {
  FunctionHost,
  FunctionSpec,
  InvocationResult,
  RoleCredentials,
} from "../../core/ports/compute.ts";
import { createFunctionHost, type FunctionHostOptions } from "../host.ts";

export type Files = Readonly<Record<string, string | { readonly text: string; readonly mode: number }>>;

export async function writeZip(path: string, files: Files): Promise<string> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files)) {
    const { text, mode } = typeof content === "string" ? { text: content, mode: 0o100644 } : content;
    zip.addBuffer(Buffer.from(text), name, { mode, mtime: new Date(0) });
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}

export interface Bench {
  readonly host: FunctionHost;
  readonly directory: string;
  readonly entries: { readonly level: string; readonly message?: unknown }[];
  /** A function of these files. */
  define(
    runtime: string,
    handler: string,
    files: Files,
    changes?: Partial<FunctionSpec>,
  ): Promise<FunctionSpec>;
  /** Invokes it, and waits for its log. */
  invoke(
    spec: FunctionSpec,
    event?: unknown,
    changes?: {
      readonly requestId?: string;
      readonly streaming?: boolean;
      readonly clientContext?: string;
      readonly traceHeader?: string;
    },
  ): Promise<{ readonly result: InvocationResult; readonly payload: unknown; readonly log: string }>;
  close(): Promise<void>;
}

export const credentials = async (): Promise<RoleCredentials> => ({
  accessKeyId: "ASIAEXAMPLE",
  secretAccessKey: "secret",
  sessionToken: "token",
  expiresAt: Date.now() + 3_600_000,
});

let count = 0;

export function openBench(options: Partial<FunctionHostOptions> = {}): Bench {
  const directory = mkdtempSync(join(tmpdir(), "cumulet-compute-"));
  const entries: { level: string; message?: unknown }[] = [];
  const host = createFunctionHost({
    dataDirectory: join(directory, "data"),
    workDirectory: join(directory, "work"),
    endpoint: () => "http://localhost:4566",
    clock: { now: Date.now },
    log: (entry) => entries.push(entry),
    ...(process.env.PATH === undefined ? {} : { hostPath: process.env.PATH }),
    ...options,
  });
  return {
    host,
    directory,
    entries,
    async define(runtime, handler, files, changes = {}) {
      const id = `function-${++count}`;
      const codeZip = await writeZip(join(directory, `${id}.zip`), files);
      return {
        id,
        functionName: id,
        version: "$LATEST",
        invokedArn: `arn:aws:lambda:us-east-1:000000000000:function:${id}`,
        accountId: "000000000000",
        region: "us-east-1",
        runtime,
        handler,
        codeZip,
        layerZips: [],
        environment: {},
        memoryMegabytes: 128,
        timeoutMilliseconds: 10_000,
        ephemeralStorageMegabytes: 512,
        logGroupName: `/aws/lambda/${id}`,
        logStreamName: () => `2024/01/01/[$LATEST]${id}`,
        architecture: "x86_64",
        ...changes,
      };
    },
    async invoke(spec, event = {}, changes = {}) {
      const result = await host.invoke(spec, credentials, {
        requestId: changes.requestId ?? "8f5c1f4e-0000-4000-8000-000000000001",
        payload: Buffer.from(JSON.stringify(event)),
        invokedArn: spec.invokedArn,
        signal: new AbortController().signal,
        ...changes,
      });
      const chunks: Uint8Array[] = [];
      if (result.payload instanceof Uint8Array) chunks.push(result.payload);
      else for await (const chunk of result.payload) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      const log = (await result.logs).map((line) => line.message).join("");
      return { result, payload: parse(text), log };
    },
    async close() {
      await host.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
