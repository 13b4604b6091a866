import { afterEach, beforeEach, expect, test } from "vitest";
import type { Aim } from "../../../core/target.ts";
import { type ApiCloud, apiCloud, apiId, info, mock, place } from "./testing/deployed.ts";

let cloud: ApiCloud;
beforeEach(async () => {
  cloud = await apiCloud();
});
afterEach(() => cloud.stop());

const deliver = (aim: Partial<Aim>) =>
  cloud.kernel.serve(place, info, new AbortController().signal, (ctx) =>
    ctx.deliver([
      {
        arn: `arn:aws:execute-api:us-east-1:000000000000:${apiId}/prod/POST/pets/*`,
        input: '{"name":"Rex"}',
        source: "events.amazonaws.com",
        sourceArn: "arn:aws:events:us-east-1:000000000000:rule/r",
        parameters: {
          HttpParameters: {
            PathParameterValues: ["7"],
            QueryStringParameters: { q: "a b" },
            HeaderParameters: { "X-From": "rule" },
          },
        },
        ...aim,
      },
    ]),
  );

const template = `{"id":"$input.params('id')","q":"$input.params('q')","h":"$input.params('X-From')","who":"$context.identity.userArn"}`;
const echoing = (more = {}) => mock(template, more);

test("a delivery is a request, and what comes back its output", async () => {
  await cloud.deploy({ methods: { "POST /pets/{id}": echoing() } });
  expect(await deliver({})).toEqual([{ output: { id: "7", q: "a b", h: "rule", who: "" } }]);
});

test("a role signs for a method that wants it; a service alone may not", async () => {
  await cloud.deploy({ methods: { "POST /pets/{id}": echoing({ authorizationType: "AWS_IAM" }) } });
  expect(await deliver({ roleArn: "arn:aws:iam::000000000000:role/sender" })).toMatchObject([
    { output: { who: "arn:aws:sts::000000000000:assumed-role/sender/r" } },
  ]);
  expect(await deliver({})).toMatchObject([
    {
      failure: {
        code: "BadRequestException",
        message: "The request failed because the HTTP response code was 403.",
        passing: false,
      },
    },
  ]);
});

test("an API that is throttled may be asked again", async () => {
  const methodSettings = { "*/*": { throttlingBurstLimit: 0, throttlingRateLimit: 0 } };
  await cloud.deploy({ methods: { "POST /pets/{id}": echoing() }, stage: { methodSettings } });
  expect(await deliver({})).toMatchObject([{ failure: { code: "TooManyRequestsException", passing: true } }]);
});
