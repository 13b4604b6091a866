// Delivery to Splunk's HTTP Event Collector, with indexer acknowledgement.
// https://docs.splunk.com/Documentation/Splunk/latest/Data/AboutHECIDXAck

import { WebError, type WebResponse } from "../../../core/ports/web.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { BufferedRecord } from "../buffer/entry.ts";
import type { SplunkDestination } from "../destination/destination.ts";
import type { Outcome } from "./outcome.ts";

const pollMilliseconds = 10_000;

export async function deliverToSplunk(
  ctx: Waiting,
  { settings }: SplunkDestination,
  records: readonly BufferedRecord[],
  channel: string,
): Promise<Outcome> {
  const endpoint = (settings.HECEndpoint ?? "").replace(/\/+$/, "");
  const ask = (path: string, body: Uint8Array | string): Promise<WebResponse> =>
    ctx.fetch({
      method: "POST",
      url: `${endpoint}/services/collector/${path}?channel=${channel}`,
      headers: { authorization: `Splunk ${settings.HECToken}`, "x-splunk-request-channel": channel },
      body,
    });
  const kind = settings.HECEndpointType === "Raw" ? "raw" : "event";
  try {
    const answer = await ask(kind, Buffer.concat(records.map(({ data }) => data)));
    if (answer.status !== 200) return refused(answer);
    const { ackId } = parsed(answer) as { readonly ackId?: unknown };
    if (typeof ackId !== "number") {
      return failure(
        "Splunk.AckIdMissing",
        "Splunk did not answer an ackId. Enable indexer acknowledgement.",
      );
    }
    const deadline = ctx.now() + (settings.HECAcknowledgmentTimeoutInSeconds ?? 180) * 1000;
    while (!ctx.signal.aborted) {
      const { acks } = parsed(await ask("ack", JSON.stringify({ acks: [ackId] }))) as {
        readonly acks?: Readonly<Record<string, unknown>>;
      };
      if (acks?.[String(ackId)] === true) return { delivered: true };
      if (ctx.now() >= deadline) break;
      await ctx.sleepUntil(Math.min(deadline, ctx.now() + pollMilliseconds));
    }
    return failure(
      "Splunk.AckTimeout",
      "Did not receive an acknowledgement from HEC before the HEC acknowledgement timeout expired.",
    );
  } catch (error) {
    if (!(error instanceof WebError)) throw error;
    return failure("Splunk.ConnectionFailed", "Unable to connect to the HEC endpoint.");
  }
}

function refused({ status, body }: WebResponse): Outcome {
  const text = Buffer.from(body).toString().slice(0, 2048);
  if (status === 403 || status === 401) {
    return failure("Splunk.InvalidToken", "The HEC token is invalid.");
  }
  return failure("Splunk.ServerError", `Received the following response from the HEC endpoint. ${text}`);
}

function failure(code: string, message: string): Outcome {
  return { delivered: false, code, message };
}

function parsed({ body }: WebResponse): object {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString());
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
