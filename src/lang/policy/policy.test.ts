// What policies decide: elements, operators, variables, and a plain evaluator
// over random policies that must agree.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PolicyError } from "./error.ts";
import { compilePolicy, type PolicyRequest } from "./policy.ts";
import type { PolicyPrincipal } from "./principal.ts";

const ann: PolicyPrincipal = {
  account: "111122223333",
  arn: "arn:aws:iam::111122223333:user/ann",
  userId: "AIDAANN",
};

function decide(
  statement: object,
  asked: Partial<Omit<PolicyRequest, "context">> & {
    readonly keys?: Readonly<Record<string, string | string[]>>;
  } = {},
): string {
  const text = JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: "*", Action: "*", Resource: "*", ...statement },
  });
  const keys = new Map(
    Object.entries(asked.keys ?? {}).map(([key, value]) => [key.toLowerCase(), [value].flat()]),
  );
  return compilePolicy(text).evaluate({
    action: "s3:GetObject",
    resource: "arn:aws:s3:::b/k",
    principal: ann,
    ...asked,
    context: (key) => keys.get(key),
  }).effect;
}

describe("elements", () => {
  test.each([
    ["an action of any case", { Action: "S3:getobject" }],
    ["an action's wildcard", { Action: ["sqs:*", "s3:Get*"] }],
    ["other actions", { Action: undefined, NotAction: "s3:Put?bject" }],
    ["a resource's wildcard", { Resource: "arn:aws:s3:::?/*" }],
    ["other resources", { Resource: undefined, NotResource: "arn:aws:s3:::b/secret/*" }],
    ["the account by its number", { Principal: { AWS: "111122223333" } }],
    ["the account by its root", { Principal: { AWS: ["arn:aws:iam::111122223333:root"] } }],
    ["the user", { Principal: { AWS: "arn:aws:iam::111122223333:user/ann" } }],
    ["the user's id", { Principal: { AWS: "AIDAANN" } }],
    [
      "all but another",
      { Principal: undefined, NotPrincipal: { AWS: "arn:aws:iam::111122223333:user/bob" } },
    ],
  ])("%s is matched", (_what, statement) => expect(decide(statement)).toBe("allow"));

  test.each([
    ["another action", { Action: "s3:GetObjectAcl" }],
    ["a resource of another case", { Resource: "arn:aws:s3:::B/k" }],
    ["another account", { Principal: { AWS: "444455556666" } }],
    ["a service", { Principal: { Service: "s3.amazonaws.com" } }],
    ["the action that is excepted", { Action: undefined, NotAction: "s3:Get*" }],
  ])("%s is not", (_what, statement) => expect(decide(statement)).toBe("none"));

  test("nobody is meant by the wildcard alone", () => {
    expect(decide({}, { principal: {} })).toBe("allow");
    expect(decide({ Principal: { AWS: "*" } }, { principal: {} })).toBe("allow");
    expect(decide({ Principal: { AWS: "111122223333" } }, { principal: {} })).toBe("none");
  });

  test("a service and a role's session are found by their names", () => {
    const service = { service: "sns.amazonaws.com", account: "111122223333" };
    expect(decide({ Principal: { Service: "sns.amazonaws.com" } }, { principal: service })).toBe("allow");
    expect(decide({ Principal: { AWS: "111122223333" } }, { principal: service })).toBe("none");
    const roleArn = "arn:aws:iam::111122223333:role/app";
    const session = { account: "111122223333", arn: "arn:aws:sts::111122223333:assumed-role/app/s", roleArn };
    expect(decide({ Principal: { AWS: roleArn } }, { principal: session })).toBe("allow");
  });

  test("a denial wins, and the statement that decided is told", () => {
    const all = { Principal: "*", Action: "*", Resource: "*" };
    const policy = compilePolicy(
      JSON.stringify({
        Statement: [
          { Sid: "yes", Effect: "Allow", ...all },
          { Sid: "no", Effect: "Deny", ...all },
        ],
      }),
    );
    const request = { action: "s3:GetObject", resource: "*", principal: ann, context: () => undefined };
    expect(policy.evaluate(request)).toMatchObject({ effect: "deny", statement: { sid: "no" } });
  });
});

describe("conditions", () => {
  const holds = (operator: string, wanted: unknown, given?: string | string[]): boolean =>
    decide(
      { Condition: { [operator]: { "aws:Key": wanted } } },
      given === undefined ? {} : { keys: { "AWS:key": given } },
    ) === "allow";

  test.each<[operator: string, wanted: unknown, yes: string | string[], no: string | string[]]>([
    ["StringEquals", ["a", "b"], "b", "B"],
    ["StringEquals", "a*", "a*", "ab"],
    ["StringNotEquals", ["a", "b"], "c", "a"],
    ["StringEqualsIgnoreCase", "Ab", "aB", "b"],
    ["StringNotEqualsIgnoreCase", "Ab", "b", "aB"],
    ["StringLike", "a*c?", "abbcd", "abc"],
    ["StringNotLike", "a*", "b", "ab"],
    ["NumericEquals", "10", "10.0", "11"],
    ["NumericNotEquals", 10, "11", "10"],
    ["NumericLessThan", "10", "9", "10"],
    ["NumericLessThanEquals", "10", "10", "11"],
    ["NumericGreaterThan", "10", "11", "10"],
    ["NumericGreaterThanEquals", "10", "10", "x"],
    ["DateEquals", "2024-01-01T00:00:00Z", "1704067200", "2024-01-02T00:00:00Z"],
    ["DateNotEquals", "2024-01-01", "2024-01-02", "2024-01-01T00:00:00Z"],
    ["DateLessThan", "2024-01-02", "2024-01-01T23:59:59Z", "2024-01-02"],
    ["DateGreaterThanEquals", "2024-01-02", "2024-01-02", "2024-01-01"],
    ["Bool", true, "true", "false"],
    ["BinaryEquals", "QmluYXJ5", "QmluYXJ5", "eA=="],
    ["IpAddress", ["10.0.0.0/8", "192.0.2.1"], "10.9.8.7", "11.0.0.1"],
    ["IpAddress", "2001:db8::/32", "2001:db8::1", "10.0.0.1"],
    ["NotIpAddress", "10.0.0.0/8", "11.0.0.1", "10.0.0.1"],
    [
      "ArnEquals",
      "arn:aws:sns:*:111122223333:t",
      "arn:aws:sns:us-east-1:111122223333:t",
      "arn:aws:sns:us-east-1:1:t",
    ],
    ["ArnLike", "arn:aws:s3:*:*:b*", "arn:aws:s3:::bucket", "arn:aws:sqs:::b"],
    ["ArnNotLike", "arn:aws:s3:::b", "arn:aws:s3:::c", "arn:aws:s3:::b"],
    ["ForAnyValue:StringEquals", ["a", "b"], ["x", "b"], ["x", "y"]],
    ["ForAllValues:StringEquals", ["a", "b"], ["a", "b", "a"], ["a", "x"]],
    ["ForAllValues:StringNotEquals", ["a"], ["b", "c"], ["b", "a"]],
    ["ForAnyValue:StringNotEquals", ["a"], ["a", "c"], ["a"]],
    ["StringEqualsIfExists", "a", "a", "b"],
    ["Null", "false", "anything", []],
  ])("%s %j", (operator, wanted, yes, no) => {
    expect(holds(operator, wanted, yes)).toBe(true);
    expect(holds(operator, wanted, no)).toBe(false);
  });

  test.each([
    ["StringEquals", "a", false],
    ["StringNotEquals", "a", true],
    ["StringEqualsIfExists", "a", true],
    ["ForAllValues:StringEquals", "a", true],
    ["ForAnyValue:StringEquals", "a", false],
    ["ForAnyValue:StringNotEquals", "a", false],
    ["Null", "true", true],
    ["Null", "false", false],
  ])("%s of a key that is not there", (operator, wanted, expected) => {
    expect(holds(operator, wanted)).toBe(expected);
  });

  test("all keys of all operators must hold", () => {
    const Condition = { StringEquals: { a: "1", b: "2" }, NumericLessThan: { c: "3" } };
    expect(decide({ Condition }, { keys: { a: "1", b: "2", c: "2" } })).toBe("allow");
    expect(decide({ Condition }, { keys: { a: "1", b: "2", c: "3" } })).toBe("none");
    expect(decide({ Condition }, { keys: { a: "1", b: "x", c: "2" } })).toBe("none");
  });
});

describe("variables", () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of policies.
  const home = "arn:aws:s3:::b/${aws:username}/*";

  test("stand for the request's values, whose wildcards are letters", () => {
    const resource = "arn:aws:s3:::b/ann/x";
    expect(decide({ Resource: home }, { resource, keys: { "aws:username": "ann" } })).toBe("allow");
    expect(decide({ Resource: home }, { resource, keys: { "aws:username": "*" } })).toBe("none");
    expect(decide({ Resource: home }, { resource })).toBe("none");
  });

  test("have defaults, and escapes", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of policies.
    const Resource = "arn:aws:s3:::b/${aws:username, 'nobody'}/${*}";
    expect(decide({ Resource }, { resource: "arn:aws:s3:::b/nobody/*" })).toBe("allow");
    expect(decide({ Resource }, { resource: "arn:aws:s3:::b/nobody/x" })).toBe("none");
  });

  test("are mere text in older policies", () => {
    const text = JSON.stringify({ Statement: { Effect: "Allow", Action: "*", Resource: home } });
    const request = { action: "s3:GetObject", principal: ann, context: () => ["ann"] };
    expect(compilePolicy(text).evaluate({ ...request, resource: "arn:aws:s3:::b/ann/x" }).effect).toBe(
      "none",
    );
    expect(compilePolicy(text).evaluate({ ...request, resource: home }).effect).toBe("allow");
  });
});

test.each([
  ["no", "json", ""],
  ["[]", "document", ""],
  ['{"Statements":[]}', "unknown-field", "Statements"],
  ['{"Version":"2012","Statement":[]}', "version", "2012"],
  ["{}", "missing", "Statement"],
  ['{"Statement":[]}', "no-statement", ""],
  ['{"Statement":[{"Effect":"allow"}]}', "effect", "allow"],
  ['{"Statement":[{"Action":"*"}]}', "missing", "Effect"],
  ['{"Statement":[{"Effect":"Allow"}]}', "missing", "Action"],
  ['{"Statement":[{"Effect":"Allow","Action":"*","NotAction":"*"}]}', "contradiction", "Action"],
  ['{"Statement":[{"Effect":"Allow","Action":"*","Principal":{"Aws":"*"}}]}', "principal", "*"],
  [
    '{"Statement":[{"Effect":"Allow","Action":"*","Condition":{"StringIs":{"a":"b"}}}]}',
    "operator",
    "StringIs",
  ],
  [
    '{"Statement":[{"Effect":"Allow","Action":"*","Sid":"a"},{"Effect":"Allow","Action":"*","Sid":"a"}]}',
    "repeated-sid",
    "a",
  ],
])("%s is no policy", (text, flaw, culprit) => {
  expect(() => compilePolicy(text)).toThrow(PolicyError);
  try {
    compilePolicy(text);
  } catch (error) {
    expect(error).toMatchObject({ flaw, culprit });
  }
});

/** As plain as can be: wildcards by regular expression, operators by a switch. */
function plainly(statements: readonly PlainStatement[], request: PlainRequest): string {
  const like = (pattern: string, text: string): boolean =>
    new RegExp(
      `^${pattern
        .replace(/[.+^$()|[\]{}\\]/g, "\\$&")
        .replaceAll("*", "[^]*")
        .replaceAll("?", "[^]")}$`,
    ).test(text);
  const applies = (each: PlainStatement): boolean => {
    const action = each.Action.some((pattern) => like(pattern.toLowerCase(), request.action.toLowerCase()));
    const resource = each.Resource.some((pattern) => like(pattern, request.resource));
    const condition = Object.entries(each.Condition).every(([operator, { k: wanted }]) => {
      if (request.k === undefined) return operator === "StringNotEquals" || operator === "StringLikeIfExists";
      if (operator === "StringEquals") return wanted.includes(request.k);
      if (operator === "StringNotEquals") return !wanted.includes(request.k);
      return wanted.some((pattern) => like(pattern, request.k!));
    });
    return action === !each.negated && resource && condition;
  };
  if (statements.some((each) => each.Effect === "Deny" && applies(each))) return "deny";
  return statements.some((each) => each.Effect === "Allow" && applies(each)) ? "allow" : "none";
}

interface PlainStatement {
  readonly Effect: "Allow" | "Deny";
  readonly negated: boolean;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition: Readonly<Record<string, { readonly k: readonly string[] }>>;
}

interface PlainRequest {
  readonly action: string;
  readonly resource: string;
  readonly k: string | undefined;
}

test("random policies decide as a plain evaluator does", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "A"), maxLength: 4 });
  const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), minLength: 1, maxLength: 5 });
  const list = fc.array(pattern, { minLength: 1, maxLength: 3 });
  const operator = fc.constantFrom("StringEquals", "StringNotEquals", "StringLike", "StringLikeIfExists");
  const statement = fc.record({
    Effect: fc.constantFrom("Allow" as const, "Deny" as const),
    negated: fc.boolean(),
    Action: list,
    Resource: list,
    Condition: fc.dictionary(operator, fc.record({ k: list }), { maxKeys: 2, noNullPrototype: true }),
  });
  const request = fc.record({ action: word, resource: word, k: fc.option(word, { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(statement, { minLength: 1, maxLength: 4 }), request, (statements, asked) => {
      const Statement = statements.map(({ negated, Action, ...others }) =>
        negated ? { ...others, NotAction: Action } : { ...others, Action },
      );
      const policy = compilePolicy(JSON.stringify({ Version: "2012-10-17", Statement }));
      const context = (key: string) => (key === "k" && asked.k !== undefined ? [asked.k] : undefined);
      expect(policy.evaluate({ ...asked, principal: {}, context }).effect).toBe(plainly(statements, asked));
    }),
    { numRuns: 500 },
  );
});
