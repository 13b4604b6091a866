// Format conversion, with a catalog that holds one table.

import { gunzipSync } from "node:zlib";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { afterEach, expect, test } from "vitest";
import { defineService } from "../../../core/service.ts";
import type { Glue } from "../../../model/generated/glue.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { type TestFirehose, testFirehose } from "../test-firehose.ts";
import { parseHiveType } from "./hive-type.ts";

let hose: TestFirehose;
afterEach(() => hose.cloud.stop());

function catalog(columns: Record<string, string>) {
  return defineService<Glue>({
    model: modelOf<Glue>("glue"),
    resources: [],
    operations: {
      GetTable: async ({ DatabaseName, Name }) => ({
        Table: {
          Name,
          DatabaseName,
          StorageDescriptor: {
            Columns: Object.entries(columns).map(([name, Type]) => ({ Name: name, Type })),
          },
        },
      }),
    },
  });
}

const converted = (deserializer: object = { OpenXJsonSerDe: {} }, parquet: object = {}) => ({
  BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
  DataFormatConversionConfiguration: {
    SchemaConfiguration: {
      RoleARN: "arn:aws:iam::000000000000:role/firehose",
      DatabaseName: "web",
      TableName: "clicks",
    },
    InputFormatConfiguration: { Deserializer: deserializer },
    OutputFormatConfiguration: { Serializer: { ParquetSerDe: parquet } },
  },
});

async function rows(data: Buffer): Promise<readonly object[]> {
  const file = new Uint8Array(data).buffer;
  return parquetReadObjects({ file, compressors: { GZIP: (input) => new Uint8Array(gunzipSync(input)) } });
}

test("records become rows of a Parquet file, by the columns of a table", async () => {
  hose = await testFirehose([
    catalog({
      id: "bigint",
      small: "smallint",
      ratio: "double",
      name: "string",
      ok: "boolean",
      at: "timestamp",
      day: "date",
      price: "decimal(10,2)",
      tags: "array<string>",
      place: "struct<city:string,zip:int>",
      counts: "map<string,int>",
      visits: "array<struct<page:string,seconds:int>>",
    }),
  ]);
  await hose.create(converted());
  const full = {
    ID: 12,
    small: 3,
    ratio: 0.5,
    name: "ann",
    ok: true,
    at: "2024-02-03T04:05:06Z",
    day: "2024-02-03",
    price: 12.34,
    tags: ["a", "b"],
    place: { city: "Rome", zip: 1 },
    counts: { x: 1 },
    visits: [{ page: "/", seconds: 2 }, { page: "/a" }],
    unknown: 1,
  };
  await hose.put(JSON.stringify(full), '{"id":"13","name":{"a":1}}{"id":14}');
  await hose.cloud.advance(60_000);
  const [object, ...others] = await hose.objects();
  expect(others).toEqual([]);
  expect(object!.key).toMatch(/^2024\/01\/01\/00\/clicks-1-.*\.parquet$/);
  expect(await rows(object!.data)).toEqual([
    {
      id: 12n,
      small: 3,
      ratio: 0.5,
      name: "ann",
      ok: true,
      at: new Date("2024-02-03T04:05:06Z"),
      day: new Date("2024-02-03"),
      price: 12.34,
      tags: ["a", "b"],
      place: { city: "Rome", zip: 1 },
      counts: { x: 1 },
      visits: [
        { page: "/", seconds: 2 },
        { page: "/a", seconds: null },
      ],
    },
    expect.objectContaining({ id: 13n, name: '{"a":1}' }),
    expect.objectContaining({ id: 14n }),
  ]);
});

test.each(["UNCOMPRESSED", "GZIP", "SNAPPY"])("a Parquet file may be %s inside", async (Compression) => {
  hose = await testFirehose([catalog({ name: "string" })]);
  await hose.create(converted({ HiveJsonSerDe: {} }, { Compression }));
  await hose.put(...Array.from({ length: 50 }, (_each, at) => JSON.stringify({ name: `row ${at}` })));
  await hose.cloud.advance(60_000);
  const [object] = await hose.objects();
  const { row_groups } = parquetMetadata(new Uint8Array(object!.data).buffer);
  expect(row_groups[0]!.columns[0]!.meta_data!.codec).toBe(Compression);
  expect(await rows(object!.data)).toHaveLength(50);
});

test("what does not fit the table is kept as failed, and the rest converted", async () => {
  hose = await testFirehose([catalog({ id: "int" })]);
  await hose.create(converted());
  await hose.put('{"id":1}', '{"id":"many"}', "no json", '{"id":3000000000}');
  await hose.cloud.advance(200_000);
  const objects = await hose.objects();
  expect(await rows(objects[0]!.data)).toEqual([{ id: 1 }]);
  const failures = objects
    .filter(({ key }) => key.startsWith("format-conversion-failed/2024/01/01/00/clicks-1-"))
    .flatMap(({ text }) => text.trim().split("\n"))
    .map((line) => JSON.parse(line));
  expect(failures).toMatchObject([
    {
      lastErrorCode: "DataFormatConversion.MalformedData",
      lastErrorMessage: 'Data does not match the schema: "many" is not a int.',
      rawData: Buffer.from('{"id":"many"}').toString("base64"),
      sequenceNumber: null,
      dataCatalogTable: {
        databaseName: "web",
        tableName: "clicks",
        region: "us-east-1",
        versionId: "LATEST",
      },
    },
    { lastErrorCode: "DataFormatConversion.ParseError" },
    { lastErrorCode: "DataFormatConversion.MalformedData" },
  ]);
});

test("conversion without a catalog is refused by the catalog's name", async () => {
  hose = await testFirehose();
  await expect(hose.create(converted())).rejects.toMatchObject({
    code: "NotImplemented",
    message: expect.stringMatching(/glue/i),
  });
});

test.each([
  ["int", { type: "int" }],
  ["VARCHAR(20)", { type: "string" }],
  ["decimal(5, 2)", { type: "decimal", precision: 5, scale: 2 }],
  [
    "array<map<string,int>>",
    { type: "array", of: { type: "map", key: { type: "string" }, value: { type: "int" } } },
  ],
  ["struct<a:int", undefined],
  ["decimal(50)", undefined],
  ["thing", undefined],
  ["constructor", undefined],
])("the column type %s is read", (text, type) => {
  expect(parseHiveType(text)).toEqual(type);
});
