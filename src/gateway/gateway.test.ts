import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apiAddress } from "./address.ts";
import { AnswerCache } from "./answer-cache.ts";
import { policyAllows } from "./authorizer-policy.ts";
import { functionOfUri } from "./lambda.ts";
import { commonLogTime, compileLogFormat } from "./log-format.ts";
import { destinationOf } from "./log-shipper.ts";
import { TokenBuckets } from "./token-buckets.ts";

describe("token buckets", () => {
  it("let through a burst, then what the rate gives", () => {
    const buckets = new TokenBuckets();
    const taken = (now: number) => buckets.take("route", 2, 3, now);
    expect([taken(0), taken(0), taken(0), taken(0)]).toEqual([true, true, true, false]);
    expect([taken(499), taken(500), taken(500)]).toEqual([false, true, false]);
    expect(buckets.take("other", 2, 3, 500)).toBe(true);
  });

  it("never let through more than the burst and what the rate gave meanwhile", () => {
    const steps = fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 50 });
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 0, max: 20 }),
        (waits, rate, burst) => {
          const buckets = new TokenBuckets();
          let now = 0;
          let passed = 0;
          for (const wait of waits) {
            now += wait;
            if (buckets.take("key", rate, burst, now)) passed++;
            expect(passed).toBeLessThanOrEqual(burst + (now * rate) / 1000);
          }
        },
      ),
    );
  });
});

describe("answers that are kept", () => {
  it("are forgotten at their time, and the oldest where there are too many", () => {
    const cache = new AnswerCache<number>(2);
    cache.put("a", 1, 10);
    cache.put("b", 2, 10);
    expect([cache.get("a", 9), cache.get("a", 10)]).toEqual([1, undefined]);
    cache.put("c", 3, 20);
    cache.put("d", 4, 20);
    expect([cache.get("b", 5), cache.get("c", 5), cache.get("d", 5)]).toEqual([undefined, 3, 4]);
  });
});

describe("the format of access logs", () => {
  const values: Readonly<Record<string, unknown>> = {
    requestId: "r=",
    "identity.sourceIp": "127.0.0.1",
    status: 0,
    "error.message": "two\nlines",
    "authorizer.claims": { sub: "ann" },
  };
  it.each([
    ["$context.requestId $context.status", "r= 0"],
    ['{ "ip": "$context.identity.sourceIp" }', '{ "ip": "127.0.0.1" }'],
    ["$context.unknown.thing!", "-!"],
    ["$context.error.message\n", "two lines"],
    ["$context.authorizer.claims", '{"sub":"ann"}'],
    ["no variable, $100", "no variable, $100"],
  ])("%j is written as %j", (format, line) => {
    expect(compileLogFormat(format)((path) => values[path])).toBe(line);
  });

  it("prints times as web servers do", () => {
    expect(commonLogTime(Date.UTC(2020, 2, 12, 19, 3, 58))).toBe("12/Mar/2020:19:03:58 +0000");
  });
});

describe("where access logs go", () => {
  it.each([
    ["arn:aws:logs:us-east-1:000000000000:log-group:/a/b", "logs", "/a/b"],
    ["arn:aws:logs:us-east-1:000000000000:log-group:/a/b:*", "logs", "/a/b"],
    [
      "arn:aws:firehose:us-east-1:000000000000:deliverystream/amazon-apigateway-x",
      "firehose",
      "amazon-apigateway-x",
    ],
  ])("%s", (arn, kind, name) => {
    expect(destinationOf(arn, "s")).toEqual({
      kind,
      name,
      stream: "s",
      region: "us-east-1",
      account: "000000000000",
    });
  });
});

describe("the policies of Lambda authorizers", () => {
  const arn = "arn:aws:execute-api:us-east-1:000000000000:api/dev/GET/pets/1";
  const statement = (Effect: string, Resource: unknown, Action = "execute-api:Invoke") => ({
    Effect,
    Action,
    Resource,
  });
  it.each<[string, unknown, boolean | undefined]>([
    ["what is allowed", [statement("Allow", arn)], true],
    ["what a pattern allows", [statement("Allow", ["x", "arn:aws:execute-api:*:*:api/dev/*/pets/*"])], true],
    ["what is allowed and denied", [statement("Allow", "*"), statement("Deny", arn)], false],
    ["what is not spoken of", [statement("Allow", arn.replace("GET", "POST"))], false],
    ["another action", [statement("Allow", "*", "execute-api:ManageConnections")], false],
    ["all actions", [statement("Allow", "*", "*")], true],
    ["what is no policy", "nonsense", undefined],
  ])("%s", (_name, Statement, allowed) => {
    expect(policyAllows({ Version: "2012-10-17", Statement }, arn)).toBe(allowed);
  });

  it.each([[undefined], [null], ["text"]])("%j is none", (document) => {
    expect(policyAllows(document, arn)).toBeUndefined();
  });
});

describe("addresses", () => {
  it("lie below the cloud's own name, or localhost where it is a number", () => {
    expect(apiAddress("http://localhost:4566", "eu-west-1", "abc")).toBe(
      "http://abc.execute-api.eu-west-1.localhost:4566",
    );
    expect(apiAddress("http://127.0.0.1:4566", "eu-west-1", "abc", "ws")).toBe(
      "ws://abc.execute-api.eu-west-1.localhost:4566",
    );
    expect(apiAddress("https://cloud.example", "eu-west-1", "abc", "ws")).toBe(
      "wss://abc.execute-api.eu-west-1.cloud.example",
    );
  });

  const arn = "arn:aws:lambda:us-east-1:000000000000:function:f:alias";
  it.each([
    [arn, arn],
    [`arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations`, arn],
    ["arn:aws:apigateway:us-east-1:sqs:path/000000000000/q", undefined],
    ["http://example.com", undefined],
  ])("the function of %s", (uri, named) => {
    expect(functionOfUri(uri)).toBe(named);
  });
});
