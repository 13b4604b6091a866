import { afterEach, expect, test } from "vitest";
import logs from "../../../logs/index.ts";
import { type ApiCloud, apiCloud, mock } from "../testing/deployed.ts";

let cloud: ApiCloud;
afterEach(() => cloud.stop());

const messages = async (logGroupName: string): Promise<readonly string[]> => {
  const { events } = await cloud.call("logs", "FilterLogEvents", { logGroupName });
  return events.map(({ message }: { readonly message: string }) => message);
};

test("access logs go where the stage says, in its format", async () => {
  cloud = await apiCloud([logs]);
  await cloud.call("logs", "CreateLogGroup", { logGroupName: "access" });
  await cloud.deploy({
    methods: { "GET /pets/{id}": mock("hello") },
    stage: {
      accessLogSettings: {
        destinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:access",
        format:
          '{"path":"$context.resourcePath","status":$context.status,"length":$context.responseLength,"who":"$context.identity.user","error":"$context.error.message"}',
      },
    },
  });
  await cloud.ask("/pets/1");
  await cloud.ask("/none");
  await cloud.advance(1000);
  expect(await messages("access")).toEqual([
    '{"path":"/pets/{id}","status":200,"length":5,"who":"-","error":"-"}',
    '{"path":"-","status":403,"length":42,"who":"-","error":"Missing Authentication Token"}',
  ]);
});

test("execution logs go to a group of the stage's own, as its settings ask", async () => {
  cloud = await apiCloud([logs]);
  await cloud.deploy({
    methods: { "GET /pets": mock("hello"), "GET /quiet": mock("x") },
    stage: { methodSettings: { "~1pets/GET": { loggingLevel: "INFO" } } },
  });
  await cloud.ask("/pets");
  await cloud.ask("/quiet");
  await cloud.advance(1000);
  const id = "11111111-2222-3333-4444-555555555555";
  const found = await messages("API-Gateway-Execution-Logs_abc1234567/prod");
  expect(found[0]).toMatch(new RegExp(`^\\(${id}\\) Extended Request Id: `));
  expect(found.slice(1)).toEqual([
    `(${id}) Verifying Usage Plan for request: ${id}. API Key:  API Stage: abc1234567/prod`,
    `(${id}) API Key  authorized because method 'GET /pets' does not require API Key. Request will not contribute to throttle or quota limits`,
    `(${id}) Usage Plan check succeeded for API Key  and API Stage abc1234567/prod`,
    `(${id}) Starting execution for request: ${id}`,
    `(${id}) HTTP Method: GET, Resource Path: /pets`,
    `(${id}) Successfully completed execution`,
    `(${id}) Method completed with status: 200`,
  ]);
});

test("answers of a size are compressed for those who take them so", async () => {
  cloud = await apiCloud();
  await cloud.deploy({ methods: { "GET /": mock("a".repeat(100)) }, api: { minimumCompressionSize: 50 } });
  const { headers, bytes } = await cloud.ask("/", { headers: { "Accept-Encoding": "gzip, br" } });
  expect(headers["content-encoding"]).toBe("gzip");
  expect(bytes.length).toBeLessThan(50);
  expect((await cloud.ask("/")).text).toBe("a".repeat(100));
});
