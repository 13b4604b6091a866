// The web port over Node's own HTTP client: connections are kept and reused,
// answers are bounded in time and length.

import { Agent, type ClientRequest, type IncomingMessage, type RequestOptions, request } from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";
import { type Web, WebError, type WebFailure, type WebRequest, type WebResponse } from "../core/ports/web.ts";

const defaultTimeoutMilliseconds = 30_000;
const defaultMaximumBodyBytes = 1024 * 1024;

export function outboundWeb(): Web {
  const kept = { keepAlive: true, maxFreeSockets: 64, timeout: 15_000 };
  const plain = new Agent(kept);
  const secure = new SecureAgent(kept);
  return {
    fetch: async (wanted, signal) => {
      const url = addressOf(wanted.url);
      const options = { method: wanted.method, headers: { ...wanted.headers }, signal };
      const open = (): ClientRequest =>
        url.protocol === "https:"
          ? secureRequest(url, { ...options, agent: secure } as RequestOptions)
          : request(url, { ...options, agent: plain });
      return exchange(open, wanted);
    },
  };
}

function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new WebError("address", `Not an HTTP address: ${text}`);
  }
  return url;
}

function exchange(open: () => ClientRequest, wanted: WebRequest): Promise<WebResponse> {
  const { timeoutMilliseconds = defaultTimeoutMilliseconds } = wanted;
  return new Promise((resolve, reject) => {
    const sent = open();
    const fail = (error: Error): void => {
      stopTimer();
      sent.destroy();
      reject(error instanceof WebError ? error : new WebError(failureOf(error), error.message));
    };
    const timer = setTimeout(() => {
      fail(new WebError("timeout", `No answer within ${timeoutMilliseconds} ms.`));
    }, timeoutMilliseconds);
    const stopTimer = (): void => clearTimeout(timer);
    sent.on("error", fail);
    sent.on("response", (answer) => {
      if (wanted.streams === true) {
        stopTimer();
        resolve({ ...headOf(answer), body: new Uint8Array(0), stream: answer });
        return;
      }
      read(answer, wanted.maximumBodyBytes ?? defaultMaximumBodyBytes).then((body) => {
        stopTimer();
        resolve({ ...headOf(answer), body });
      }, fail);
    });
    sent.end(wanted.body);
  });
}

function headOf({ statusCode: status = 0, headers }: IncomingMessage): Omit<WebResponse, "body"> {
  return { status, headers: joined(headers), cookies: headers["set-cookie"] ?? [] };
}

async function read(answer: IncomingMessage, maximum: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maximum) throw new WebError("too-long", `The answer is longer than ${maximum} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function joined(headers: IncomingMessage["headers"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]),
  );
}

function failureOf(error: Error): WebFailure {
  if (error.name === "AbortError") return "aborted";
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return /CERT|TLS|SSL|SELF_SIGNED|VERIFY/.test(code) ? "certificate" : "connection";
}
