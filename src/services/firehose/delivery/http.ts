// Delivery to HTTP endpoints, by the protocol that partners implement.
// https://docs.aws.amazon.com/firehose/latest/dev/httpdeliveryrequestresponse.html

import { gzipSync } from "node:zlib";
import { WebError, type WebResponse } from "../../../core/ports/web.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { BufferedRecord } from "../buffer/entry.ts";
import type { HttpDestination } from "../destination/destination.ts";
import type { StreamState } from "../stream.ts";
import type { Outcome } from "./outcome.ts";

const answerMilliseconds = 180_000;

/** The request keeps its id at every try. */
export async function deliverToHttp(
  ctx: Waiting,
  stream: StreamState,
  { settings, accessKey }: HttpDestination,
  records: readonly BufferedRecord[],
  requestId: string,
): Promise<Outcome> {
  const { ContentEncoding, CommonAttributes = [] } = settings.RequestConfiguration ?? {};
  const gzip = ContentEncoding === "GZIP";
  const body = Buffer.from(
    JSON.stringify({
      requestId,
      timestamp: ctx.now(),
      records: records.map(({ data }) => ({ data: Buffer.from(data).toString("base64") })),
    }),
  );
  let answer: WebResponse;
  try {
    answer = await ctx.fetch({
      method: "POST",
      url: settings.EndpointConfiguration?.Url ?? "",
      headers: {
        "content-type": "application/json",
        ...(gzip && { "content-encoding": "gzip" }),
        "user-agent": "Amazon Kinesis Data Firehose Agent/1.0",
        "x-amz-firehose-protocol-version": "1.0",
        "x-amz-firehose-request-id": requestId,
        "x-amz-firehose-source-arn": stream.arn,
        ...(accessKey !== undefined && { "x-amz-firehose-access-key": accessKey }),
        ...(CommonAttributes.length > 0 && {
          "x-amz-firehose-common-attributes": attributesHeader(CommonAttributes),
        }),
      },
      body: gzip ? gzipSync(body) : body,
      timeoutMilliseconds: answerMilliseconds,
    });
  } catch (error) {
    if (!(error instanceof WebError)) throw error;
    return { delivered: false, ...unanswered[error.failure === "timeout" ? "timeout" : "connection"] };
  }
  return judge(answer, requestId);
}

const unanswered = {
  timeout: {
    code: "HttpEndpoint.ResponseTimeout",
    message: "No response was received from the HTTP endpoint within the timeout.",
  },
  connection: {
    code: "HttpEndpoint.ConnectionFailed",
    message: "Unable to connect to the HTTP endpoint. Ensure that it is reachable and try again.",
  },
};

function attributesHeader(
  attributes: readonly { readonly AttributeName: string; readonly AttributeValue: string }[],
): string {
  const commonAttributes = Object.fromEntries(
    attributes.map(({ AttributeName, AttributeValue }) => [AttributeName, AttributeValue]),
  );
  return JSON.stringify({ commonAttributes });
}

function judge({ status, body }: WebResponse, requestId: string): Outcome {
  const text = Buffer.from(body).toString();
  if (status === 200) {
    if (answeredId(text) === requestId) return { delivered: true };
    return {
      delivered: false,
      code: "HttpEndpoint.InvalidResponseFromDestination",
      message:
        "The response received from the endpoint is invalid. See Troubleshooting HTTP Endpoints in the Amazon Data Firehose documentation for more information.",
    };
  }
  return {
    delivered: false,
    code: "HttpEndpoint.DestinationException",
    message: `Received the following response from the endpoint destination. ${text.slice(0, 2048)}`,
    // A request that is too large will not become smaller.
    final: status === 413,
  };
}

function answeredId(text: string): unknown {
  try {
    return (JSON.parse(text) as { readonly requestId?: unknown } | null)?.requestId;
  } catch {
    return undefined;
  }
}
