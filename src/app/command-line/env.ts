// `cumulet env`: the exports that point AWS clients at the cloud.

import { address } from "./address.ts";
import { print } from "./print.ts";
import type { RemoteOptions } from "./remote.ts";

export function env({ endpoint }: RemoteOptions): void {
  const variables = {
    AWS_ENDPOINT_URL: address(endpoint),
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
  };
  for (const [name, value] of Object.entries(variables)) print(`export ${name}=${quoted(value)}`);
}

/** A shell evaluates what is printed: what is not plainly harmless is quoted. */
function quoted(value: string): string {
  return /^[\w:/.-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
