// `cumulet reset`: empties the cloud, after asking.

import { createInterface } from "node:readline/promises";
import { print } from "./print.ts";
import { ask, type RemoteOptions } from "./remote.ts";

export async function reset(options: RemoteOptions & { readonly yes?: boolean }): Promise<void> {
  if (options.yes !== true) {
    if (!process.stdin.isTTY) throw new Error("This removes everything in the cloud. Say --yes to confirm.");
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    const answer = await terminal.question(`Remove everything in the cloud at ${options.endpoint}? [y/N] `);
    terminal.close();
    if (!/^y(es)?$/i.test(answer.trim())) {
      print("Nothing was removed.");
      return;
    }
  }
  await ask(options, "POST", "/_cumulet/reset");
  print("The cloud is empty.");
}
