// The addresses that wait conditions and custom resources give out: whoever has
// one may PUT a signal or an answer to it.

import type { HttpRequest, HttpResponse } from "../../core/http.ts";
import type { Endpoint } from "../../core/service.ts";
import type { Waiting } from "../../core/waiting.ts";
import { AddressRecord, SignalRecord, signalTopic } from "./stacks/signal.ts";

const maximumBytes = 65_536;

interface Signal {
  readonly Status?: string;
  readonly Reason?: string;
  readonly UniqueId?: string;
  readonly Data?: unknown;
}

async function receive(
  request: HttpRequest,
  { account = "", region = "", token = "" }: Readonly<Record<string, string>>,
  ctx: Waiting,
): Promise<HttpResponse> {
  if (request.method !== "PUT") return plain(405, "Signals are PUT.");
  if (!/^[0-9a-f]{32}$/.test(token) || !/^\d{12}$/.test(account))
    return plain(403, "This is no address of a signal.");
  const text = await bodyOf(request);
  let signal: Signal;
  try {
    signal = JSON.parse(text ?? "") as Signal;
  } catch {
    return plain(400, "A signal is JSON of at most 64 KB.");
  }
  const known = await ctx.at({ account, region }).atomically(async (tx) => {
    if ((await tx.get(AddressRecord, token)) === undefined) return false;
    tx.put(SignalRecord, {
      group: token,
      uniqueId: String(signal.UniqueId ?? "answer"),
      status: signal.Status === "SUCCESS" ? "SUCCESS" : "FAILURE",
      reason: signal.Reason,
      // A custom resource's answer is kept whole; of a wait condition's signal, its data.
      data: signal.UniqueId === undefined ? signal : signal.Data,
    });
    tx.notify(signalTopic(token));
    return true;
  });
  return known ? plain(200, "") : plain(403, "Nobody waits for this signal.");
}

function plain(status: number, body: string): HttpResponse {
  return { status, headers: { "content-type": "text/plain" }, body };
}

async function bodyOf({ body }: HttpRequest): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body instanceof Uint8Array ? [body] : body) {
    length += part.length;
    if (length > maximumBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

export const signalEndpoint: Endpoint = {
  paths: ["/_cloudformation/signal/{account}/{region}/{token}"],
  handle: (request, labels, ctx) => receive(request, labels, ctx),
};
