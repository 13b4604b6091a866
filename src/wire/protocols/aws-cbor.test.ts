import { expect, test } from "vitest";
import { Fault } from "../../core/fault.ts";
import { loadModel } from "../../model/load.ts";
import { cbor11 } from "./aws-cbor.ts";
import { decodeCbor, encodeCbor } from "./cbor/document.ts";
import { testRequest } from "./test-request.ts";

const model = loadModel("kinesis");
const operation = (name: string) => model.operations.get(name)!;

test("bytes are bytes, and times milliseconds under tag 1", () => {
  const put = operation("PutRecord");
  const Data = Uint8Array.of(0, 255);
  const body = encodeCbor(put.input!, { StreamName: "s", PartitionKey: "p", Data }, {}, "milliseconds");
  const input = cbor11.decode(model, put, testRequest({ body }), {});
  expect(input).toMatchObject({ StreamName: "s", PartitionKey: "p" });
  expect([...(input as { Data: Uint8Array }).Data]).toEqual([0, 255]);

  const get = operation("GetRecords");
  const Records = [
    { SequenceNumber: "1", PartitionKey: "p", Data, ApproximateArrivalTimestamp: 1_700_000_000_123 },
  ];
  const response = cbor11.encode(model, get, { Records }, "id");
  expect(response.headers["content-type"]).toBe("application/x-amz-cbor-1.1");
  const bytes = Buffer.from(response.body as Uint8Array);
  // Tag 1, then an unsigned integer of eight bytes.
  const time = Buffer.concat([Buffer.of(0xc1, 0x1b), Buffer.alloc(8)]);
  time.writeBigUInt64BE(1_700_000_000_123n, 2);
  expect(bytes.includes(time)).toBe(true);
  expect(decodeCbor(get.output!, bytes, "milliseconds")).toMatchObject({
    Records: [{ ApproximateArrivalTimestamp: 1_700_000_000_123 }],
  });
});

test("a fault names its type", () => {
  const error = new Fault("kinesis", "ResourceNotFoundException", "none");
  const response = cbor11.encodeError(model, operation("GetRecords"), error, "id", testRequest({}));
  const text = Buffer.from(response.body as Uint8Array).toString("latin1");
  expect(response.status).toBe(400);
  expect(text).toContain("__type");
  expect(text).toContain("ResourceNotFoundException");
  expect(text).toContain("none");
});

test("a body that is no CBOR is a SerializationException", () => {
  const body = Buffer.from("{}");
  expect(() => cbor11.decode(model, operation("PutRecord"), testRequest({ body }), {})).toThrow(
    expect.objectContaining({ code: "SerializationException" }),
  );
});
