// Code bindings, fetched as users fetch them and handed to the compilers of
// their languages: of a schema whose names mean something there already.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { available, must } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";

const text = { type: "string" };
const integer = { type: "integer" };
const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const schemas = {
  AWSEvent: {
    type: "object",
    required: ["detail"],
    properties: {
      detail: reference("shop.String"),
      time: { type: "string", format: "date-time" },
      "detail-type": text,
      detailType: text,
    },
  },
  "shop.String": {
    type: "object",
    properties: {
      class: text,
      self: integer,
      from: text,
      list: { type: "object", properties: { date: { type: "object", properties: { at: integer } } } },
      marshaller: { type: "array", items: { type: "object", properties: { new: text } } },
      "1st": { type: "boolean" },
      anything: {},
    },
  },
};
const event = {
  detail: {
    class: "c",
    self: 1,
    from: "f",
    list: { date: { at: 2 } },
    marshaller: [{ new: "n" }],
    "1st": true,
    anything: { x: [1] },
  },
  time: "2024-01-01T00:00:00.000Z",
  "detail-type": "a",
  detailType: "b",
};

/** As much of Jackson as bindings mention: what compiles with this compiles with that. */
const annotation = "com/fasterxml/jackson/annotation";
const databind = "com/fasterxml/jackson/databind";
const jackson: Readonly<Record<string, string>> = {
  [`${annotation}/JsonProperty`]: "public @interface JsonProperty { String value(); }",
  [`${annotation}/JsonIgnoreProperties`]:
    "public @interface JsonIgnoreProperties { boolean ignoreUnknown(); }",
  [`${annotation}/JsonInclude`]:
    "public @interface JsonInclude { enum Include { NON_NULL } Include value(); }",
  [`${annotation}/JsonAutoDetect`]:
    "public @interface JsonAutoDetect { enum Visibility { NONE } Visibility getterVisibility(); Visibility setterVisibility(); }",
  [`${databind}/DeserializationFeature`]: "public enum DeserializationFeature { FAIL_ON_UNKNOWN_PROPERTIES }",
  [`${databind}/SerializationFeature`]: "public enum SerializationFeature { WRITE_DATES_AS_TIMESTAMPS }",
  [`${databind}/ObjectMapper`]: `public class ObjectMapper {
    public ObjectMapper disable(Object feature) { return this; }
    public void writeValue(java.io.OutputStream output, Object value) throws java.io.IOException {}
    public <T> T readValue(java.io.InputStream input, Class<T> type) throws java.io.IOException { return null; }
  }`,
};

/** Creates the schema, asks for its bindings, and unpacks each into a folder of its language's name. */
const fetchAll = `import boto3, io, sys, zipfile
client = boto3.client("schemas")
names = {"RegistryName": "r", "SchemaName": "s"}
client.create_registry(RegistryName="r")
client.create_schema(**names, Type="OpenApi3", Content=sys.argv[1])
for language in ["TypeScript3", "Python36", "Java8"]:
    client.put_code_binding(**names, Language=language)
    client.get_waiter("code_binding_exists").wait(**names, Language=language, WaiterConfig={"Delay": 1})
    body = client.get_code_binding_source(**names, Language=language)["Body"].read()
    zipfile.ZipFile(io.BytesIO(body)).extractall(language)`;

const hasBoto3 = available("python3", ["-c", "import boto3"]);

describe.skipIf(!hasBoto3)("code bindings", { timeout: 120_000 }, () => {
  let cloud: RunningCloud;
  const folder = mkdtempSync(join(tmpdir(), "cumulet-bindings-"));
  const options = (language: string) => ({ env: cloud.env, cwd: join(folder, language) });

  beforeAll(async () => {
    cloud = await startCloud();
    const content = JSON.stringify({ openapi: "3.0.0", info: {}, paths: {}, components: { schemas } });
    await must("python3", ["-c", fetchAll, content], options(""));
  });
  afterAll(async () => {
    await cloud?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("of TypeScript pass the strict compiler, read an event and write it again", async () => {
    const here = options("TypeScript3");
    const use = `import { AWSEvent, Marshaller } from "./schema/s";
      const event: AWSEvent = Marshaller.unmarshall(JSON.parse(process.argv[2]!), "AWSEvent");
      if (event.detail.list?.date?.at !== 2) throw new Error("not read");
      console.log(JSON.stringify(Marshaller.marshall(event, "AWSEvent")));`;
    writeFileSync(join(here.cwd, "use.ts"), use);
    const root = join(import.meta.dirname, "..");
    const strict = "--strict --target es2020 --module commonjs --types node --skipLibCheck".split(" ");
    const types = ["--typeRoots", join(root, "node_modules/@types"), "--ignoreConfig"];
    await must(join(root, "node_modules/.bin/tsc"), [...strict, ...types, "use.ts"], here);
    const written = await must(process.execPath, ["use.js", JSON.stringify(event)], here);
    expect(JSON.parse(written)).toEqual(event);
  });

  test("of Python read an event and write it again", async () => {
    const use = `import json, sys
from schema.s import AWSEvent, Marshaller
event = Marshaller.unmarshall(json.loads(sys.argv[1]), AWSEvent)
assert event.detail.list.date.at == 2 and event.time.year == 2024
print(json.dumps(Marshaller.marshall(event)))`;
    const written = await must("python3", ["-c", use, JSON.stringify(event)], options("Python36"));
    expect(JSON.parse(written)).toEqual({ ...event, time: "2024-01-01T00:00:00Z" });
  });

  test.skipIf(!available("javac"))("of Java compile", async () => {
    const here = options("Java8");
    for (const [name, body] of Object.entries(jackson)) {
      const file = join(here.cwd, `${name}.java`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `package ${dirname(name).replaceAll("/", ".")};\n${body}\n`);
    }
    const use = `import schema.s.*;
class Use {
  static Long at(AWSEvent event) { return event.getDetail().getList().getDate().getAt(); }
}`;
    writeFileSync(join(here.cwd, "Use.java"), use);
    const files = ["Use.java", "schema/s/marshaller/Marshaller.java"];
    await must("javac", ["-proc:none", "-Xlint:-options", "-d", "out", ...files], here);
  });
});
