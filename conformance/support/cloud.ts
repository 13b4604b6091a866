// A cloud as a user has it: the built program in a process of its own, with a
// data directory of its own, that can be killed and started again.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { begin, type Program, plainEnvironment } from "./program.ts";

export interface RunningCloud {
  readonly endpoint: string;
  readonly port: number;
  readonly dataDirectory: string;
  /** For child processes: the endpoint, any credentials, and nothing of this machine's AWS settings. */
  readonly env: Readonly<Record<string, string>>;
  readonly program: Program;
  /** SIGKILL, at once. */
  kill(): Promise<void>;
  /** Starts again on the same port and data directory. */
  restart(): Promise<void>;
  /** Ends the cloud and removes its data. */
  stop(): Promise<void>;
}

/** `environment`: for the cloud itself, such as its root key. */
export async function startCloud(
  parameters: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningCloud> {
  const dataDirectory = mkdtempSync(join(tmpdir(), "cumulet-conformance-"));
  const launch = async (port: number): Promise<{ readonly program: Program; readonly port: number }> => {
    const program = begin(["up", "--port", String(port), "--data-dir", dataDirectory, ...parameters], {
      env: environment,
    });
    const [, found] = await program.said(/listens on http:\/\/[^\s:]+:(\d+)/);
    return { program, port: Number(found) };
  };
  let running = await launch(0);
  const { port } = running;
  const endpoint = `http://localhost:${port}`;
  return {
    endpoint,
    port,
    dataDirectory,
    env: clientEnvironment(endpoint, dataDirectory),
    get program() {
      return running.program;
    },
    kill: () => end(running.program, "SIGKILL"),
    restart: async () => {
      running = await launch(port);
    },
    stop: async () => {
      await end(running.program, "SIGTERM");
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function end(program: Program, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  program.child.kill(signal);
  await program.ended;
}

function clientEnvironment(endpoint: string, home: string): Record<string, string> {
  return {
    ...plainEnvironment(),
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_CONFIG_FILE: join(home, "no-config"),
    AWS_SHARED_CREDENTIALS_FILE: join(home, "no-credentials"),
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_PAGER: "",
  };
}
