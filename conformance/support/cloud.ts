// A cloud as a user has it: the built program in a process of its own, with a
// data directory of its own, that can be killed and started again.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const program = join(import.meta.dirname, "../../bin/cumulet");
const startDeadline = 20_000;

export interface RunningCloud {
  readonly endpoint: string;
  readonly port: number;
  readonly dataDirectory: string;
  /** For child processes: the endpoint, any credentials, and nothing of this machine's AWS settings. */
  readonly env: Readonly<Record<string, string>>;
  /** SIGKILL, at once. */
  kill(): Promise<void>;
  /** Starts again on the same port and data directory. */
  restart(): Promise<void>;
  /** Ends the cloud and removes its data. */
  stop(): Promise<void>;
}

export async function startCloud(parameters: readonly string[] = []): Promise<RunningCloud> {
  const dataDirectory = mkdtempSync(join(tmpdir(), "cumulet-conformance-"));
  let child = await launch(dataDirectory, 0, parameters);
  const { port } = child;
  const endpoint = `http://localhost:${port}`;
  return {
    endpoint,
    port,
    dataDirectory,
    env: clientEnvironment(endpoint, dataDirectory),
    kill: () => end(child.process, "SIGKILL"),
    restart: async () => {
      child = await launch(dataDirectory, port, parameters);
    },
    stop: async () => {
      await end(child.process, "SIGTERM");
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

function launch(
  dataDirectory: string,
  port: number,
  parameters: readonly string[],
): Promise<{ readonly process: ChildProcess; readonly port: number }> {
  const child = spawn(
    process.execPath,
    [program, "up", "--port", String(port), "--data-dir", dataDirectory, ...parameters],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1" },
    },
  );
  return new Promise((resolve, reject) => {
    let said = "";
    const late = setTimeout(() => reject(new Error(`The cloud did not start: ${said}`)), startDeadline);
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const found = /listens on http:\/\/localhost:(\d+)/.exec(said);
      if (found === null) return;
      clearTimeout(late);
      resolve({ process: child, port: Number(found[1]) });
    };
    child.stdout!.on("data", hear);
    child.stderr!.on("data", hear);
    child.once("exit", (code) => {
      clearTimeout(late);
      reject(new Error(`The cloud ended with ${code}: ${said}`));
    });
  });
}

function end(child: ChildProcess, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill(signal);
  });
}

function clientEnvironment(endpoint: string, home: string): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|CUMULET)_/.test(name));
  return {
    ...(Object.fromEntries(inherited) as Record<string, string>),
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
