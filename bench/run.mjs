// `npm run bench`: Cumulet and its peers under the same requests, the server on
// one core and the load on the other, as ratios in one run. `--only sqs,lambda`
// picks parts, `--seconds 5` lengthens them,
// `--items 10000000` enlarges the large table, `--json file` keeps the figures.

import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { httpApi, mock, restApi } from "./apigateway.mjs";
import { cloudformation } from "./cloudformation.mjs";
import { dynamodb } from "./dynamodb.mjs";
import { events, schedules } from "./events.mjs";
import { firehose } from "./firehose.mjs";
import { kinesis } from "./kinesis.mjs";
import { lambda } from "./lambda.mjs";
import { million } from "./million.mjs";
import { nodes as severalNodes } from "./nodes.mjs";
import { s3, s3Million } from "./s3.mjs";
import { bareStart, cumulet, dynalite, moto, node24 } from "./servers.mjs";
import { sns } from "./sns.mjs";
import { sqs } from "./sqs.mjs";
import { stepfunctions } from "./stepfunctions.mjs";
import { stepfunctionsEngine } from "./stepfunctions-engine.mjs";
import { webSocket } from "./websocket.mjs";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    seconds: { type: "string", default: "3" },
    items: { type: "string", default: "1000000" },
    json: { type: "string" },
    "no-peers": { type: "boolean", default: false },
    node24: { type: "boolean", default: false },
  },
});

// The load goes to the other core.
if (
  process.env.CUMULET_BENCH_PINNED === undefined &&
  cpus().length > 1 &&
  spawnSync("taskset", ["--version"]).status === 0
) {
  const { status } = spawnSync("taskset", ["-c", "1", process.execPath, ...process.argv.slice(1)], {
    stdio: "inherit",
    env: { ...process.env, CUMULET_BENCH_PINNED: "1" },
  });
  process.exit(status ?? 1);
}

execFileSync(process.execPath, [new URL("../tools/build/build.mjs", import.meta.url).pathname]);
const seconds = Number(values.seconds);
const wanted = (name) => values.only === undefined || values.only.split(",").includes(name);
const table = [];
const row = (what, figures) => {
  table.push({ what, ...figures });
  process.stdout.write(
    `${what.padEnd(46)} ${Object.entries(figures)
      .map(([name, value]) => `${name} ${show(value)}`)
      .join("  ")}\n`,
  );
};
const show = (value) =>
  typeof value === "number"
    ? value >= 100
      ? Math.round(value).toLocaleString("en")
      : value.toFixed(2)
    : String(value);

const nodes = [{ name: "cumulet", node: process.execPath }];
if (values.node24) {
  const path = node24();
  if (path !== undefined) nodes.push({ name: "cumulet on Node 24", node: path });
}
const peers = values["no-peers"] ? {} : { dynalite, moto };

if (wanted("start")) {
  const bare = bareStart();
  row("node -e 0, ms", { node: bare });
  for (const { name, node } of nodes) {
    const times = [];
    let memory = 0;
    for (let round = 0; round < 7; round++) {
      const server = await cumulet(node);
      times.push(server.startMilliseconds);
      if (round === 6) {
        await new Promise((done) => setTimeout(done, 1500));
        memory = server.memory("VmRSS");
      }
      await server.stop();
    }
    const median = times.sort((a, b) => a - b)[3];
    row(`start to listening, ms: ${name}`, {
      median,
      "times node -e 0": median / bareStart(node),
      "idle MB": memory,
    });
  }
  for (const [name, open] of Object.entries(peers)) {
    const server = await open();
    if (server === undefined) continue;
    row(`start to listening, ms: ${name}`, {
      once: server.startMilliseconds,
      "idle MB": server.memory("VmRSS"),
    });
    await server.stop();
  }
}

async function compare(part, names = Object.keys(peers)) {
  for (const { name, node } of nodes) {
    const server = await cumulet(node);
    try {
      await part({
        server,
        row: (what, figures) => row(`${what}: ${name}`, figures),
        seconds,
        items: Number(values.items),
      });
    } finally {
      await server.stop();
    }
  }
  for (const name of names) {
    const server = await peers[name]?.();
    if (server === undefined) continue;
    try {
      await part({ server, row: (what, figures) => row(`${what}: ${name}`, figures), seconds, peer: true });
    } catch (error) {
      process.stdout.write(`${name}: ${error.message}\n`);
    } finally {
      await server.stop();
    }
  }
}

if (wanted("dynamodb")) await compare(dynamodb);
if (wanted("sqs")) await compare(sqs, ["moto"]);
if (wanted("kinesis")) await compare(kinesis, []);
if (wanted("firehose")) await compare(firehose, []);
if (wanted("sns")) await compare(sns, []);
if (wanted("s3")) await compare(s3, []);
if (wanted("events")) await compare(events, []);
if (wanted("schedules")) await compare(schedules, []);
if (wanted("lambda")) await compare(lambda, []);
if (wanted("httpApi")) await compare(httpApi, []);
if (wanted("mock")) await compare(mock, []);
if (wanted("restApi")) await compare(restApi, []);
if (wanted("webSocket")) await compare(webSocket, []);
if (wanted("stepfunctions")) {
  await stepfunctionsEngine({ row, seconds });
  await compare(stepfunctions, []);
}
if (wanted("cloudformation")) await compare(cloudformation, []);
if (wanted("million")) await compare(million, []);
if (wanted("s3-million")) await compare(s3Million, []);
if (wanted("nodes")) await severalNodes({ row, seconds });
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(table, undefined, 2)}\n`);
