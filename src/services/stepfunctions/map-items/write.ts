// ResultWriter: the results of a map's children as files in S3, with a manifest
// that names them. The files are written as the results come, so that any number
// of them needs little memory.

import { Fault } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { type Json, StateError } from "../asl/data/scope.ts";
import { type ChildResult, underRole, type WriterAim } from "./aim.ts";
import { s3 } from "./object.ts";
import { resultValues } from "./transform.ts";

const statuses = ["FAILED", "PENDING", "SUCCEEDED"] as const;
type Status = (typeof statuses)[number];

/** A file is written when it has this many bytes. */
const fullFile = 16 * 1024 * 1024;

interface Destination {
  readonly bucket: string;
  /** With a slash at its end. */
  readonly folder: string;
  readonly lines: boolean;
  readonly ctx: Waiting;
}

/** Gives the map state's result: where the manifest lies. */
export async function writeResults(
  aim: WriterAim,
  results: AsyncIterable<ChildResult>,
  ctx: Waiting,
): Promise<Json> {
  const { Bucket: bucket, Prefix: prefix = "" } = aim.parameters as {
    readonly Bucket: string;
    readonly Prefix?: string;
  };
  const destination: Destination = {
    bucket,
    folder: `${prefix === "" ? "" : `${prefix.replace(/\/$/, "")}/`}${aim.mapRunName}/`,
    lines: aim.config.OutputType === "JSONL",
    ctx: underRole(aim.roleArn, ctx),
  };
  const files = new Map(statuses.map((status) => [status, new ResultFiles(status, destination)]));
  for await (const result of results) {
    const status = statusOf(result);
    for (const value of resultValues(
      result,
      status === "SUCCEEDED" ? aim.config.Transformation : undefined,
    )) {
      await files.get(status)!.add(value);
    }
  }
  const written: Record<string, Json> = {};
  for (const [status, file] of files) written[status] = await file.end();
  const manifest = { DestinationBucket: bucket, MapRunArn: aim.mapRunArn, ResultFiles: written };
  const key = `${destination.folder}manifest.json`;
  await put(destination, key, JSON.stringify(manifest));
  return { MapRunArn: aim.mapRunArn, ResultWriterDetails: { Bucket: bucket, Key: key } };
}

function statusOf({ status }: ChildResult): Status {
  if (status === "SUCCEEDED") return "SUCCEEDED";
  return status === "FAILED" || status === "TIMED_OUT" || status === "ABORTED" ? "FAILED" : "PENDING";
}

/** The files of one status, a part at a time. */
class ResultFiles {
  readonly #status: Status;
  readonly #destination: Destination;
  readonly #written: Json[] = [];
  #texts: string[] = [];
  #bytes = 0;

  constructor(status: Status, destination: Destination) {
    this.#status = status;
    this.#destination = destination;
  }

  async add(value: Json): Promise<void> {
    const text = JSON.stringify(value);
    this.#texts.push(text);
    this.#bytes += text.length;
    if (this.#bytes >= fullFile) await this.#write();
  }

  async end(): Promise<readonly Json[]> {
    if (this.#texts.length > 0) await this.#write();
    return this.#written;
  }

  async #write(): Promise<void> {
    const { folder, lines } = this.#destination;
    const key = `${folder}${this.#status}_${this.#written.length}.${lines ? "jsonl" : "json"}`;
    const text = lines ? `${this.#texts.join("\n")}\n` : `[${this.#texts.join(",")}]`;
    this.#written.push({ Key: key, Size: await put(this.#destination, key, text) });
    this.#texts = [];
    this.#bytes = 0;
  }
}

async function put({ bucket, ctx }: Destination, key: string, text: string): Promise<number> {
  const bytes = Buffer.from(text);
  try {
    await ctx.call(s3, "PutObject", { Bucket: bucket, Key: key, Body: streamOf(bytes) });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new StateError(
      "States.ResultWriterFailed",
      `Unable to write s3://${bucket}/${key}: ${error.message} (${error.code})`,
    );
  }
  return bytes.length;
}

async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
