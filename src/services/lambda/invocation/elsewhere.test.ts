import { afterEach, beforeEach, expect, it } from "vitest";
import type { OpenStore } from "../../../store/open.ts";
import { openTestStore } from "../../../store/testing/open.ts";
import logs from "../../logs/index.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import lambda from "../index.ts";
import { type FakeFunctionHost, fakeFunctionHost } from "../testing/fake-function-host.ts";
import { bytes, json, roleArn, zipOf } from "../testing/fixtures.ts";

interface Node {
  readonly cloud: TestCloud;
  readonly host: FakeFunctionHost;
}

let opened: OpenStore;
let nodes: Node[] = [];

/** Nobody is to be too slow to take an offer, where a test is about its being taken. */
const patient = 60_000;

const start = async (seed: number, offerMilliseconds = patient): Promise<Node> => {
  const host = fakeFunctionHost({
    "index.handler": ({ event }) => ({ at: seed, event }),
    "index.fail": () => {
      throw new TypeError("no");
    },
  });
  const cloud = await testCloud([lambda, logs], { functions: host, opened, seed, offerMilliseconds });
  nodes.push({ cloud, host });
  return { cloud, host };
};

beforeEach(async () => {
  opened = await openTestStore();
});
afterEach(async () => {
  for (const { cloud } of nodes) await cloud.stop();
  nodes = [];
  await opened.store.close();
});

async function create({ cloud }: Node, FunctionName: string, Handler = "index.handler"): Promise<void> {
  const Code = { ZipFile: await zipOf({ "index.js": "" }) };
  const input = { FunctionName, Runtime: "nodejs20.x", Role: roleArn, Handler, Code };
  await cloud.call("lambda", "CreateFunction", input);
  await cloud.settle();
}

it("an invocation runs at the node that was asked as long as that has room", async () => {
  const [one, other] = [await start(1), await start(2)];
  await create(one, "f");
  const answer = await one.cloud.call("lambda", "Invoke", { FunctionName: "f", Payload: bytes("x") });
  expect(json(answer.Payload)).toEqual({ at: 1, event: "x" });
  expect(other.host.calls).toEqual([]);
});

it("an invocation for which its node has no room runs at another, as the same request", async () => {
  const [one, other] = [await start(1), await start(2)];
  await create(one, "f");
  one.host.full = true;
  const answer = await one.cloud.call(
    "lambda",
    "Invoke",
    { FunctionName: "f", Payload: bytes("x"), LogType: "Tail", ClientContext: "e30=" },
    { requestId: "11111111-2222-4333-8444-555555555555" },
  );
  expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: "$LATEST" });
  expect(json(answer.Payload)).toEqual({ at: 2, event: "x" });
  expect(Buffer.from(answer.LogResult, "base64").toString()).toMatch(
    /^START RequestId: 11111111-2222-4333-8444-555555555555 .*\nEND .*\nREPORT /,
  );
  expect(one.host.calls).toEqual([]);
  expect(other.host.calls[0]?.invocation).toMatchObject({ clientContext: "e30=" });
  await other.cloud.settle();
  const { events } = await one.cloud.call("logs", "FilterLogEvents", { logGroupName: "/aws/lambda/f" });
  expect(events).toHaveLength(3);
});

it("a function's error, and a fault, come back from the other node", async () => {
  const [one, other] = [await start(1), await start(2)];
  await create(one, "f", "index.fail");
  one.host.full = true;
  const answer = await one.cloud.call("lambda", "Invoke", { FunctionName: "f" });
  expect(answer.FunctionError).toBe("Unhandled");
  expect(json(answer.Payload)).toMatchObject({ errorMessage: "no" });
  other.host.invoke = async () => {
    throw new Error("The machine is broken");
  };
  await expect(one.cloud.call("lambda", "Invoke", { FunctionName: "f" })).rejects.toMatchObject({
    code: "InternalFailure",
  });
});

it("where no node has room, an invocation waits at the one that was asked", async () => {
  const [one, other] = [await start(1, 1), await start(2)];
  await create(one, "f");
  one.host.full = true;
  other.host.full = true;
  const answer = await one.cloud.call("lambda", "Invoke", { FunctionName: "f" });
  expect(json(answer.Payload)).toMatchObject({ at: 1 });
  const left = await opened.store.read((tx) => tx.scan({ start: "", end: "\xff" }));
  expect(left.filter(({ key }) => key.includes("offer"))).toEqual([]);
});

it("of many invocations each runs once, wherever it does", async () => {
  const all = [await start(1), await start(2), await start(3)];
  await create(all[0]!, "f");
  all[0]!.host.full = true;
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, at) =>
      all[0]!.cloud.call("lambda", "Invoke", { FunctionName: "f", Payload: bytes(at) }),
    ),
  );
  expect(answers.map(({ Payload }) => (json(Payload) as { event: number }).event)).toEqual(
    answers.map((_, at) => at),
  );
  expect(all.flatMap(({ host }) => host.calls)).toHaveLength(12);
});
