import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sourceEvent } from "./event.ts";
import { compileParameters } from "./parameters.ts";
import { compileTemplate, type PipeFacts } from "./template.ts";

const facts: PipeFacts = {
  "pipe-arn": "arn",
  "pipe-name": "p",
  "source-arn": "s",
  "enrichment-arn": undefined,
  "target-arn": "t",
};
const message = (body: unknown) =>
  sourceEvent("m", { eventSource: "aws:sqs", body: JSON.stringify(body) }, Date.UTC(2024, 0, 1));
const record = (data: unknown) => {
  const text = Buffer.from(JSON.stringify(data)).toString("base64");
  return sourceEvent("r", { eventSource: "aws:kinesis", data: text }, 0);
};

/** Of characters that JSON or templates treat in their own ways. */
const text = fc.string({
  unit: fc.constantFrom('"', "\\", "\n", "<", ">", "$", "{", "é", "\u2028", "😀", "x"),
});

describe("a template that is JSON", () => {
  it("stays JSON, and holds what it names, whatever the event has", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as unknown;
        const render = compileTemplate('{"a": <$.body.v>, "b": ["<aws.pipes.pipe-name>"]}', facts);
        expect(JSON.parse(render(message({ v: value })))).toEqual({ a: plain, b: ["p"] });
        const ofRecord = compileTemplate("[<$.data.v>]", facts);
        expect(JSON.parse(ofRecord(record({ v: value })))).toEqual([plain]);
      }),
    );
  });

  it("holds any text in quotes, among other text", () => {
    const render = compileTemplate('{"a": "<<$.body.v>> and <$.body.v>"}', facts);
    fc.assert(
      fc.property(text, (v) => {
        expect(JSON.parse(render(message({ v })))).toEqual({ a: `<${v}> and ${v}` });
      }),
    );
  });

  it("holds what is no text as JSON in quotes", () => {
    const render = compileTemplate('{"a": "<$.body.v>"}', facts);
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (v) => {
        const { a } = JSON.parse(render(message({ v }))) as { readonly a: string };
        expect(JSON.parse(a)).toEqual(v);
      }),
    );
  });
});

describe("a template that is text", () => {
  it("is the text, with what it names in place", () => {
    const render = compileTemplate("to <$.body.v>.", facts);
    fc.assert(
      fc.property(fc.string(), (v) => {
        expect(render(message({ v }))).toBe(`to ${v}.`);
      }),
    );
  });
});

describe("parameters", () => {
  it("take text and JSON from the event, lose what it lacks, and keep what is no path", () => {
    const resolve = compileParameters({
      A: { text: "$.body.text", number: "$.body.list[1]", none: "$.body.none", dollar: "$5 each", plain: 7 },
      B: ["$.body.text", "fixed"],
    });
    expect(resolve(message({ text: "x", list: [1, 2] }))).toEqual({
      A: { text: "x", number: "2", dollar: "$5 each", plain: 7 },
      B: ["x", "fixed"],
    });
  });

  it("are the same for all events where they name none", () => {
    const given = { A: { b: "c" } };
    expect(compileParameters(given)(message({}))).toBe(given);
  });
});
