// A private PostgreSQL for tests, where the machine has one: its own directory
// and loopback port, gone with the test.

import { execFileSync, type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pause } from "../real-time.ts";

export interface TestPostgres {
  /** Where a store connects to. */
  readonly url: string;
  /** Stops it at once, as a power cut of the server would, and starts it again. */
  restart(): Promise<void>;
  stop(): void;
}

/** The server refuses to run as root: then it runs as the user whom every system has for such things. */
const nobody = 65_534;
const asRoot = process.getuid?.() === 0;
const user: SpawnOptions = asRoot ? { uid: nobody, gid: nobody } : {};

/** The folder of PostgreSQL's programs: on the path, or where Debian puts them. */
export function postgresPrograms(): string | undefined {
  const found = spawnSync("pg_config", ["--bindir"], { encoding: "utf8" });
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort().reverse() : [];
  return [found.stdout?.trim() ?? "", ...versions.map((version) => join(debian, version, "bin"))].find(
    (folder) => folder !== "" && existsSync(join(folder, "initdb")),
  );
}

export async function startPostgres(programs: string): Promise<TestPostgres> {
  const directory = mkdtempSync(join(tmpdir(), "cumulet-postgres-"));
  if (asRoot) chownSync(directory, nobody, nobody);
  const data = join(directory, "data");
  execFileSync(
    join(programs, "initdb"),
    ["-D", data, "-U", "cumulet", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C"],
    { ...user, stdio: "ignore" } as Parameters<typeof execFileSync>[2],
  );
  const port = await freePort();
  const run = async () => {
    const settings = [
      `port=${port}`,
      "listen_addresses=127.0.0.1",
      `unix_socket_directories=${directory}`,
      "max_connections=1000",
      "fsync=off",
    ];
    const server = spawn(
      join(programs, "postgres"),
      ["-D", data, ...settings.flatMap((setting) => ["-c", setting])],
      { ...user, stdio: "ignore" },
    );
    const ready = () =>
      spawnSync(join(programs, "pg_isready"), ["-h", directory, "-p", `${port}`, "-U", "cumulet", "-q"])
        .status === 0;
    for (let look = 0; look < 500 && !ready(); look++) await pause(20);
    return server;
  };
  let server = await run();
  return {
    url: `postgres://cumulet@127.0.0.1:${port}/postgres`,
    async restart() {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGQUIT");
      await ended;
      server = await run();
    },
    stop() {
      server.kill("SIGQUIT");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
