// REST XML: members in path, query and headers, the rest as one XML document.
// S3, which is its own flavour, Route 53, CloudFront, S3 Control.

import { hostId } from "../../base/host-id.ts";
import { Fault } from "../../core/fault.ts";
import type { HttpResponse } from "../../core/http.ts";
import type { Member, ServiceModel, StructureShape } from "../../model/shapes.ts";
import { decodeXml } from "../xml/decode.ts";
import { encodeXml, encodeXmlMembers } from "../xml/encode.ts";
import { restXml as plainForm, s3Xml, type XmlForm } from "../xml/form.ts";
import { XmlError } from "../xml/read.ts";
import { escapeAttribute, escapeText, xmlDeclaration } from "../xml/write.ts";
import { type ErrorAnswer, errorAnswer } from "./errors.ts";
import { eventStreamType, frames, streamMember } from "./event-stream/output.ts";
import { xmlPayload } from "./event-stream/payload.ts";
import type { ProtocolCodec } from "./protocol.ts";
import { type BodyReader, bodyPlan, rawPayload, readBody } from "./rest/payload.ts";
import { readBindings } from "./rest/request.ts";
import { type ResponseHeaders, writeBindings } from "./rest/response.ts";
import { errorHeaders, isHeaderField, s3Headers, s3Roots } from "./rest/s3.ts";
import { Unreadable } from "./unreadable.ts";

/** The models of these services carry the namespace only on their requests. */
const namespaces: Readonly<Record<string, string>> = {
  s3: "http://s3.amazonaws.com/doc/2006-03-01/",
  s3control: "http://awss3control.amazonaws.com/doc/2018-08-20/",
  route53: "https://route53.amazonaws.com/doc/2013-04-01/",
  cloudfront: "http://cloudfront.amazonaws.com/doc/2020-05-31/",
};

const reader: BodyReader = {
  events: xmlPayload,
  member: (payload, body) => decodeXml(payload.shape as StructureShape, body),
  members: (shape, body) => (body.length === 0 ? {} : decodeXml(shape, body)),
};

export const restXml: ProtocolCodec = {
  name: "rest-xml",
  decode(service, operation, request, labels) {
    const { input } = operation;
    if (input === undefined) return {};
    const members = readable(service, "MalformedXML", () => readBody(input, request, reader));
    readable(service, "InvalidArgument", () => readBindings(operation, request, labels, members));
    return members;
  },
  encode(service, operation, output, requestId): HttpResponse {
    const { output: shape, http } = operation;
    const headers = idHeaders(service, requestId);
    if (shape === undefined) return { status: http.status, headers };
    const bound = writeBindings(shape, output, headers, http.status);
    // No model says that a part of an object is a part.
    const status = headers["content-range"] === undefined ? bound : 206;
    if (status === 204 || status === 304 || http.method === "HEAD") return { status, headers };
    const stream = streamMember(shape);
    if (stream !== undefined) {
      headers["content-type"] = eventStreamType;
      const events = (output as Readonly<Record<string, unknown>>)[stream.name] as AsyncIterable<object>;
      return { status, headers, body: frames(stream.shape as StructureShape, events, xmlPayload) };
    }
    const { payload, inBody } = bodyPlan(shape);
    if (payload !== undefined) return payloadResponse(service, payload, output, { status, headers });
    if (!inBody) return { status, headers };
    headers["content-type"] ??= "application/xml";
    return { status, headers, body: xmlDeclaration + document(service, shape, output) };
  },
  encodeError(service, operation, error, requestId, request) {
    const answer = errorAnswer(service, operation, error);
    const headers: ResponseHeaders = idHeaders(service, requestId);
    if (isS3(service)) Object.assign(headers, errorHeaders(error.fields));
    if (request.method === "HEAD" || answer.status === 304) return { status: answer.status, headers };
    headers["content-type"] = "application/xml";
    const body = isS3(service) ? s3Error(answer, error, requestId) : wrappedError(service, answer, requestId);
    return { status: answer.status, headers, body: xmlDeclaration + body };
  },
};

function isS3(service: ServiceModel | undefined): boolean {
  // A request that no service claims is S3's: its host is the one that takes any path.
  return service === undefined || service.name === "s3";
}

function idHeaders(service: ServiceModel | undefined, requestId: string): ResponseHeaders {
  return isS3(service) ? s3Headers(requestId) : { "x-amzn-requestid": requestId };
}

/** S3 has a code for either place; the other services have one for both. */
function readable<T>(service: ServiceModel, s3Code: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Unreadable || error instanceof XmlError)) throw error;
    if (service.name !== "s3") {
      throw new Fault(service.name, "MalformedInput", error.message, { status: 400 });
    }
    const message =
      s3Code === "MalformedXML"
        ? "The XML you provided was not well-formed or did not validate against our published schema"
        : error.message;
    throw new Fault(service.name, s3Code, message, { status: 400 });
  }
}

function formOf(service: ServiceModel): XmlForm {
  return isS3(service) ? s3Xml : plainForm;
}

function namespaceOf(service: ServiceModel | undefined): string | undefined {
  return service === undefined ? undefined : (service.xmlNamespace ?? namespaces[service.name]);
}

function document(service: ServiceModel, shape: StructureShape, output: object): string {
  const name = shape.xmlName ?? (isS3(service) ? s3Roots[shape.name] : undefined) ?? shape.name;
  const namespace = namespaceOf(service);
  const xmlns = namespace === undefined ? "" : ` xmlns="${escapeAttribute(namespace)}"`;
  if (isS3(service) && shape.name === "GetBucketLocationOutput") {
    // The root is the member itself, and empty for us-east-1.
    const { LocationConstraint } = output as { readonly LocationConstraint?: string };
    return `<LocationConstraint${xmlns}>${escapeText(LocationConstraint ?? "")}</LocationConstraint>`;
  }
  return `<${name}${xmlns}>${encodeXmlMembers(formOf(service), shape, output)}</${name}>`;
}

function payloadResponse(
  service: ServiceModel,
  payload: Member,
  output: object,
  head: { readonly status: number; readonly headers: ResponseHeaders },
): HttpResponse {
  const { status, headers } = head;
  const value = (output as Readonly<Record<string, unknown>>)[payload.name];
  if (value === undefined || value === null) return head;
  const raw = rawPayload(payload, value, "application/octet-stream");
  headers["content-type"] ??= raw?.type ?? "application/xml";
  if (raw !== undefined) return { status, headers, body: raw.body };
  const shape = payload.shape as StructureShape;
  const text = encodeXml(formOf(service), shape, payload.wireName, value, namespaceOf(service));
  return { status, headers, body: xmlDeclaration + text };
}

/** S3's error is bare, and holds whatever the fault has to say: `Key`, `BucketName`, `Resource`. */
function s3Error(answer: ErrorAnswer, error: Fault, requestId: string): string {
  let fields = "";
  for (const [name, value] of Object.entries(error.fields)) {
    if (value === undefined || value === null || isHeaderField(name)) continue;
    fields += `<${name}>${escapeText(String(value))}</${name}>`;
  }
  return (
    `<Error><Code>${escapeText(answer.xmlCode)}</Code><Message>${escapeText(answer.message)}</Message>${fields}` +
    `<RequestId>${escapeText(requestId)}</RequestId><HostId>${hostId(requestId)}</HostId></Error>`
  );
}

function wrappedError(service: ServiceModel | undefined, answer: ErrorAnswer, requestId: string): string {
  const namespace = namespaceOf(service);
  const xmlns = namespace === undefined ? "" : ` xmlns="${escapeAttribute(namespace)}"`;
  const { message: _message, Message: _Message, ...others } = answer.members;
  const extra = answer.shape === undefined ? "" : encodeXmlMembers(plainForm, answer.shape, others);
  return (
    `<ErrorResponse${xmlns}><Error><Type>${answer.sender ? "Sender" : "Receiver"}</Type>` +
    `<Code>${escapeText(answer.xmlCode)}</Code><Message>${escapeText(answer.message)}</Message>${extra}</Error>` +
    `<RequestId>${escapeText(requestId)}</RequestId></ErrorResponse>`
  );
}
