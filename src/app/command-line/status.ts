// `cumulet status`: whether the cloud runs, and what it is.

import { paint, print } from "./print.ts";
import { ask, type RemoteOptions } from "./remote.ts";

export async function status(options: RemoteOptions & { readonly json?: boolean }): Promise<void> {
  const health = await ask(options, "GET", "/_cumulet/health");
  if (options.json === true) {
    print(JSON.stringify(health, undefined, 2));
    return;
  }
  const clock = health.clock as { readonly now: string; readonly frozen: boolean };
  print(`${paint("green", String(health.status))}  Cumulet ${health.version} at ${options.endpoint}`);
  print(`clock     ${clock.now}${clock.frozen ? " (stopped)" : ""}`);
  print(`services  ${(health.services as string[]).join(" ")}`);
}
