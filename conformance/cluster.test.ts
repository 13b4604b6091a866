// Three nodes over one PostgreSQL under mixed load, while nodes are killed, the
// database is restarted and connections are cut: nothing acknowledged is lost,
// order holds, and what one reads is what another has written.
// CUMULET_TEST_CLUSTER_SECONDS=60 makes it a minute.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { postgresPrograms, startPostgres } from "../tools/postgres/server.mjs";
import { allLoads, clientsOf } from "./cluster/load.ts";
import { canCut, layCables } from "./cluster/network.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";

const programs = postgresPrograms();
const seconds = Number(process.env.CUMULET_TEST_CLUSTER_SECONDS ?? 4);
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

describe.skipIf(programs === undefined)("a cluster", { timeout: 120_000 + 3000 * seconds }, () => {
  test("loses nothing when nodes, the database and connections die", async () => {
    const server = await startPostgres(programs!);
    const shared = mkdtempSync(join(tmpdir(), "cumulet-cluster-"));
    const parameters = ["--store", server.url, "--data-dir", shared];
    const nodes: RunningCloud[] = [];
    for (let at = 0; at < 3; at++) nodes.push(await startCloud(parameters));
    const clients = clientsOf(nodes);
    const loads = allLoads(clients);
    for (const load of loads) await load.prepare();
    let over = false;
    const running = Promise.all(loads.map((load) => load.run(() => over)));

    const part = (seconds * 1000) / 8;
    const killOne = async (at: number): Promise<void> => {
      await pause(part * Math.random());
      await nodes[at]!.kill();
      await pause(300);
      await nodes[at]!.restart();
    };
    await killOne(0);
    await server.restart();
    await killOne(1);
    await cutConnections(server.url);
    await Promise.all([killOne(2), killOne(0)]);
    await server.restart();
    await pause(part);
    over = true;
    await running;

    const done: string[] = [];
    for (const load of loads) done.push(await load.verify());
    process.stdout.write(`Cluster: ${done.join(", ")}.\n`);
    clients.destroy();
    await Promise.all(nodes.map((node) => node.stop()));
    await server.stop();
    rmSync(shared, { recursive: true, force: true });
  });

  test.skipIf(!canCut)(
    "goes on when one node is cut off from the database, and so does that node later",
    async () => {
      const cables = layCables();
      const server = await startPostgres(programs!, [`listen_addresses=127.0.0.1,${cables.databaseAddress}`]);
      const shared = mkdtempSync(join(tmpdir(), "cumulet-cluster-"));
      const near = await startCloud(["--store", server.url, "--data-dir", shared], rootKey);
      const far = await cables.start(server.url, shared, rootKey);
      const clients = clientsOf([near, far], {
        accessKeyId: rootKey.CUMULET_ROOT_ACCESS_KEY_ID,
        secretAccessKey: rootKey.CUMULET_ROOT_SECRET_ACCESS_KEY,
      });
      const loads = allLoads(clients);
      for (const load of loads) await load.prepare();
      let over = false;
      const running = Promise.all(loads.map((load) => load.run(() => over)));
      await pause(1000);
      far.cut();
      await pause(Math.max(2000, seconds * 250));
      far.mend();
      await pause(1500);
      over = true;
      await running;
      const done: string[] = [];
      for (const load of loads) done.push(await load.verify());
      expect(done.length).toBe(4);
      process.stdout.write(`With a cut: ${done.join(", ")}.\n`);
      clients.destroy();
      await far.stop();
      await near.stop();
      cables.remove();
      await server.stop();
      rmSync(shared, { recursive: true, force: true });
    },
  );
});

const rootKey = {
  CUMULET_ROOT_ACCESS_KEY_ID: "AKIAROOTOFTHISTEST00",
  CUMULET_ROOT_SECRET_ACCESS_KEY: "a-secret-of-this-test",
};

async function cutConnections(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'",
  );
  await client.end();
}
