// Tests what is found wrong with inputs, and AWS's words for it.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkOf } from "./check.ts";
import { explainStructure } from "./explain.ts";
import { loadModel } from "./load.ts";
import type { Shape, StringShape, StructureShape } from "./shapes.ts";
import { validationMessage, validator } from "./validate.ts";

function failures(service: string, operation: string, input: object): readonly string[] {
  const shape = loadModel(service).operations.get(operation)?.input;
  if (shape === undefined) throw new Error(`${operation} has no input.`);
  return validator(shape)(input);
}

/** A structure with one member of a shape made up for the test. */
function holding(shape: Shape, traits: { sensitive?: boolean; required?: boolean } = {}): StructureShape {
  const member = { name: "Value", wireName: "Value", shape, required: false, ...traits };
  return {
    kind: "structure",
    name: "Holder",
    members: new Map([["Value", member]]),
    union: false,
    eventStream: false,
  };
}

const list = (shape: Shape): Shape => ({
  kind: "list",
  name: "List",
  flattened: false,
  member: { name: "member", wireName: "member", shape, required: false },
});

describe("validation", () => {
  test("finds nothing wrong with a right input", () => {
    const item = { id: { S: "a" }, list: { L: [{ N: "1" }, { M: { deep: { BOOL: true } } }] } };
    expect(failures("dynamodb", "PutItem", { TableName: "orders", Item: item })).toEqual([]);
    expect(failures("sqs", "SendMessage", { QueueUrl: "http://q", MessageBody: "hello" })).toEqual([]);
    expect(failures("sts", "GetCallerIdentity", {})).toEqual([]);
  });

  test("a missing required member is null, at a path with a small first letter", () => {
    expect(failures("dynamodb", "PutItem", { Item: {} })).toEqual([
      "Value null at 'tableName' failed to satisfy constraint: Member must not be null",
    ]);
    const table = {
      TableName: "orders",
      KeySchema: [{ AttributeName: "id" }],
      AttributeDefinitions: [{ AttributeType: "S" }],
    };
    expect(failures("dynamodb", "CreateTable", table)).toEqual([
      "Value null at 'attributeDefinitions.1.member.attributeName' failed to satisfy constraint: Member must not be null",
      "Value null at 'keySchema.1.member.keyType' failed to satisfy constraint: Member must not be null",
    ]);
  });

  test("a pattern must match the whole value, and is said before the length", () => {
    const input = { roleName: "", RoleName: "", AssumeRolePolicyDocument: "{}" };
    expect(failures("iam", "CreateRole", input)).toEqual([
      "Value '' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+",
      "Value '' at 'roleName' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ]);
    expect(failures("iam", "CreateRole", { ...input, RoleName: "ok but not ok" })).toHaveLength(1);
    expect(failures("iam", "CreateRole", { ...input, RoleName: "ok+=,.@-_1" })).toEqual([]);
  });

  test("enums and ranges are said with what is allowed", () => {
    expect(failures("dynamodb", "Query", { TableName: "t", Select: "NOTHING", Limit: 0 })).toEqual([
      "Value 'NOTHING' at 'select' failed to satisfy constraint: Member must satisfy enum value set: [ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES, SPECIFIC_ATTRIBUTES, COUNT]",
      "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ]);
  });

  test("scalars in lists and maps fail at the collection, with all they must satisfy", () => {
    const cors = { FunctionName: "f", AuthType: "NONE", Cors: { AllowMethods: ["POST", "OPTIONS"] } };
    expect(failures("lambda", "CreateFunctionUrlConfig", cors)).toEqual([
      "Value '[POST, OPTIONS]' at 'cors.allowMethods' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 6, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: .*, Member must not be null]",
    ]);
    const requests = Array.from({ length: 26 }, () => ({ DeleteRequest: { Key: {} } }));
    const [failure] = failures("dynamodb", "BatchWriteItem", { RequestItems: { orders: requests } });
    expect(failure).toMatch(
      /^Value '\{orders=\[WriteRequest\(putRequest=null, deleteRequest=DeleteRequest\(key=\{\}\)\), .*\]\}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: \[Member must have length less than or equal to 25, Member must have length greater than or equal to 1\]$/,
    );
  });

  test("structures in maps have the key in their path", () => {
    expect(failures("dynamodb", "BatchGetItem", { RequestItems: { orders: {} } })).toEqual([
      "Value null at 'requestItems.orders.member.keys' failed to satisfy constraint: Member must not be null",
    ]);
  });

  test("the value of a sensitive member is not repeated", () => {
    const login = { UserName: "ann", Password: "" };
    expect(failures("iam", "CreateLoginProfile", login)).toContain(
      "Value at 'password' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  });

  test("one failure is an error, two are errors", () => {
    expect(validationMessage(["Value null at 'a' failed"])).toBe(
      "1 validation error detected: Value null at 'a' failed",
    );
    expect(validationMessage(["Value 'x'", "Value 'y'"])).toBe(
      "2 validation errors detected: Value 'x'; Value 'y'",
    );
  });

  test("length counts characters, bytes of blobs and members of collections", () => {
    const text: StringShape = { kind: "string", name: "Text", min: 2, max: 3 };
    const validate = validator(holding(text));
    expect(validate({ Value: "😀" })).toHaveLength(1);
    expect(validate({ Value: "😀😀😀" })).toEqual([]);
    expect(validate({ Value: "😀😀😀😀" })).toHaveLength(1);
    const blob = validator(holding({ kind: "blob", name: "Blob", streaming: false, max: 2 }));
    expect(blob({ Value: new Uint8Array(2) })).toEqual([]);
    expect(blob({ Value: new Uint8Array(3) })).toEqual([
      "Value 'java.nio.HeapByteBuffer[pos=0 lim=3 cap=3]' at 'value' failed to satisfy constraint: Member must have length less than or equal to 2",
    ]);
    const numbers = validator(holding(list({ kind: "double", name: "Part", max: 1 })));
    expect(numbers({ Value: [0.5, 2] })).toEqual([
      "Value '[0.5, 2.0]' at 'value' failed to satisfy constraint: Member must satisfy constraint: [Member must have value less than or equal to 1.0, Member must not be null]",
    ]);
  });
});

describe("the check and the explanation", () => {
  test("agree on every operation's empty input", () => {
    for (const service of ["dynamodb", "lambda", "iam", "ec2", "s3", "events"]) {
      for (const { input } of loadModel(service).operations.values()) {
        if (input === undefined) continue;
        const required = [...input.members.values()].filter((member) => member.required);
        expect(validator(input)({})).toHaveLength(required.length);
      }
    }
  });

  test("agree on random inputs, of which some are right and some are wrong", () => {
    const inputs = ["dynamodb", "lambda", "iam", "events", "ecs"].flatMap((service) =>
      [...loadModel(service).operations.values()].flatMap(({ input }) =>
        input === undefined ? [] : [input],
      ),
    );
    let right = 0;
    let wrong = 0;
    const property = fc.property(
      fc.constantFrom(...inputs),
      fc.infiniteStream(fc.nat(999)),
      (shape, numbers) => {
        const input = randomValue(shape, () => numbers.next().value as number, 4) as object;
        const explained: string[] = [];
        explainStructure(shape, input, "", explained);
        const isRight = checkOf(shape)?.(input) ?? true;
        expect(isRight).toBe(explained.length === 0);
        if (isRight) right++;
        else wrong++;
      },
    );
    fc.assert(property, { numRuns: 2_000 });
    expect(Math.min(right, wrong)).toBeGreaterThan(100);
  });
});

/** A value of a shape, made of random numbers; mostly right, sometimes too long, too small, unknown or missing. */
function randomValue(shape: Shape, next: () => number, depth: number): unknown {
  switch (shape.kind) {
    case "structure": {
      const members = [...shape.members.values()];
      const present = members.filter((each) => (each.required ? next() > 20 : depth > 0 && next() > 800));
      return Object.fromEntries(present.map((each) => [each.name, randomValue(each.shape, next, depth - 1)]));
    }
    case "list":
      return Array.from({ length: next() % 3 }, () => randomValue(shape.member.shape, next, depth - 1));
    case "map":
      return Object.fromEntries(
        Array.from({ length: next() % 3 }, () => [
          randomValue(shape.key.shape, next, 0),
          depth > 0 ? randomValue(shape.value.shape, next, depth - 1) : null,
        ]),
      );
    case "string":
      return shape.enum !== undefined && next() > 50
        ? shape.enum[next() % shape.enum.length]
        : "a".repeat(next() % 12);
    case "blob":
      return new Uint8Array(next() % 4);
    case "boolean":
      return next() % 2 === 0;
    case "document":
      return null;
    default:
      return next() % 40;
  }
}
