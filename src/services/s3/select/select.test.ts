// S3 Select: what a query gives of an object, in the words of AWS's reference.

import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fault } from "../../../core/fault.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import s3 from "../index.ts";

const Bucket = "bucket";
let cloud: TestCloud;
const csv = 'name,age,city\nAnn,31,Oslo\nBob,7,"New York, NY"\n"Cy ""C""",,Oslo\n';
const lines =
  '{"name":"Ann","tags":["a","b"],"at":{"x":1}}\n{"name":null,"at":{"x":2.5}}\n\n{"at":{"x":-3}}\n';
const document =
  '{"items":[{"id":1,"ok":true},{"id":2,"ok":false}],"total":2} {"items":[{"id":3,"ok":true}]}';

beforeAll(async () => {
  cloud = await testCloud([s3]);
  await cloud.call("s3", "CreateBucket", { Bucket });
  const objects = { csv, lines, document, zipped: gzipSync(csv), broken: '{"a":', empty: "" };
  for (const [Key, body] of Object.entries(objects)) {
    await cloud.call("s3", "PutObject", { Bucket, Key, Body: Buffer.from(body) });
  }
});
afterAll(() => cloud.stop());

const inputs = {
  csv: { CSV: { FileHeaderInfo: "USE" } },
  plain: { CSV: {} },
  zipped: { CSV: { FileHeaderInfo: "USE" }, CompressionType: "GZIP" },
  lines: { JSON: { Type: "LINES" } },
  document: { JSON: { Type: "DOCUMENT" } },
};

async function select(Key: string, Expression: string, more: object = {}): Promise<string> {
  const InputSerialization = inputs[Key as keyof typeof inputs] ?? inputs.lines;
  const output = Key === "csv" || Key === "zipped" ? { CSV: {} } : { JSON: {} };
  const asked = { Bucket, Key, Expression, ExpressionType: "SQL", InputSerialization };
  const { Payload } = await cloud.call("s3", "SelectObjectContent", {
    ...asked,
    OutputSerialization: output,
    ...more,
  });
  let text = "";
  const kinds: string[] = [];
  for await (const event of Payload) {
    kinds.push(...Object.keys(event));
    if (event.Records !== undefined) text += Buffer.from(event.Records.Payload).toString();
  }
  expect(kinds.slice(-2)).toEqual(["Stats", "End"]);
  return text;
}

test.each([
  ["SELECT * FROM S3Object", 'Ann,31,Oslo\nBob,7,"New York, NY"\n"Cy ""C""",,Oslo\n'],
  ["SELECT s.name FROM S3Object s WHERE s.age > 10", "Ann\n"],
  ["SELECT s.name FROM S3Object AS s WHERE s.city LIKE 'New%'", "Bob\n"],
  ['SELECT NAME, "age" FROM S3Object LIMIT 1', "Ann,31\n"],
  ["SELECT s._2 FROM S3Object s LIMIT 2", "31\n7\n"],
  ["SELECT COUNT(*) FROM S3Object", "3\n"],
  ["SELECT SUM(CAST(s.age AS INT)), MAX(s.name) FROM S3Object s WHERE s.age <> ''", "38,Bob\n"],
  ["SELECT AVG(age), MIN(age) FROM S3Object WHERE age <> ''", "19,7\n"],
  ["SELECT UPPER(name) || '!' FROM S3Object WHERE name IN ('Ann', 'Zoe')", "ANN!\n"],
  [
    "SELECT SUBSTRING(name, 1, 2), CHAR_LENGTH(name) FROM S3Object WHERE city BETWEEN 'O' AND 'P'",
    "An,3\nCy,6\n",
  ],
  [
    "SELECT SUBSTRING(name FROM 2 FOR 1), TRIM('  x '), TRIM(LEADING 'A' FROM name) FROM S3Object LIMIT 1",
    "n,x,nn\n",
  ],
  ["SELECT CASE WHEN age = '' THEN 'none' ELSE age END FROM S3Object", "31\n7\nnone\n"],
  ["SELECT 1 + 2 * 3, -(4 - 6), 7 / 2, 7 % 4 FROM S3Object LIMIT 1", "7,2,3,3\n"],
  ["SELECT name FROM S3Object WHERE NOT (city = 'Oslo' OR age = 7)", ""],
  ["SELECT name FROM S3Object WHERE name LIKE '%\\\"C%' ESCAPE '\\'", '"Cy ""C"""\n'],
  ["SELECT * FROM S3Object LIMIT 0", ""],
])("CSV: %s", async (query, expected) => {
  expect(await select("csv", query)).toBe(expected);
  expect(await select("zipped", query)).toBe(expected);
});

test.each([
  [
    "lines",
    "SELECT s.name, s.at.x FROM S3Object s WHERE s.at.x > 0",
    '{"name":"Ann","x":1}\n{"name":null,"x":2.5}\n',
  ],
  ["lines", "SELECT s.at.x AS place FROM S3Object[*] s WHERE s.name IS MISSING", '{"place":-3}\n'],
  ["lines", "SELECT COUNT(s.name) AS n FROM S3Object s", '{"n":1}\n'],
  ["lines", "SELECT s.tags[1] FROM S3Object s WHERE s.name IS NOT NULL", '{"_1":"b"}\n'],
  [
    "lines",
    "SELECT COALESCE(s.name, 'nobody') AS who FROM S3Object s LIMIT 2",
    '{"who":"Ann"}\n{"who":"nobody"}\n',
  ],
  ["document", "SELECT d.id FROM S3Object[*].items[*] d WHERE d.ok = true", '{"id":1}\n{"id":3}\n'],
  ["document", "SELECT s.total FROM S3Object s WHERE s.total IS NOT MISSING", '{"total":2}\n'],
  ["empty", "SELECT COUNT(*) FROM S3Object", '{"_1":0}\n'],
])("JSON %s: %s", async (key, query, expected) => {
  expect(await select(key, query)).toBe(expected);
});

test("formats are as asked for", async () => {
  const CSV = { FieldDelimiter: ";", RecordDelimiter: "|", QuoteFields: "ALWAYS", QuoteCharacter: "'" };
  const more = { OutputSerialization: { CSV }, InputSerialization: { CSV: { FileHeaderInfo: "IGNORE" } } };
  expect(await select("csv", "SELECT _1, _3 FROM S3Object LIMIT 2", more)).toBe(
    "'Ann';'Oslo'|'Bob';'New York, NY'|",
  );
});

test.each([
  ["nonsense", /^ParseUnexpectedToken$/],
  ["SELECT FROM S3Object", /^ParseUnexpectedToken$/],
  ["SELECT * FROM table1", /^ParseInvalidPathComponent$/],
  ["SELECT * FROM S3Object WHERE", /^ParseUnexpectedToken$/],
  ["SELECT SQRT(2) FROM S3Object", /^UnsupportedFunction$/],
  ["SELECT 'open FROM S3Object", /^LexerInvalidChar$/],
  ["SELECT CAST('x' AS INT) FROM S3Object", /^CastFailed$/],
  ["SELECT 1 / 0 FROM S3Object", /^DivisionByZero$/],
  ["SELECT name, COUNT(*) FROM S3Object", /^ParseUnsupportedSyntax$/],
  [`SELECT ${"(".repeat(10_000)}1 FROM S3Object`, /^ParseUnsupportedSyntax$/],
])("%.60s is refused", async (query, code) => {
  const error: Fault = await select("csv", query).then(
    () => expect.unreachable(),
    (thrown: Fault) => thrown,
  );
  expect(error.code).toMatch(code);
});

test("what cannot be read is told in the stream", async () => {
  await expect(select("broken", "SELECT * FROM S3Object")).rejects.toMatchObject({
    code: "JSONParsingError",
  });
  const gzip = { InputSerialization: { CSV: {}, CompressionType: "GZIP" } };
  await expect(select("csv", "SELECT * FROM S3Object", gzip)).rejects.toMatchObject({
    code: "InvalidCompressionFormat",
  });
});
