// Asks a running cloud, for the commands that talk to one.

import { address } from "./address.ts";

export interface RemoteOptions {
  readonly endpoint: string;
}

export async function ask(
  { endpoint }: RemoteOptions,
  method: "GET" | "POST",
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const url = new URL(path, address(endpoint));
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
  } catch {
    throw new Error(`No cloud answers at ${endpoint}. Start one with: cumulet up`);
  }
  const answer = (await response.json().catch(() => undefined)) as Record<string, unknown> | null | undefined;
  if (!response.ok && answer?.message !== undefined) throw new Error(String(answer.message));
  if (!response.ok || typeof answer !== "object" || answer === null) {
    throw new Error(`What answers at ${endpoint} is no Cumulet: status ${response.status} for ${path}.`);
  }
  return answer;
}
