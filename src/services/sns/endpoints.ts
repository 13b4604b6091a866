// What SNS serves beside its API: the certificate that signatures are verified
// by, and the local outbox.

import type { HttpRequest, HttpResponse } from "../../core/http.ts";
import type { Endpoint } from "../../core/service.ts";
import type { Waiting } from "../../core/waiting.ts";
import { clearSent, listSent } from "./delivery/outbox.ts";
import { parseObject } from "./faults.ts";
import { SigningKey } from "./messages/signing.ts";
import { optOut } from "./sms/opt-out.ts";

const mostShown = 1000;
const largestBody = 4096;

/** `/_sns/SimpleNotificationService-<name>.pem`, for everybody, as on AWS. */
export const certificateEndpoint: Endpoint = {
  paths: ["/_sns/{certificate}"],
  handle: async (request, { certificate = "" }, ctx) => {
    const name = /^SimpleNotificationService-([0-9a-f]{32})\.pem$/.exec(certificate)?.[1];
    const key = name === undefined ? undefined : await ctx.atomically((tx) => tx.get(SigningKey, name));
    if (key === undefined || request.method !== "GET")
      return json(404, { message: "There is no such certificate." });
    return { status: 200, headers: { "content-type": "application/x-pem-file" }, body: key.certificate };
  },
};

/** `GET /_cumulet/sns/messages?protocol=sms&to=%2B15550100`, newest first. */
export const outboxEndpoint: Endpoint = {
  paths: ["/_cumulet/sns/messages"],
  handle: async (request, _labels, ctx) => {
    const query = new URLSearchParams(request.query);
    const there = placed(ctx, query);
    if (request.method === "DELETE") {
      await there.atomically(async (tx) => clearSent(tx));
      return json(200, { messages: [] });
    }
    if (request.method !== "GET") return json(405, { message: "GET reads the outbox, DELETE empties it." });
    const value = (name: string) => query.get(name) ?? undefined;
    const most = Math.min(Math.max(Number(value("limit") ?? 100) || 100, 1), mostShown);
    const filter = { protocol: value("protocol"), to: value("to"), topicArn: value("topicArn") };
    const messages = await there.atomically((tx) => listSent(tx, filter, most));
    return json(200, {
      messages: messages.map(({ at, ...message }) => ({ time: new Date(at).toISOString(), ...message })),
    });
  },
};

/** `POST /_cumulet/sns/opt-out` with `{"phoneNumber": "+15550100"}`: what answering STOP does. */
export const optOutEndpoint: Endpoint = {
  paths: ["/_cumulet/sns/opt-out"],
  handle: async (request, _labels, ctx) => {
    const number = parseObject(await textOf(request))?.phoneNumber;
    if (request.method !== "POST" || typeof number !== "string" || !/^\+?[1-9]\d{4,14}$/.test(number)) {
      return json(400, { message: 'POST {"phoneNumber": "+15550100"}.' });
    }
    await placed(ctx, new URLSearchParams(request.query)).atomically((tx) => optOut(tx, number));
    return json(200, { phoneNumber: number, optedOut: true });
  },
};

function placed(ctx: Waiting, query: URLSearchParams): Waiting {
  const account = query.get("account") ?? ctx.account;
  const region = query.get("region") ?? ctx.region;
  return ctx.at({ account, region });
}

async function textOf({ body }: HttpRequest): Promise<string> {
  if (body instanceof Uint8Array) return body.length > largestBody ? "" : Buffer.from(body).toString();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > largestBody) return "";
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function json(status: number, value: object): HttpResponse {
  return { status, headers: { "content-type": "application/json" }, body: `${JSON.stringify(value)}\n` };
}
