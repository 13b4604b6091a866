// `cumulet clock`: shows, stops and moves the cloud's time.

import { print } from "./print.ts";
import { ask, type RemoteOptions } from "./remote.ts";

export async function showClock(options: RemoteOptions): Promise<void> {
  say(await ask(options, "GET", "/_cumulet/clock"));
}

export async function moveClock(change: object, options: RemoteOptions): Promise<void> {
  say(await ask(options, "POST", "/_cumulet/clock", change));
}

function say(clock: Record<string, unknown>): void {
  print(`${clock.now}${clock.frozen === true ? " (stopped)" : ""}`);
}
