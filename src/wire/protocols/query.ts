// The query protocol: the operation and its input as form parameters, the
// output as XML. IAM, STS, SNS, RDS, CloudFormation, and old clients of SQS and
// CloudWatch.

import { Fault } from "../../core/fault.ts";
import type { HttpRequest } from "../../core/http.ts";
import type { ServiceModel } from "../../model/shapes.ts";
import { encodeXmlMembers } from "../xml/encode.ts";
import { queryXml } from "../xml/form.ts";
import { escapeAttribute, escapeText, xmlDeclaration } from "../xml/write.ts";
import { wholeBody } from "./body.ts";
import { errorAnswer } from "./errors.ts";
import type { ProtocolCodec } from "./protocol.ts";
import { decodeForm, queryDialect } from "./query/decode.ts";
import { type FormNode, parseForm } from "./query/form.ts";
import { Unreadable } from "./unreadable.ts";
import { bufferOf } from "./values/base64.ts";

export const query: ProtocolCodec = {
  name: "query",
  decode(service, operation, request) {
    if (operation.input === undefined) return {};
    try {
      return decodeForm(queryDialect, operation.input, formOf(request));
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      throw new Fault(service.name, "MalformedInput", error.message, { status: 400 });
    }
  },
  encode(service, operation, output, requestId) {
    const { name, output: shape } = operation;
    let result = "";
    if (shape !== undefined) {
      const wrapper = operation.resultWrapper ?? `${name}Result`;
      result = `<${wrapper}>${encodeXmlMembers(queryXml, shape, output)}</${wrapper}>`;
    }
    return {
      status: 200,
      headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
      body:
        `${xmlDeclaration}<${name}Response${namespaceOf(service)}>${result}` +
        `<ResponseMetadata><RequestId>${escapeText(requestId)}</RequestId></ResponseMetadata></${name}Response>`,
    };
  },
  encodeError(service, operation, error, requestId) {
    const answer = errorAnswer(service, operation, error);
    const { shape } = answer;
    const type = answer.sender ? "Sender" : "Receiver";
    const { message: _message, Message: _Message, ...others } = answer.members;
    const extra = shape === undefined ? "" : encodeXmlMembers(queryXml, shape, others);
    return {
      status: answer.status,
      headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
      body:
        `${xmlDeclaration}<ErrorResponse${namespaceOf(service)}><Error><Type>${type}</Type>` +
        `<Code>${escapeText(answer.queryCode)}</Code><Message>${escapeText(answer.message)}</Message>${extra}` +
        `<Detail/></Error><RequestId>${escapeText(requestId)}</RequestId></ErrorResponse>`,
    };
  },
};

/** Parameters come in the body of a POST, in the URL of a GET, and in old clients in both. */
export function formOf(request: HttpRequest): FormNode {
  return parseForm(request.query, bufferOf(wholeBody(request)).toString());
}

function namespaceOf(service: ServiceModel | undefined): string {
  return service?.xmlNamespace === undefined ? "" : ` xmlns="${escapeAttribute(service.xmlNamespace)}"`;
}
