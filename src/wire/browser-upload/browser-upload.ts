// Browser uploads: a form posted to a bucket, which is a PutObject in another
// shape (docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html).

import { Fault } from "../../core/fault.ts";
import type { HttpRequest, HttpResponse } from "../../core/http.ts";
import type { ByteStream } from "../../model/shapes.ts";
import { codecs } from "../protocols/codecs.ts";
import { s3Headers } from "../protocols/rest/s3.ts";
import { refusalFault } from "../refusal-faults.ts";
import type { WireRequest } from "../request.ts";
import type { Route } from "../routing/route.ts";
import type { FrontServices } from "../services.ts";
import { WireCall } from "../wire-call.ts";
import { escapeText, xmlDeclaration } from "../xml/write.ts";
import { readForm, type UploadForm } from "./form.ts";
import { checkPolicy, type Fields, type SizeRange } from "./policy.ts";
import { senderOf } from "./sender.ts";

export interface BrowserUpload {
  readonly request: WireRequest;
  readonly bucket: string;
  readonly body: ByteStream;
  readonly requestId: string;
  readonly endpoint: string;
  /** The route of a PUT of an object. */
  route(request: HttpRequest): Route;
}

/** The bucket that a form is posted to, where the request is such a one. */
export function postedBucket(request: HttpRequest, hostBucket: string | undefined): string | undefined {
  if (request.method !== "POST" || request.query !== "") return undefined;
  if (!/^multipart\/form-data\b/i.test(request.headers["content-type"] ?? "")) return undefined;
  if (request.headers.authorization !== undefined) return undefined;
  if (hostBucket !== undefined) return request.path === "/" ? hostBucket : undefined;
  return /^\/([^/]+)\/?$/.exec(request.path)?.[1];
}

/** Fields that become headers of the PUT, beside all `x-amz-` ones. */
const headerFields = new Set([
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
]);
/** About the form itself. */
const formFields = /^x-amz-(?:algorithm|credential|date|signature|security-token)$/;

export async function serveBrowserUpload(
  services: FrontServices,
  upload: BrowserUpload,
): Promise<HttpResponse> {
  const { request, bucket } = upload;
  const { authentication, origins, dispatcher } = services;
  const form = await readForm(request.headers["content-type"] ?? "", upload.body);
  const fields = expanded(form);
  const key = fields.get("key");
  if (key === undefined) {
    throw new Fault(
      "s3",
      "InvalidArgument",
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
      { status: 400, fields: { ArgumentName: "key", ArgumentValue: "" } },
    );
  }
  const sender = await senderOf(authentication, fields, origins.isForeign(request.headers));
  if (sender.kind === "refusal") throw refusalFault(sender, "rest-xml", "s3");
  const policy = fields.get("policy");
  const now = authentication.clock.wall?.() ?? authentication.clock.now();
  const range = policy === undefined ? undefined : checkPolicy(policy, fields, bucket, now);

  const put = asPut(request, bucket, key, fields, limited(form.file, range));
  const route = upload.route(put);
  const input = codecs["rest-xml"].decode(route.service, route.operation, put, route.labels);
  const { principal, region } = sender;
  const { requestId, endpoint } = upload;
  const output = await dispatcher.dispatch(
    new WireCall(route, request, { input, principal, region, requestId, endpoint }),
  );
  const { ETag = "" } = output as { readonly ETag?: string };
  const location = `${endpoint}/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
  return answer(fields, { bucket, key, etag: ETag, location }, requestId);
}

const filenameVariable = /\$\{filename\}/g;

/** `${filename}` stands for the file's own name, in any field. */
function expanded({ fields, filename }: UploadForm): Fields {
  const name = filename.slice(Math.max(filename.lastIndexOf("/"), filename.lastIndexOf("\\")) + 1);
  return new Map(
    [...fields].map(([field, value]) => [field, value.replaceAll(filenameVariable, () => name)]),
  );
}

function asPut(
  request: WireRequest,
  bucket: string,
  key: string,
  fields: Fields,
  body: ByteStream,
): HttpRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of fields) {
    if (headerFields.has(name) || (name.startsWith("x-amz-") && !formFields.test(name)))
      headers[name] = value;
  }
  const [acl, tagging] = [fields.get("acl"), fields.get("tagging")];
  if (acl !== undefined) headers["x-amz-acl"] = acl;
  if (tagging !== undefined) headers["x-amz-tagging"] = taggingHeader(tagging);
  return {
    method: "PUT",
    path: `/${bucket}/${encodeURIComponent(key)}`,
    query: "",
    headers,
    rawHeaders: Object.entries(headers).flat(),
    host: request.host,
    body,
    remoteAddress: request.remoteAddress,
    signal: request.signal,
  };
}

/** `<Tagging><TagSet><Tag>...` as the header has it. */
function taggingHeader(xml: string): string {
  const tags = [...xml.matchAll(/<Key>([^<]*)<\/Key>\s*<Value>([^<]*)<\/Value>/g)];
  if (tags.length === 0) {
    const message =
      "The XML you provided was not well-formed or did not validate against our published schema";
    throw new Fault("s3", "MalformedXML", message, { status: 400 });
  }
  return tags.map(([, name = "", value = ""]) => `${text(name)}=${text(value)}`).join("&");
}

function text(escaped: string): string {
  const plain = escaped
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");
  return encodeURIComponent(plain);
}

/** The file, which fails where its size is not what the policy allows: then nothing of it is kept. */
async function* limited(file: ByteStream, range: SizeRange | undefined): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of file) {
    size += chunk.length;
    if (range !== undefined && size > range.most) {
      throw wrongSize("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", {
        ProposedSize: size,
        MaxSizeAllowed: range.most,
      });
    }
    yield chunk;
  }
  if (range !== undefined && size < range.least) {
    throw wrongSize("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", {
      ProposedSize: size,
      MinSizeAllowed: range.least,
    });
  }
}

function wrongSize(code: string, message: string, fields: Readonly<Record<string, number>>): Fault {
  return new Fault("s3", code, message, { status: 400, fields });
}

interface Stored {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  readonly location: string;
}

function answer(fields: Fields, stored: Stored, requestId: string): HttpResponse {
  const { bucket, key, etag, location } = stored;
  const headers = { ...s3Headers(requestId), etag, location };
  const redirect = addressOf(fields.get("success_action_redirect") ?? fields.get("redirect"));
  if (redirect !== undefined) {
    for (const [name, value] of Object.entries({ bucket, key, etag }))
      redirect.searchParams.append(name, value);
    return { status: 303, headers: { ...headers, location: redirect.href } };
  }
  const status = Number(fields.get("success_action_status"));
  if (status !== 201) return { status: status === 200 ? 200 : 204, headers };
  const body = `<PostResponse><Location>${escapeText(location)}</Location><Bucket>${escapeText(bucket)}</Bucket><Key>${escapeText(key)}</Key><ETag>${escapeText(etag)}</ETag></PostResponse>`;
  return { status, headers: { ...headers, "content-type": "application/xml" }, body: xmlDeclaration + body };
}

/** Undefined where it is none: S3 then answers as if it had not been given. */
function addressOf(address: string | undefined): URL | undefined {
  return address !== undefined && URL.canParse(address) && /^https?:/i.test(address)
    ? new URL(address)
    : undefined;
}
