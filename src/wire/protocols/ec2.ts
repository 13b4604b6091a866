// The ec2 protocol: the query protocol with its own names on input, and on
// output without the wrapping elements.

import { Fault } from "../../core/fault.ts";
import { encodeXmlMembers } from "../xml/encode.ts";
import { ec2Xml } from "../xml/form.ts";
import { escapeText, xmlDeclaration } from "../xml/write.ts";
import { errorAnswer } from "./errors.ts";
import type { ProtocolCodec } from "./protocol.ts";
import { decodeForm, ec2Dialect } from "./query/decode.ts";
import { formOf } from "./query.ts";
import { Unreadable } from "./unreadable.ts";

const contentType = "text/xml;charset=UTF-8";

export const ec2: ProtocolCodec = {
  name: "ec2",
  decode(service, operation, request) {
    if (operation.input === undefined) return {};
    try {
      return decodeForm(ec2Dialect, operation.input, formOf(request));
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      throw new Fault(service.name, "InvalidParameterValue", error.message, { status: 400 });
    }
  },
  encode(service, operation, output, requestId) {
    const { name, output: shape } = operation;
    const namespace = service.xmlNamespace ?? `http://ec2.amazonaws.com/doc/${service.apiVersion}`;
    const id = `<requestId>${escapeText(requestId)}</requestId>`;
    // An operation without output answers as EC2 always did: with `return`.
    const members = shape === undefined ? "<return>true</return>" : encodeXmlMembers(ec2Xml, shape, output);
    return {
      status: 200,
      headers: { "content-type": contentType, "x-amzn-requestid": requestId },
      body: `${xmlDeclaration}<${name}Response xmlns="${namespace.replace(/\/?$/, "/")}">${id}${members}</${name}Response>`,
    };
  },
  encodeError(service, operation, error, requestId) {
    const answer = errorAnswer(service, operation, error);
    return {
      status: answer.status,
      headers: { "content-type": contentType, "x-amzn-requestid": requestId },
      body:
        `${xmlDeclaration}<Response><Errors><Error><Code>${escapeText(answer.xmlCode)}</Code>` +
        `<Message>${escapeText(answer.message)}</Message></Error></Errors>` +
        `<RequestID>${escapeText(requestId)}</RequestID></Response>`,
    };
  },
};
