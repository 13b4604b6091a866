// A request that nobody sent: what test invocations run through the API as it
// is now, under a stage that does not exist.

import type { Waiting } from "../../../../core/waiting.ts";
import type { ValueMap } from "../../../../lang/vtl/value.ts";
import { openRestApi } from "../../apis/rest-api.ts";
import { takeSnapshot } from "../../deployments/snapshot.ts";
import { compileApi } from "../api/compiled-api.ts";
import type { Exchange } from "../exchange.ts";
import { collectingLog, type LogLine } from "../logs/execution-log.ts";
import { withCaller } from "../request/context.ts";
import { type ApiRequest, readHeaders, readQuery } from "../request/request.ts";
import { newExchange } from "../serve-stage.ts";

export interface TestRequest {
  readonly restApiId: string;
  readonly httpMethod?: string | undefined;
  readonly pathWithQueryString?: string | undefined;
  readonly body?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly stageVariables?: Readonly<Record<string, string>> | undefined;
}

export interface TestExchange extends Exchange {
  readonly lines: readonly LogLine[];
}

export async function testExchange(ctx: Waiting, input: TestRequest): Promise<TestExchange> {
  const snapshot = await ctx.atomically(async (tx) =>
    takeSnapshot(tx, await openRestApi(tx, input.restApiId)),
  );
  const api = compileApi(snapshot);
  const stage = {
    state: {
      apiId: input.restApiId,
      stageName: "test-invoke-stage",
      deploymentId: "",
      createdDate: 0,
      lastUpdatedDate: 0,
      methodSettings: {},
    },
    api,
    deploymentId: "",
    variables: input.stageVariables ?? {},
    canary: false,
  };
  const exchange = newExchange(ctx, stage, testRequest(input));
  const log = collectingLog(() => ctx.now(), { info: true, data: true });
  withCaller(exchange.context, ctx.principal);
  Object.assign(exchange.context.identity as ValueMap, {
    apiKey: "test-invoke-api-key",
    apiKeyId: "test-invoke-api-key-id",
    userAgent: ctx.userAgent,
  });
  return { ...exchange, caller: ctx.principal, log, lines: log.lines, testing: true };
}

function testRequest({ httpMethod = "GET", pathWithQueryString = "/", ...input }: TestRequest): ApiRequest {
  const mark = pathWithQueryString.indexOf("?");
  const path = mark < 0 ? pathWithQueryString : pathWithQueryString.slice(0, mark);
  const raw = Object.entries({ ...input.headers, ...input.multiValueHeaders }).flatMap(([name, values]) =>
    [values].flat().flatMap((value) => [name, value]),
  );
  return {
    method: httpMethod === "ANY" ? "GET" : httpMethod,
    path,
    eventPath: path,
    fullPath: path,
    query: readQuery(mark < 0 ? "" : pathWithQueryString.slice(mark + 1)),
    headers: readHeaders(raw),
    body: Buffer.from(input.body ?? ""),
    received: Buffer.from(input.body ?? ""),
    sourceIp: "test-invoke-source-ip",
    domainName: "testPrefix.testDomainName",
  };
}

/** The log as the console shows it: each line with its time. */
export function logText({ requestId, lines }: TestExchange): string {
  const dated = lines.map(({ at, text }) => `${dateText(at)} : ${text}\n`);
  return `Execution log for request ${requestId}\n${dated.join("")}`;
}

/** `Thu Mar 19 22:24:22 UTC 2020`. */
function dateText(at: number): string {
  const [week = "", day, month, year, time] = new Date(at).toUTCString().split(" ");
  return `${week.slice(0, 3)} ${month} ${day} ${time} UTC ${year}`;
}
