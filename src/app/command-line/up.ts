// `cumulet up`: starts the cloud, says where it is, and stops it on Ctrl-C.

import { delimiter, dirname, relative, resolve } from "node:path";
import { Cloud } from "../cloud.ts";
import type { CloudOptions } from "../options.ts";
import { version } from "../version.ts";
import { workerVariable } from "../workers/messages.ts";
import { variable } from "./environment.ts";
import { paint, print, printError } from "./print.ts";

export interface UpOptions {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly ephemeral?: boolean;
  readonly store?: string;
  readonly blobs?: string;
  readonly durability: "process" | "disk";
  readonly allowOrigin?: readonly string[];
  readonly serveHost?: readonly string[];
  readonly workers: number;
  readonly functionEnvironments?: number;
}

export async function up(options: UpOptions): Promise<void> {
  const rootCredential = rootKey();
  const store = options.store ?? variable("CUMULET_STORE");
  const blobs = options.blobs ?? variable("CUMULET_BLOBS");
  if (blobs !== undefined && (store === undefined || !/^s3:\/\/[^/?]+/.test(blobs))) {
    throw new Error("--blobs takes s3://bucket/prefix and goes with --store.");
  }
  const dataDirectory = resolve(options.dataDir);
  const cloudOptions: CloudOptions = {
    port: options.port,
    host: options.host,
    dataDirectory,
    ephemeral: options.ephemeral === true,
    durability: options.durability,
    ...(store === undefined ? {} : { store }),
    ...(blobs === undefined ? {} : { blobs }),
    allowedOrigins: options.allowOrigin ?? [],
    servedHosts: options.serveHost ?? [],
    ...(options.functionEnvironments === undefined
      ? {}
      : { functionEnvironments: options.functionEnvironments }),
    ...(rootCredential === undefined ? {} : { rootCredential }),
  };
  const worker = variable(workerVariable);
  if (worker !== undefined && process.send !== undefined) {
    const { work } = await import("../workers/worker.ts");
    return work(cloudOptions, worker === "first");
  }
  // Listened for before anything is open: a Ctrl-C at whatever moment closes it properly.
  const stopped = stopSignal();
  const cloud =
    options.workers === 1
      ? await Cloud.start(cloudOptions)
      : await (await import("../workers/primary.ts")).startWorkers({
          workers: options.workers,
          dataDirectory: store === undefined ? dataDirectory : undefined,
          durability: options.durability,
          onDeath: (reason) => printError(`A worker ended (${reason}). It is started again.`),
        });
  const where = options.ephemeral === true ? "memory only: nothing is kept" : dataDirectory;
  const workers = options.workers === 1 ? "" : `, ${options.workers} workers`;
  print(
    `${paint("bold", `Cumulet ${version}`)} listens on ${paint("cyan", cloud.endpoint)}  ${paint("dim", `(data: ${where}${workers})`)}`,
  );
  const flags = cloud.port === 4566 ? "" : ` --endpoint ${cloud.endpoint}`;
  print(
    `Next: ${paint("green", `eval "$(${ownName()} env${flags})"`)} and then, say, ${paint("green", "aws dynamodb list-tables")}. Ctrl-C stops.`,
  );
  await stopped;
  await cloud.stop();
}

function rootKey(): { accessKeyId: string; secretAccessKey: string } | undefined {
  const accessKeyId = variable("CUMULET_ROOT_ACCESS_KEY_ID");
  const secretAccessKey = variable("CUMULET_ROOT_SECRET_ACCESS_KEY");
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new Error("CUMULET_ROOT_ACCESS_KEY_ID and CUMULET_ROOT_SECRET_ACCESS_KEY go together: set both.");
  }
  return { accessKeyId, secretAccessKey };
}

/** How this program is called here: by its name where that is on the PATH, else by its place. */
function ownName(): string {
  const program = process.argv[1] ?? "cumulet";
  const onPath = (variable("PATH") ?? "").split(delimiter).includes(dirname(program));
  return onPath ? "cumulet" : relative(process.cwd(), program);
}

/** Resolves at the first Ctrl-C or SIGTERM; a second one ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = (): void => {
      if (asked) {
        printError("Stopped at once, on the second request.");
        process.exit(130);
      }
      asked = true;
      resolve();
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
  });
}
