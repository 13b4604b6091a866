// Bodies that are broken, of the wrong kind, too large or too deep, in each of
// the protocols.

import { gzipSync } from "node:zlib";
import { request } from "../support/raw.ts";
import { type Case, form, json, rest, status } from "./case.ts";

const table = (body: string | Buffer, lines: readonly string[] = []): Buffer =>
  json("DynamoDB_20120810.ListTables", body, lines);
const serialization = status(400, "SerializationException");
const zeros = gzipSync(Buffer.alloc(64 * 1024 * 1024));

/** DynamoDB, SQS: JSON. */
export const jsonCases: readonly Case[] = [
  ...[
    '{"Limit":',
    "{",
    "nonsense",
    '{"a" 1}',
    "{'a':1}",
    '{"Limit":01}',
    '{"Limit":1}}',
    '{"Limit":NaN}',
  ].map((body) => ({
    name: `the text ${body}`,
    bytes: table(body),
    answer: serialization,
  })),
  ...["[]", '"text"', "5", "null", "true"].map((body) => ({
    name: `${body} in place of an object`,
    bytes: table(body),
    answer: serialization,
  })),
  ...[
    '{"Limit":"5"}',
    '{"Limit":[]}',
    '{"Limit":1.5}',
    '{"Limit":1e999}',
    '{"ExclusiveStartTableName":{}}',
  ].map((body) => ({
    name: `${body} of another type`,
    bytes: table(body),
    answer: serialization,
  })),
  {
    name: "bytes that are no UTF-8",
    bytes: table(Buffer.from('{"ExclusiveStartTableName":"\xff\xfe\xc0"}', "latin1")),
    answer: serialization,
  },
  {
    name: "half a surrogate pair",
    bytes: table('{"ExclusiveStartTableName":"\\ud800"}'),
    answer: status(400),
  },
  { name: "a hundred thousand brackets", bytes: table("[".repeat(100_000)), answer: serialization },
  {
    name: "a hundred thousand levels in a member that nobody knows",
    bytes: table(`{"Nonesuch":${"[".repeat(100_000)}${"]".repeat(100_000)}}`),
    answer: /^HTTP\/1\.1 (200|400) /,
  },
  {
    name: "an item of ten thousand levels",
    bytes: json(
      "DynamoDB_20120810.PutItem",
      `{"TableName":"items","Item":{"id":${'{"M":{"a":'.repeat(10_000)}{"S":"x"}${"}}".repeat(10_000)}}}`,
    ),
    answer: status(400),
  },
  {
    name: "a member called __proto__",
    bytes: table('{"__proto__":{"Limit":5},"constructor":{"prototype":{"Limit":5}}}'),
    answer: status(200, "TableNames"),
  },
  {
    name: "an attribute called __proto__ in a key",
    bytes: json(
      "DynamoDB_20120810.GetItem",
      '{"TableName":"items","Key":{"__proto__":{"S":"x"},"id":{"S":"x"}}}',
    ),
    answer: status(400, "ResourceNotFoundException|ValidationException"),
  },
  {
    name: "a compressed body that is none",
    bytes: table("nonsense", ["Content-Encoding: gzip"]),
    answer: serialization,
  },
  {
    name: "a compressed body that is cut off",
    bytes: table(gzipSync("{}").subarray(0, 12), ["Content-Encoding: gzip"]),
    answer: serialization,
  },
  { name: "64 MB of zeros in 64 KB", bytes: table(zeros, ["Content-Encoding: gzip"]), answer: status(413) },
  {
    name: "a body that says it is a gigabyte",
    bytes: table("{}", ["Content-Length: 1073741824"]),
    answer: status(413),
  },
  { name: "17 MB", bytes: table(`{"a":"${"x".repeat(17 * 1024 * 1024)}"}`), answer: /^$|^HTTP\/1\.1 413 / },
];

export const targetCases: readonly Case[] = [
  ...[
    "Nonesuch.ListTables",
    "DynamoDB_20120810.Nonesuch",
    "ListTables",
    ".",
    "",
    "DynamoDB_20120810.",
    "__proto__.constructor",
    "DynamoDB_20120810.__proto__",
    "DynamoDB_20120810.toString",
  ].map((target) => ({
    name: `the target "${target}"`,
    bytes: json(target, "{}"),
    answer: status(400, "UnknownOperationException"),
  })),
];

const query = (text: string | Buffer): Buffer => form("iam", text);

/** IAM: forms, answered in XML. */
export const formCases: readonly Case[] = [
  {
    name: "no action",
    bytes: query("Version=2010-05-08"),
    answer: status(400, "<Code>MissingAction</Code>"),
  },
  { name: "an empty form", bytes: query(""), answer: status(400, "<Code>MissingAction</Code>") },
  {
    name: "an unknown action",
    bytes: query("Action=Nonesuch&Version=2010-05-08"),
    answer: status(400, "InvalidAction"),
  },
  {
    name: "an action of every object",
    bytes: query("Action=__proto__&Version=2010-05-08"),
    answer: status(400, "InvalidAction"),
  },
  {
    name: "percent signs that encode nothing",
    bytes: query("Action=GetRole&Version=2010-05-08&RoleName=%zz%"),
    answer: status(400, "<Error>"),
  },
  {
    name: "members of every object",
    bytes: query(
      "Action=ListRoles&Version=2010-05-08&__proto__.PathPrefix=a&constructor.prototype.x=1&toString=1",
    ),
    answer: status(200, "ListRolesResponse"),
  },
  {
    name: "an element beyond all lists",
    bytes: query(
      "Action=CreateRole&Version=2010-05-08&RoleName=a&AssumeRolePolicyDocument=%7B%7D&Tags.member.4294967295.Key=a",
    ),
    answer: status(400, "<Error>"),
  },
  {
    name: "an element that is no number",
    bytes: query(
      "Action=CreateRole&Version=2010-05-08&RoleName=a&AssumeRolePolicyDocument=%7B%7D&Tags.member.x.Key=a",
    ),
    answer: status(400, "<Error>"),
  },
  {
    name: "a number that is none",
    bytes: query("Action=ListRoles&Version=2010-05-08&MaxItems=many"),
    answer: status(400, "<Error>"),
  },
  {
    name: "bytes that are no UTF-8",
    bytes: query("Action=GetRole&Version=2010-05-08&RoleName=%ff%fe"),
    answer: status(400, "<Error>"),
  },
  {
    name: "a hundred thousand members",
    bytes: query(`Action=ListRoles&Version=2010-05-08${"&a.member.1.b=1".repeat(100_000)}`),
    answer: status(400, "too many parameters"),
  },
];

const tagging = (body: string | Buffer): Buffer =>
  rest("s3", "PUT /bad?tagging", ["Content-Type: application/xml"], body);
const malformed = status(400, "<Code>MalformedXML</Code>");
const laughs = ["a", "b", "c", "d", "e", "f", "g", "h", "i"]
  .map((name, at, all) => `<!ENTITY ${name} "${at === 0 ? "ha" : `&${all[at - 1]};`.repeat(10)}">`)
  .join("");
const tags = (value: string): string =>
  `<Tagging><TagSet><Tag><Key>k</Key><Value>${value}</Value></Tag></TagSet></Tagging>`;

/** S3: XML. */
export const xmlCases: readonly Case[] = [
  { name: "nothing", bytes: tagging(""), answer: status(400, "<Error>") },
  { name: "no XML", bytes: tagging("nonsense"), answer: malformed },
  { name: "an element that is not closed", bytes: tagging("<Tagging><TagSet>"), answer: malformed },
  { name: "elements that cross", bytes: tagging("<Tagging><TagSet></Tagging></TagSet>"), answer: malformed },
  { name: "two documents", bytes: tagging(tags("v") + tags("v")), answer: malformed },
  { name: "an entity that nobody declared", bytes: tagging(tags("&nonesuch;")), answer: malformed },
  {
    name: "entities of entities",
    bytes: tagging(`<!DOCTYPE t [${laughs}]>${tags("&i;")}`),
    answer: malformed,
  },
  {
    name: "a file as an entity",
    bytes: tagging(`<!DOCTYPE t [<!ENTITY f SYSTEM "file:///etc/passwd">]>${tags("&f;")}`),
    answer: malformed,
    never: /root:/,
  },
  {
    name: "a hundred thousand levels",
    bytes: tagging(`${"<a>".repeat(100_000)}${"</a>".repeat(100_000)}`),
    answer: malformed,
  },
  {
    name: "bytes that are no UTF-8",
    bytes: tagging(Buffer.from(tags("\xff\xfe"), "latin1")),
    answer: malformed,
  },
  {
    name: "another document",
    bytes: tagging("<Delete><Object><Key>a</Key></Object></Delete>"),
    answer: status(400, "<Error>"),
  },
];

const cbor = (
  body: readonly number[] | Buffer,
  path = "GraniteServiceVersion20100801/operation/ListMetrics",
): Buffer =>
  rest(
    "monitoring",
    `POST /service/${path}`,
    ["Smithy-Protocol: rpc-v2-cbor", "Content-Type: application/cbor"],
    Buffer.from(body),
  );

/** CloudWatch: CBOR. */
export const cborCases: readonly Case[] = [
  { name: "a map that is cut off", bytes: cbor([0xa1, 0x63, 0x61]), answer: serialization },
  {
    name: "a text longer than everything",
    bytes: cbor([0xbf, 0x7b, 255, 255, 255, 255, 255, 255, 255, 255]),
    answer: serialization,
  },
  {
    name: "a list longer than everything",
    bytes: cbor([0x9b, 255, 255, 255, 255, 255, 255, 255, 255]),
    answer: serialization,
  },
  { name: "a hundred thousand lists", bytes: cbor(Buffer.alloc(100_000, 0x81)), answer: serialization },
  {
    name: "a hundred thousand endless lists",
    bytes: cbor(Buffer.alloc(100_000, 0x9f)),
    answer: serialization,
  },
  { name: "a number in place of a map", bytes: cbor([0x05]), answer: serialization },
  { name: "a key that is no text", bytes: cbor([0xa1, 0x05, 0x05]), answer: serialization },
  { name: "a reserved byte", bytes: cbor([0xfc]), answer: serialization },
  { name: "an end of nothing", bytes: cbor([0xff]), answer: serialization },
  { name: "bytes after the end", bytes: cbor([0xa0, 0xa0]), answer: serialization },
  {
    name: "an operation that is not there",
    bytes: cbor([0xa0], "GraniteServiceVersion20100801/operation/Nonesuch"),
    answer: status(404, "UnknownOperation|Nonesuch"),
  },
  {
    name: "a service that is not there",
    bytes: cbor([0xa0], "__proto__/operation/constructor"),
    answer: status(400, "UnknownOperationException"),
  },
];

/** Lambda: REST and JSON. */
export const restCases: readonly Case[] = [
  {
    name: "a path that is nobody's",
    bytes: rest("lambda", "GET /2015-03-31/nonesuch"),
    answer: status(404, "UnknownOperationException"),
  },
  {
    name: "a method that is nobody's",
    bytes: rest("lambda", "PATCH /2015-03-31/functions"),
    answer: status(404),
  },
  { name: "a service that nobody knows", bytes: rest("nonesuch", "GET /"), answer: status(404, "nonesuch") },
  {
    name: "a broken body",
    bytes: rest("lambda", "POST /2015-03-31/functions", [], "{"),
    answer: serialization,
  },
  {
    name: "a code that is no base64",
    bytes: rest(
      "lambda",
      "POST /2015-03-31/functions",
      [],
      '{"FunctionName":"f","Role":"arn:aws:iam::000000000000:role/r","Code":{"ZipFile":"***"}}',
    ),
    answer: status(400),
  },
  {
    name: "a number in the query that is none",
    bytes: rest("lambda", "GET /2015-03-31/functions?MaxItems=many"),
    answer: status(400),
  },
  {
    name: "a parameter twice",
    bytes: rest("lambda", "GET /2015-03-31/functions?MaxItems=1&MaxItems=2"),
    answer: status(400, "given twice"),
  },
  {
    name: "a label of every object",
    bytes: rest("lambda", "GET /2015-03-31/functions/__proto__"),
    answer: status(404, "ResourceNotFoundException"),
  },
  {
    name: "a payload for nobody",
    bytes: request(["POST /_lambda-url/nonesuch/ HTTP/1.1", "Host: localhost", "Connection: close"], "x"),
    answer: status(404),
  },
];
