// A node in a network namespace of its own, with one cable to its clients and
// one to the database, which can be pulled. Only Linux and only root can.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { plainEnvironment, program } from "../support/program.ts";

const ip = (...parameters: string[]): void => void execFileSync("ip", parameters, { stdio: "ignore" });

export const canCut = ((): boolean => {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const name = `cumulet-probe-${process.pid}`;
  if (spawnSync("ip", ["netns", "add", name]).status !== 0) return false;
  const cable = spawnSync("ip", ["link", "add", `cp${process.pid % 10_000}`, "type", "veth"]);
  spawnSync("ip", ["link", "del", `cp${process.pid % 10_000}`]);
  spawnSync("ip", ["netns", "del", name]);
  return cable.status === 0;
})();

export interface Cables {
  /** This end of the database's cable: where it must listen. */
  readonly databaseAddress: string;
  readonly start: (
    databaseUrl: string,
    dataDirectory: string,
    environment: Readonly<Record<string, string>>,
  ) => Promise<FarNode>;
  remove(): void;
}

export interface FarNode {
  readonly endpoint: string;
  /** Pulls the database's cable. */
  cut(): void;
  mend(): void;
  stop(): Promise<void>;
}

export function layCables(): Cables {
  const id = process.pid % 10_000;
  const name = `cumulet-${id}`;
  const nets = { clients: `10.201.${id % 250}`, database: `10.202.${id % 250}` };
  ip("netns", "add", name);
  for (const [kind, net] of Object.entries(nets)) {
    const outer = `c${kind[0]}o${id}`;
    const inner = `c${kind[0]}i${id}`;
    ip("link", "add", outer, "type", "veth", "peer", "name", inner);
    ip("link", "set", inner, "netns", name);
    ip("addr", "add", `${net}.1/24`, "dev", outer);
    ip("link", "set", outer, "up");
    ip("-n", name, "addr", "add", `${net}.2/24`, "dev", inner);
    ip("-n", name, "link", "set", inner, "up");
  }
  ip("-n", name, "link", "set", "lo", "up");
  const cable = `cdo${id}`;
  return {
    databaseAddress: `${nets.database}.1`,
    remove() {
      spawnSync("ip", ["netns", "del", name]);
      for (const kind of ["c", "d"]) spawnSync("ip", ["link", "del", `c${kind}o${id}`]);
    },
    /** `environment`: its root key, for it listens beyond loopback. */
    async start(databaseUrl, dataDirectory, environment) {
      const url = new URL(databaseUrl);
      url.hostname = `${nets.database}.1`;
      const host = `${nets.clients}.2`;
      const command = [process.execPath, program, "up", "--port", "4566", "--host", host];
      const child = spawn(
        "ip",
        ["netns", "exec", name, ...command, "--store", url.href, "--data-dir", dataDirectory],
        { env: { ...plainEnvironment(), ...environment }, stdio: ["ignore", "pipe", "inherit"] },
      );
      await new Promise<void>((resolve, reject) => {
        child.stdout.on("data", (chunk: Buffer) => {
          if (chunk.toString().includes("listens on")) resolve();
        });
        child.once("exit", (code) => reject(new Error(`The node behind the cable ended (${code}).`)));
      });
      return {
        endpoint: `http://${host}:4566`,
        cut: () => ip("link", "set", cable, "down"),
        mend: () => ip("link", "set", cable, "up"),
        async stop() {
          const ended = new Promise((resolve) => child.once("exit", resolve));
          child.kill("SIGTERM");
          await ended;
        },
      };
    },
  };
}
