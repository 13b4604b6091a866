// CBOR against the examples of its RFC, and the rpc-v2-cbor protocol on CloudWatch.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fault } from "../../../core/fault.ts";
import { loadModel } from "../../../model/load.ts";
import { RawJson } from "../../../model/raw-json.ts";
import type { DocumentShape, StructureShape } from "../../../model/shapes.ts";
import { rpcCbor } from "../rpc-cbor.ts";
import { testRequest } from "../test-request.ts";
import { Unreadable } from "../unreadable.ts";
import { decodeCbor, encodeCbor } from "./document.ts";
import { readCbor } from "./read.ts";

const cloudwatch = loadModel("cloudwatch");
const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

describe("reading, with the examples of RFC 8949, appendix A", () => {
  test.each<[string, unknown]>([
    ["00", 0],
    ["1818", 24],
    ["1903e8", 1000],
    ["1a000f4240", 1000000],
    ["1b000000e8d4a51000", 1000000000000],
    ["3903e7", -1000],
    ["f90001", 2 ** -24],
    ["f93c00", 1],
    ["f97bff", 65504],
    ["f9c400", -4],
    ["f97c00", Number.POSITIVE_INFINITY],
    ["f97e00", Number.NaN],
    ["fa47c35000", 100000],
    ["fb3ff199999999999a", 1.1],
    ["f4", false],
    ["f5", true],
    ["f6", null],
    ["c11a514b67b0", 1363896240],
    ["c249010000000000000000", 2 ** 64],
    ["60", ""],
    ["62c3bc", "ü"],
    ["4401020304", new Uint8Array([1, 2, 3, 4])],
    ["5f42010243030405ff", new Uint8Array([1, 2, 3, 4, 5])],
    ["7f657374726561646d696e67ff", "streaming"],
    ["9fff", []],
    ["9f018202039f0405ffff", [1, [2, 3], [4, 5]]],
    ["826161bf61626163ff", ["a", { b: "c" }]],
    ["a26161016162820203", { a: 1, b: [2, 3] }],
  ])("%s", (bytes, value) => {
    expect(readCbor(hex(bytes))).toEqual(value);
  });

  test.each([
    "",
    "18",
    "5b7fffffffffffffff00",
    "9b7fffffffffffffff",
    "a101",
    "a10102",
    "ff",
    "82ff",
    "5f00ff",
    "0000",
    "1c",
    "f8ff",
  ])("%s is refused", (bytes) => {
    expect(() => readCbor(hex(bytes))).toThrow(Unreadable);
  });

  test("nesting beyond reason is refused and not a stack overflow", () => {
    expect(() => readCbor(Buffer.alloc(1_000_000, 0x81))).toThrow(Unreadable);
  });

  test("a key named __proto__ stays an own property", () => {
    const value = readCbor(hex("a1 69 5f5f70726f746f5f5f a1 61 61 01")) as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(["__proto__"]);
  });
});

test("any document reads back as it was", () => {
  const document: DocumentShape = { kind: "document", name: "Document" };
  const member = { name: "value", wireName: "value", required: false, shape: document };
  const shape: StructureShape = {
    kind: "structure",
    name: "Holder",
    members: new Map([["value", member]]),
    union: false,
    eventStream: false,
  };
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      fc.pre(value !== null);
      expect(decodeCbor(shape, encodeCbor(shape, { value }))).toEqual({ value: structuredClone(value) });
    }),
  );
});

describe("rpc-v2-cbor", () => {
  const operation = (name: string) => {
    const found = cloudwatch.operations.get(name);
    if (found === undefined) throw new Error(name);
    return found;
  };

  test("timestamps and floats keep their types", () => {
    const output = { Label: "l", Datapoints: [{ Timestamp: 1700000000000, Average: 2, Unit: "Count" }] };
    const response = rpcCbor.encode(cloudwatch, operation("GetMetricStatistics"), output, "id");
    expect(response.headers).toEqual({
      "smithy-protocol": "rpc-v2-cbor",
      "x-amzn-requestid": "id",
      "content-type": "application/cbor",
    });
    const body = Buffer.from(response.body as Uint8Array);
    // Tag 1 and an integer; a double although the value is whole.
    expect(body.includes(hex("c1 1a 6553f100"))).toBe(true);
    expect(body.includes(hex("fb 4000000000000000"))).toBe(true);
    expect(
      decodeCbor(operation("GetMetricStatistics").output as StructureShape, response.body as Uint8Array),
    ).toEqual(output);
  });

  test("an input reads as on any protocol", () => {
    const body = encodeCbor(operation("PutMetricData").input, {
      Namespace: "n",
      MetricData: [{ MetricName: "m", Timestamp: 1700000000500, Value: 1.5 }],
    });
    const request = testRequest({ body });
    expect(rpcCbor.decode(cloudwatch, operation("PutMetricData"), request, {})).toEqual({
      Namespace: "n",
      MetricData: [{ MetricName: "m", Timestamp: 1700000000500, Value: 1.5 }],
    });
    const bad = testRequest({ body: hex("a1") });
    expect(() => rpcCbor.decode(cloudwatch, operation("PutMetricData"), bad, {})).toThrow(
      expect.objectContaining({ code: "SerializationException" }),
    );
  });

  test("raw JSON is read and written as CBOR", () => {
    const raw = new RawJson(Buffer.from('{"MetricName":"m"}'));
    const { body } = rpcCbor.encode(cloudwatch, operation("ListMetrics"), { Metrics: [raw] }, "id");
    expect(readCbor(body as Uint8Array)).toEqual({ Metrics: [{ MetricName: "m" }] });
  });

  test("an error names its shape and, in query mode, its old code", () => {
    const fault = new Fault("cloudwatch", "ResourceNotFound", "no");
    const request = testRequest({ headers: { "x-amzn-query-mode": "true" } });
    const response = rpcCbor.encodeError(cloudwatch, operation("GetDashboard"), fault, "id", request);
    expect(response.status).toBe(404);
    expect(response.headers["x-amzn-query-error"]).toBe("ResourceNotFound;Sender");
    expect(readCbor(response.body as Uint8Array)).toEqual({
      __type: "com.amazonaws.cloudwatch#DashboardNotFoundError",
      message: "no",
    });
  });
});
