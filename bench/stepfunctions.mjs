// State machines: Standard starts until all have finished, synchronous Express
// ones, a distributed map, and a hundred thousand that wait.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { report } from "./dynamodb.mjs";
import { load, once, signed } from "./load.mjs";

const threeStates = {
  StartAt: "First",
  States: {
    First: {
      Type: "Pass",
      Parameters: { "id.$": "$.id", kind: "order" },
      ResultPath: "$.order",
      Next: "Which",
    },
    Which: {
      Type: "Choice",
      Choices: [{ Variable: "$.order.id", NumericGreaterThanEquals: 0, Next: "Last" }],
      Default: "Last",
    },
    Last: { Type: "Succeed" },
  },
};

export async function stepfunctions({ server, row, seconds }) {
  const { port } = server;
  const request = (operation, input) =>
    signed({
      port,
      service: "states",
      target: `AWSStepFunctions.${operation}`,
      body: JSON.stringify(input),
    });
  const create = async (name, definition, type) => {
    const roleArn = "arn:aws:iam::000000000000:role/states";
    const input = { name, definition: JSON.stringify(definition), roleArn, type };
    return (await once(request("CreateStateMachine", input))).stateMachineArn;
  };

  const standard = await create("standard", threeStates, "STANDARD");
  const before = storeBytes(server);
  let started = 0;
  const starts = await load({
    port,
    seconds,
    next: () => request("StartExecution", { stateMachineArn: standard, input: `{"id":${started++}}` }),
  });
  report(row, "Step Functions StartExecution, 3 states", starts);
  // Entered and left, and the machine's own start and end: as AWS counts, one transition for each state entered, and the end.
  row("transitions", { "per second": starts.perSecond * 4 });
  const running = await once(
    request("ListExecutions", { stateMachineArn: standard, statusFilter: "RUNNING", maxResults: 1 }),
  );
  if (running.executions.length > 0) throw new Error("Some executions have not finished.");
  row("bytes on disk", { "per transition": (storeBytes(server) - before) / started / 4 });

  const express = await create("express", threeStates, "EXPRESS");
  const sync = request("StartSyncExecution", { stateMachineArn: express, input: '{"id":1}' });
  report(row, "Step Functions StartSyncExecution, 3 states", await load({ port, seconds, next: () => sync }));

  await distributedMap({ port, row, request, create });
  await waiting({ server, row, request, create });
}

const rows = 10_000;

/** Express children of Pass states, one for each row of a CSV file. */
async function distributedMap({ port, row, request, create }) {
  const put = (path, body) =>
    once(signed({ port, service: "s3", method: "PUT", path, body, contentType: undefined }));
  await put("/bench-map", "");
  const lines = Array.from({ length: rows }, (_, at) => `${at},name-${at},${at * 7}`);
  await put("/bench-map/rows.csv", `id,name,price\n${lines.join("\n")}\n`);
  const stateMachineArn = await create(
    "map",
    {
      StartAt: "Each",
      States: {
        Each: {
          Type: "Map",
          ItemReader: {
            Resource: "arn:aws:states:::s3:getObject",
            ReaderConfig: { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" },
            Parameters: { Bucket: "bench-map", Key: "rows.csv" },
          },
          ItemProcessor: {
            ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" },
            StartAt: "Price",
            States: {
              Price: { Type: "Pass", Parameters: { "id.$": "$.id" }, Next: "Done" },
              Done: { Type: "Pass", End: true },
            },
          },
          ResultPath: null,
          End: true,
        },
      },
    },
    "STANDARD",
  );
  const began = performance.now();
  const { executionArn } = await once(request("StartExecution", { stateMachineArn, input: "{}" }));
  for (let status = "RUNNING"; status !== "SUCCEEDED"; ) {
    await new Promise((done) => setTimeout(done, 20));
    const found = await once(request("DescribeExecution", { executionArn }));
    ({ status } = found);
    if (status !== "RUNNING" && status !== "SUCCEEDED") throw new Error(`${found.error}: ${found.cause}`);
  }
  row(`distributed map: ${rows.toLocaleString("en")} CSV rows`, {
    seconds: (performance.now() - began) / 1000,
  });
}

const waitingExecutions = 100_000;

async function waiting({ server, row, request, create }) {
  const { port } = server;
  const stateMachineArn = await create(
    "waiting",
    {
      StartAt: "Wait",
      States: {
        Wait: { Type: "Wait", TimestampPath: "$.until", Next: "End" },
        End: { Type: "Pass", End: true },
      },
    },
    "STANDARD",
  );
  const until = new Date(Date.now() + 86_400_000).toISOString();
  let next = 0;
  const start = (input) => request("StartExecution", { stateMachineArn, input: JSON.stringify(input) });
  const filled = await load({
    port,
    seconds: 600,
    warmup: 0,
    next: () => (next++ < waitingExecutions ? start({ until }) : undefined),
  });
  const late = [];
  for (let round = 0; round < 10; round++) {
    const due = Date.now() + 700;
    const { executionArn } = await once(start({ until: new Date(due).toISOString() }));
    await new Promise((done) => setTimeout(done, 1000));
    const { stopDate, status } = await once(request("DescribeExecution", { executionArn }));
    if (status !== "SUCCEEDED") throw new Error(`The execution that was due is ${status}.`);
    late.push(stopDate * 1000 - due);
  }
  late.sort((a, b) => a - b);
  row(`waiting: ${filled.done.toLocaleString("en")} executions`, {
    "resident MB": server.memory("VmRSS"),
    "anonymous MB": server.memory("RssAnon"),
    "next one late by ms, median": late[5],
    worst: late[9],
  });
}

/** The size of the server's store on disk. */
function storeBytes({ pid }) {
  const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  const folder = words[words.indexOf("--data-dir") + 1];
  const sizes = readdirSync(folder)
    .filter((name) => name.endsWith(".mdb"))
    .map((name) => statSync(join(folder, name)).blocks * 512);
  return sizes.reduce((sum, size) => sum + size, 0);
}
