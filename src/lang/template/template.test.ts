// Templates as a language: reading, functions, parameters, order.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of Fn::Sub.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dynamicReferences, withResolved } from "./dynamic-reference.ts";
import { type Evaluator, evaluator } from "./evaluate.ts";
import { writeOutLoops } from "./for-each.ts";
import { parameterValues } from "./parameters.ts";
import { parseTemplate } from "./parse.ts";
import { checkReferences, dependencies, inOrder } from "./references.ts";
import { checkRules } from "./rules.ts";
import { readTemplate } from "./template.ts";
import type { Fields, Value } from "./value.ts";

const resources = "Resources:\n  A: { Type: 'AWS::SQS::Queue' }\n";

async function evaluatorOf(text: string, parameters: Record<string, Value> = {}): Promise<Evaluator> {
  return evaluator({
    template: readTemplate(await parseTemplate(text)),
    parameters: new Map(Object.entries(parameters)),
    pseudo: new Map<string, Value>([
      ["AWS::Region", "us-east-1"],
      ["AWS::AccountId", "000000000000"],
    ]),
    reference: (id) => `physical-${id}`,
    attribute: (id, name) => `${id}.${name}`,
    imported: (name) => `imported-${name}`,
    zones: (region) => [`${region}a`, `${region}b`],
  });
}

async function outputOf(value: string, rest = "", parameters: Record<string, Value> = {}): Promise<Value> {
  const self = await evaluatorOf(`${resources}${rest}\nOutputs:\n  O:\n    Value: ${value}\n`, parameters);
  return self.evaluate(self.scope.template.outputs.get("O")!.value);
}

describe("reading", () => {
  test("short forms become long ones, and numbers that would lose digits stay text", async () => {
    const parsed = await parseTemplate(
      "A: !Sub '${B}'\nC: !GetAtt D.E.F\nG: 012345678901\nH: 2010-09-09\nI: 5\nJ: yes\nK: 'yes'\nL: !If [x, !Ref y, 1]\n",
    );
    expect(parsed).toEqual({
      A: { "Fn::Sub": "${B}" },
      C: { "Fn::GetAtt": ["D", "E.F"] },
      G: "012345678901",
      H: "2010-09-09",
      I: 5,
      J: true,
      K: "yes",
      L: { "Fn::If": ["x", { Ref: "y" }, 1] },
    });
  });

  test("errors of form say where", async () => {
    await expect(parseTemplate('{"A": 1,\n "B": ]}')).rejects.toThrow(
      /^Template format error: JSON not well-formed\. \(line 2, column \d+\)$/,
    );
    await expect(parseTemplate("A: [1\nB: 2\n")).rejects.toThrow(
      /^Template format error: YAML not well-formed\. \(line 2, column \d+\)$/,
    );
    await expect(parseTemplate("just text")).rejects.toThrow("Template format error: unsupported structure.");
  });

  test.each([
    ["Resources: {}", "Template format error: At least one Resources member must be defined."],
    [`${resources}Foo: 1`, "Invalid template property or properties [Foo]"],
    ["Resources:\n  a-b: { Type: X }", "Template format error: Resource name a-b is non alphanumeric."],
    ["Resources:\n  A: {}", "[/Resources/A] Every Resources object must contain a Type member."],
    ["Resources:\n  A: { Type: X, Foo: 1 }", "Invalid template resource property 'Foo'"],
    [`${resources}Parameters:\n  P: { Type: Foo }`, "Unrecognized parameter type: Foo"],
  ])("%j is refused", async (text, message) => {
    const parsed = await parseTemplate(text);
    expect(() => readTemplate(parsed)).toThrow(message);
  });

  test("what is not declared cannot be referred to", async () => {
    const check = async (text: string) =>
      checkReferences(readTemplate(await parseTemplate(text)), new Set(["AWS::Region"]));
    await expect(
      check("Resources:\n  A: { Type: X, Properties: { P: !Ref Foo, R: !Ref 'AWS::Region' } }"),
    ).rejects.toThrow(
      "Template format error: Unresolved resource dependencies [Foo] in the Resources block of the template",
    );
    await expect(check("Resources:\n  A: { Type: X, Properties: { P: !GetAtt Foo.Arn } }")).rejects.toThrow(
      "Template error: instance of Fn::GetAtt references undefined resource Foo",
    );
    await expect(check(`${resources}Outputs: { O: { Value: !Ref Foo } }`)).rejects.toThrow(
      "Unresolved resource dependencies [Foo] in the Outputs block of the template",
    );
  });
});

describe("functions", () => {
  test.each<[string, Value]>([
    ["!Join ['-', [a, !Ref A, 3]]", "a-physical-A-3"],
    ["!Sub '${A}/${A.Arn}/${!A}/${AWS::Region}'", "physical-A/A.Arn/${A}/us-east-1"],
    ["!Sub ['${x}-${A}', { x: !Select [1, [a, b]] }]", "b-physical-A"],
    ["!Split [',', 'a,b']", ["a", "b"]],
    ["!Base64 hello", "aGVsbG8="],
    ["!Cidr ['10.0.0.0/16', 2, 8]", ["10.0.0.0/24", "10.0.1.0/24"]],
    ["!Cidr ['fd00::/48', 2, 64]", ["fd00::/64", "fd00:0:0:1::/64"]],
    ["!Select [0, !GetAZs '']", "us-east-1a"],
    ["!ImportValue shared", "imported-shared"],
    ["{ 'Fn::Transform': 1, other: 2 }", { "Fn::Transform": 1, other: 2 }],
  ])("%s", async (text, value) => {
    expect(await outputOf(text)).toEqual(value);
  });

  test("conditions decide, and AWS::NoValue leaves nothing", async () => {
    const rest =
      "Parameters: { E: { Type: String } }\nConditions:\n  P: !Equals [!Ref E, prod]\n  N: !Not [!Condition P]\n  B: !And [!Condition P, !Or [!Condition N, !Condition P]]\n";
    const value =
      "{ a: !If [B, x, y], b: !If [N, 1, !Ref 'AWS::NoValue'], c: [!If [N, 1, !Ref 'AWS::NoValue'], 2] }";
    expect(await outputOf(value, rest, { E: "prod" })).toEqual({ a: "x", c: [2] });
    expect(await outputOf(value, rest, { E: "dev" })).toEqual({ a: "y", b: 1, c: [1, 2] });
  });

  test.each([
    ["!FindInMap [M, x, z]", "Template error: Unable to get mapping for M::x::z"],
    ["!Select [3, [a]]", "Template error: Fn::Select cannot select nonexistent value at index 3"],
    ["!Join [1, 2]", "Template error: every Fn::Join object requires two parameters"],
    ["!GetAtt Foo.Arn", "Template error: instance of Fn::GetAtt references undefined resource Foo"],
    ["{ 'Fn::Nothing': 1 }", "Encountered unsupported function: Fn::Nothing Supported functions are: ["],
    ["{ 'Fn::Length': [1] }", "Fn::Length requires the transform AWS::LanguageExtensions"],
  ])("%s fails", async (text, message) => {
    await expect(outputOf(text, "Mappings: { M: { x: { y: 1 } } }")).rejects.toThrow(message);
  });

  test("language extensions add loops, lengths, JSON text and defaults", async () => {
    const text = `Transform: AWS::LanguageExtensions
Parameters: { Names: { Type: CommaDelimitedList } }
Resources:
  Fn::ForEach::Queues:
    - Name
    - !Ref Names
    - Queue\${Name}: { Type: 'AWS::SQS::Queue', Properties: { QueueName: !Sub 'q-\${Name}', Tag: '&{Name}' } }
Outputs:
  O: { Value: { l: { 'Fn::Length': !Ref Names }, j: { 'Fn::ToJsonString': { a: [1] } }, d: !FindInMap [No, a, b, { DefaultValue: 7 }] } }
`;
    const written = writeOutLoops(await parseTemplate(text), () => ["A", "B"]);
    expect(Object.keys(written.Resources as Fields)).toEqual(["QueueA", "QueueB"]);
    expect((written.Resources as Record<string, Fields>).QueueB!.Properties).toEqual({
      QueueName: { "Fn::Sub": "q-B" },
      Tag: "B",
    });
    const self = await evaluatorOf(JSON.stringify(written), { Names: ["A", "B"] });
    expect(self.evaluate(self.scope.template.outputs.get("O")!.value)).toEqual({
      l: 2,
      j: '{"a":[1]}',
      d: 7,
    });
  });
});

describe("parameters", () => {
  const values = async (declaration: string, given: Record<string, string>) =>
    parameterValues(
      readTemplate(await parseTemplate(`${resources}Parameters:\n  P: ${declaration}\n`)).parameters,
      { given: new Map(Object.entries(given)) },
    );

  test.each([
    ["{ Type: String }", {}, "Parameters: [P] must have values"],
    ["{ Type: String }", { P: "a", Q: "b" }, "Parameters: [Q] do not exist in the template"],
    ["{ Type: Number }", { P: "a" }, "Parameter 'P' must be a number"],
    ["{ Type: Number, MinValue: 3 }", { P: "2" }, "Parameter 'P' must be a number not less than 3"],
    ["{ Type: String, AllowedValues: [a] }", { P: "b" }, "Parameter 'P' must be one of AllowedValues"],
    ["{ Type: String, AllowedPattern: '[a-z]+' }", { P: "B" }, "Parameter 'P' must match pattern [a-z]+"],
    ["{ Type: String, MinLength: 3 }", { P: "b" }, "Parameter 'P' must contain at least 3 characters"],
    [
      "{ Type: String, MaxLength: 1, ConstraintDescription: be short }",
      { P: "bb" },
      "Parameter P failed to satisfy constraint: be short",
    ],
  ])("%s given %j", async (declaration, given, message) => {
    await expect(values(declaration, given)).rejects.toThrow(message);
  });

  test("rules may ask for all parameters of a type", async () => {
    const text = `${resources}Rules:
  R: { Assertions: [{ Assert: !EachMemberIn [!RefAll "String", [a, b, dev]], AssertDescription: strange }] }
Parameters: { E: { Type: String }, S: { Type: String }, N: { Type: Number, Default: 7 } }
`;
    const rules = async (parameters: Record<string, string>) =>
      checkRules(await evaluatorOf(text, parameters));
    await rules({ E: "a", S: "b", N: "7" });
    await expect(rules({ E: "a", S: "c", N: "7" })).rejects.toThrow("Rule assertion failed: strange");
  });

  test("rules assert", async () => {
    const text = `${resources}Rules:
  Small: { RuleCondition: !Equals [!Ref E, dev], Assertions: [{ Assert: { 'Fn::Contains': [[a, b], !Ref S] }, AssertDescription: too big }] }
Parameters: { E: { Type: String }, S: { Type: String } }
`;
    const rules = async (parameters: Record<string, string>) =>
      checkRules(await evaluatorOf(text, parameters));
    await rules({ E: "dev", S: "a" });
    await rules({ E: "prod", S: "c" });
    await expect(rules({ E: "dev", S: "c" })).rejects.toThrow("Rule assertion failed: too big");
  });
});

test("dynamic references are found and replaced", () => {
  const value = {
    a: "x{{resolve:ssm:/p:2}}y",
    b: ["{{resolve:secretsmanager:arn:aws:secretsmanager:r:a:secret:n:SecretString:k}}"],
  };
  expect(dynamicReferences(value).map(({ service, parts }) => [service, parts])).toEqual([
    ["ssm", ["/p", "2"]],
    ["secretsmanager", ["arn:aws:secretsmanager:r:a:secret:n", "SecretString", "k"]],
  ]);
  expect(withResolved(value, new Map([["{{resolve:ssm:/p:2}}", "1"]]))).toMatchObject({ a: "x1y" });
});

describe("order", () => {
  test("a circle is named", async () => {
    const template = readTemplate(
      await parseTemplate(
        "Resources:\n  A: { Type: X, DependsOn: B }\n  B: { Type: X, Properties: { P: !Sub '${A.Arn}' } }\n  C: { Type: X }",
      ),
    );
    const graph = dependencies(template, new Set(["A", "B", "C"]), () => true);
    expect(() => inOrder(graph)).toThrow("Circular dependency between resources: [A, B]");
  });

  test("every resource comes after those it needs", () => {
    const acyclic = fc.integer({ min: 1, max: 30 }).chain((count) =>
      fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 60 }).map((pairs) => {
        const graph = new Map<string, string[]>();
        for (let at = count - 1; at >= 0; at--) graph.set(`R${at}`, []);
        for (const [a, b] of pairs) if (a > b) graph.get(`R${a}`)!.push(`R${b}`);
        return new Map([...graph].map(([id, needs]) => [id, [...new Set(needs)]]));
      }),
    );
    fc.assert(
      fc.property(acyclic, (graph) => {
        const order = inOrder(graph);
        expect([...order].sort()).toEqual([...graph.keys()].sort());
        for (const [id, needs] of graph)
          for (const each of needs) expect(order.indexOf(each)).toBeLessThan(order.indexOf(id));
      }),
    );
  });
});
