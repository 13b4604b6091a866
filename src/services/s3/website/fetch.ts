// An object as a website shows it: read through S3's own operations, by nobody
// in particular, so that the bucket's policy and lists decide.

import { Fault } from "../../../core/fault.ts";
import type { HttpRequest, HttpResponse } from "../../../core/http.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { s3 } from "../model.ts";
import { type PageError, pageError } from "./page.ts";

export type Answered =
  | { readonly kind: "object"; readonly response: HttpResponse }
  | { readonly kind: "redirect"; readonly status: number; readonly location: string }
  | { readonly kind: "error"; readonly error: PageError };

const shown = [
  ["CacheControl", "cache-control"],
  ["ContentDisposition", "content-disposition"],
  ["ContentEncoding", "content-encoding"],
  ["ContentLanguage", "content-language"],
  ["ContentType", "content-type"],
  ["ContentRange", "content-range"],
  ["ETag", "etag"],
  ["VersionId", "x-amz-version-id"],
] as const;

export async function fetchObject(
  ctx: Waiting,
  bucket: string,
  key: string,
  request: Pick<HttpRequest, "method" | "headers">,
): Promise<Answered> {
  const { headers } = request;
  const input = {
    Bucket: bucket,
    Key: key,
    IfMatch: headers["if-match"],
    IfNoneMatch: headers["if-none-match"],
    IfModifiedSince: dateOf(headers["if-modified-since"]),
    IfUnmodifiedSince: dateOf(headers["if-unmodified-since"]),
    Range: headers.range,
  };
  try {
    const output =
      request.method === "HEAD"
        ? { ...(await ctx.call(s3, "HeadObject", input)), Body: undefined }
        : await ctx.call(s3, "GetObject", input);
    if (output.WebsiteRedirectLocation !== undefined) {
      return { kind: "redirect", status: 301, location: output.WebsiteRedirectLocation };
    }
    const answer: Record<string, string> = { "content-length": String(output.ContentLength ?? 0) };
    for (const [member, name] of shown) if (output[member] !== undefined) answer[name] = output[member];
    if (output.LastModified !== undefined)
      answer["last-modified"] = new Date(output.LastModified).toUTCString();
    for (const [name, value] of Object.entries(output.Metadata ?? {})) answer[`x-amz-meta-${name}`] = value;
    const status = output.ContentRange === undefined ? 200 : 206;
    const body = output.Body === undefined ? {} : { body: output.Body };
    return { kind: "object", response: { status, headers: answer, ...body } };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { kind: "error", error: pageError(error) };
  }
}

function dateOf(text: string | undefined): number | undefined {
  const parsed = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(parsed) ? undefined : parsed;
}
