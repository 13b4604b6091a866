// The form of a browser upload: its fields, which come first, and its file as
// a stream, whatever its size.

import { Readable } from "node:stream";
import type { BusboyConstructor, BusboyInstance } from "@fastify/busboy";
import { Fault } from "../../core/fault.ts";
import type { ByteStream } from "../../model/shapes.ts";

export interface UploadForm {
  /** By lower-case name. */
  readonly fields: ReadonlyMap<string, string>;
  readonly filename: string;
  readonly file: ByteStream;
}

/** All that precedes the file. */
const mostFieldBytes = 20 * 1024;

/** Resolves when the file begins; fields that follow it are ignored, as S3 does. */
export async function readForm(contentType: string, body: ByteStream): Promise<UploadForm> {
  const { Busboy } = await import("@fastify/busboy");
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string>();
    let size = 0;
    let begun = false;
    const parser = parserOf(Busboy, contentType);
    const source = Readable.from(body, { objectMode: false });
    const fail = (error: Error): void => {
      source.unpipe(parser);
      source.destroy();
      reject(error);
    };
    parser.on("field", (name, value) => {
      size += name.length + value.length;
      if (size > mostFieldBytes) fail(tooLong());
      else if (!begun) fields.set(name.toLowerCase(), value);
    });
    parser.on("file", (name, file, filename) => {
      if (begun || name.toLowerCase() !== "file") {
        file.resume();
        return;
      }
      begun = true;
      // What breaks the form breaks the file, and the other way round.
      source.on("error", (error) => file.destroy(error));
      parser.on("error", () => file.destroy(malformed()));
      resolve({ fields, filename: filename ?? "", file });
    });
    parser.on("error", () => fail(malformed()));
    parser.on("finish", () => {
      if (!begun) fail(withoutFile());
    });
    source.on("error", (error) => {
      if (!begun) reject(error);
    });
    source.pipe(parser);
  });
}

function parserOf(Parser: BusboyConstructor, contentType: string): BusboyInstance {
  try {
    return new Parser({
      headers: { "content-type": contentType },
      limits: { fieldSize: mostFieldBytes, fields: 200, files: 1, headerPairs: 50 },
    });
  } catch {
    // There is no boundary.
    throw malformed();
  }
}

function malformed(): Fault {
  const message = "The body of your POST request is not well-formed multipart/form-data.";
  return new Fault("s3", "MalformedPOSTRequest", message, { status: 400 });
}

function withoutFile(): Fault {
  return new Fault("s3", "InvalidArgument", "POST requires exactly one file upload per request.", {
    status: 400,
    fields: { ArgumentName: "file", ArgumentValue: "0" },
  });
}

function tooLong(): Fault {
  const message = "Your POST request fields preceding the upload file were too large.";
  return new Fault("s3", "MaxPostPreDataLengthExceededError", message, { status: 400 });
}
