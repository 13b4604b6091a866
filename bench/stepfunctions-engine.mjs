// The workflow engine by itself, in this process and without HTTP or a store:
// an Express execution of three states, and a state in JSONata.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");

const machines = {
  JSONPath: {
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
  },
  JSONata: {
    QueryLanguage: "JSONata",
    StartAt: "Only",
    States: { Only: { Type: "Pass", Output: "{% $states.input.id %}", End: true } },
  },
};

/** The engine's sources as one module that Node can read. */
async function engine() {
  const outfile = join(root, "node_modules/.cache/bench/stepfunctions-engine.mjs");
  const folder = "./src/services/stepfunctions";
  await build({
    stdin: {
      contents: `export { compile } from "${folder}/asl/compile.ts";
        export { runExpress } from "${folder}/express/execution.ts";`,
      resolveDir: root,
    },
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
  return import(pathToFileURL(outfile).href);
}

export async function stepfunctionsEngine({ row, seconds }) {
  const { compile, runExpress } = await engine();
  const ctx = { now: Date.now, ids: {} };
  const factsOf = (id) => ({
    executionArn: "arn:aws:states:us-east-1:000000000000:express:bench:bench:bench",
    executionName: "bench",
    input: { id },
    roleArn: "arn:aws:iam::000000000000:role/states",
    startedAt: Date.now(),
    stateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:bench",
    stateMachineName: "bench",
    account: "000000000000",
    region: "us-east-1",
  });
  const names = {
    JSONPath: "Express in process, 3 states",
    JSONata: "a JSONata state",
  };
  for (const [language, definition] of Object.entries(machines)) {
    const machine = compile(definition);
    let id = 0;
    const run = async () => {
      const head = await runExpress({ machine, facts: factsOf(id++) }, ctx);
      if (head.status !== "SUCCEEDED") throw new Error(head.cause);
    };
    row(names[language], { "per second": await best(run, seconds) });
  }
}

/** The best of many short rounds: whatever else runs on the machine only takes away. */
async function best(run, seconds) {
  let most = 0;
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    const begin = performance.now();
    let done = 0;
    while (performance.now() - begin < 20) for (let at = 0; at < 100; at++, done++) await run();
    most = Math.max(most, (done / (performance.now() - begin)) * 1000);
  }
  return most;
}
