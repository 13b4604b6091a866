// `cumulet env`: the exports that point AWS clients at the cloud.

import { print } from "./print.ts";
import type { RemoteOptions } from "./remote.ts";

export function env({ endpoint }: RemoteOptions): void {
  if (!URL.canParse(endpoint)) throw new Error(`Not an address: ${endpoint}. Write http://localhost:4566`);
  const variables = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
  };
  for (const [name, value] of Object.entries(variables)) print(`export ${name}=${value}`);
}
