// A private PostgreSQL for tests and measurements, where the machine has one:
// its own directory and loopback port, gone when it is stopped.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The server refuses to run as root: then it runs as the user whom every system has for such things. */
const nobody = 65_534;
const asRoot = process.getuid?.() === 0;
const user = asRoot ? { uid: nobody, gid: nobody } : {};
const debian = "/usr/lib/postgresql";

/** The folder of PostgreSQL's programs: on the path, or where Debian puts them. */
export function postgresPrograms() {
  const found = spawnSync("pg_config", ["--bindir"], { encoding: "utf8" });
  const versions = existsSync(debian) ? readdirSync(debian).sort().reverse() : [];
  return [found.stdout?.trim() ?? "", ...versions.map((version) => join(debian, version, "bin"))].find(
    (folder) => folder !== "" && existsSync(join(folder, "initdb")),
  );
}

/** `settings` are PostgreSQL's own: `log_statement=all`. */
export async function startPostgres(programs, settings = []) {
  const directory = mkdtempSync(join(tmpdir(), "cumulet-postgres-"));
  if (asRoot) chownSync(directory, nobody, nobody);
  const data = join(directory, "data");
  execFileSync(
    join(programs, "initdb"),
    ["-D", data, "-U", "cumulet", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C"],
    { ...user, stdio: "ignore" },
  );
  // Whoever reaches it may enter: it listens on loopback, or where a test says.
  appendFileSync(join(data, "pg_hba.conf"), "host all all all trust\n");
  const port = await freePort();
  const all = [
    `port=${port}`,
    "listen_addresses=127.0.0.1",
    `unix_socket_directories=${directory}`,
    "max_connections=1000",
    ...settings,
  ];
  const run = async () => {
    const server = spawn(
      join(programs, "postgres"),
      ["-D", data, ...all.flatMap((setting) => ["-c", setting])],
      { ...user, stdio: "ignore" },
    );
    const ready = () =>
      spawnSync(join(programs, "pg_isready"), ["-h", directory, "-p", `${port}`, "-U", "cumulet", "-q"])
        .status === 0;
    for (let look = 0; look < 500 && !ready(); look++) await new Promise((done) => setTimeout(done, 20));
    return server;
  };
  let server = await run();
  const die = async () => {
    const ended = new Promise((done) => server.once("exit", done));
    server.kill("SIGQUIT");
    await ended;
  };
  return {
    get pid() {
      return server.pid;
    },
    url: `postgres://cumulet@127.0.0.1:${port}/postgres`,
    /** Ends it at once, as its machine's death would, and starts it again. */
    async restart() {
      await die();
      server = await run();
    },
    /** What it has written to its log, where a setting made it write one. */
    log: () => {
      const folder = join(data, "log");
      if (!existsSync(folder)) return "";
      return readdirSync(folder)
        .map((name) => readFileSync(join(folder, name), "utf8"))
        .join("");
    },
    async stop() {
      await die();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
