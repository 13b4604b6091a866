// One of several processes of a cloud on this machine, as `workers/primary.ts`
// starts them: it ends when that says so, or is no more.

import type { TopicBus } from "../../store/lmdb/shared/topics.ts";
import { Cloud } from "../cloud.ts";
import type { CloudOptions } from "../options.ts";
import type { ToPrimary, ToWorker } from "./messages.ts";

export async function work(options: CloudOptions, first: boolean): Promise<void> {
  process.on("disconnect", () => process.exit(1));
  // The terminal tells all of its processes; this one waits for the first's word.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => undefined);
  const stopped = new Promise<void>((resolve) => {
    process.on("message", (message: ToWorker) => {
      if (message.kind === "stop") resolve();
    });
  });
  try {
    const cloud = await Cloud.start(options, { bus: busOf(process), first });
    tell({ kind: "ready", endpoint: cloud.endpoint, port: cloud.port });
    await stopped;
    await cloud.stop();
  } catch (error) {
    tell({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
    await stopped;
  }
  process.exit(0);
}

function busOf(channel: NodeJS.Process): TopicBus {
  return {
    tell: (topics) => tell({ kind: "topics", topics }),
    listen(listener) {
      channel.on("message", (message: ToWorker) => {
        if (message.kind === "topics") listener(message.topics);
      });
    },
  };
}

function tell(message: ToPrimary): void {
  if (process.connected) process.send?.(message);
}
