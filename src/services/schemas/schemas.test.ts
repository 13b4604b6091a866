// Registries, discovery from a bus, and bindings that really read events.

import { transformSync } from "esbuild";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import events from "../events/index.ts";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import { classesOf } from "./bindings/classes.ts";
import { javaBinding } from "./bindings/java.ts";
import { typescriptBinding } from "./bindings/typescript.ts";
import schemas from "./index.ts";

let cloud: TestCloud;

beforeEach(async () => {
  cloud = await testCloud([schemas, events]);
});
afterEach(async () => {
  expect(cloud.log.filter(({ level }) => level === "error")).toEqual([]);
  await cloud.stop();
});

const SourceArn = "arn:aws:events:us-east-1:000000000000:event-bus/default";

async function put(...details: readonly object[]): Promise<void> {
  const entry = { Source: "shop", DetailType: "Order Placed" };
  const Entries = details.map((detail) => ({ ...entry, Detail: JSON.stringify(detail) }));
  await cloud.call("events", "PutEvents", { Entries });
  await cloud.settle();
}

const order = {
  id: "o1",
  total: 3.5,
  placed: "2024-01-01T00:00:00Z",
  customer: { name: "Ann" },
  lines: [{ sku: "a", count: 2 }],
};

async function discovered(SchemaVersion?: string) {
  const found = await cloud.call("schemas", "DescribeSchema", {
    RegistryName: "discovered-schemas",
    SchemaName: "shop@OrderPlaced",
    ...(SchemaVersion === undefined ? {} : { SchemaVersion }),
  });
  return { version: found.SchemaVersion, content: JSON.parse(found.Content) };
}

test("the default bus hears of every new version", async () => {
  await cloud.call("schemas", "CreateRegistry", { RegistryName: "told" });
  await cloud.call("schemas", "CreateDiscoverer", { SourceArn });
  const names = { RegistryName: "told", SchemaName: "s" };
  const Content = JSON.stringify({ openapi: "3.0.0", info: {}, paths: {} });
  await cloud.call("schemas", "CreateSchema", { ...names, Type: "OpenApi3", Content });
  await cloud.settle();
  const { Schemas } = await cloud.call("schemas", "ListSchemas", { RegistryName: "discovered-schemas" });
  const kinds = Schemas.map((each: { readonly SchemaName: string }) => each.SchemaName);
  expect(kinds).toContain("aws.schemas@SchemaCreated");
  expect(kinds).toContain("aws.schemas@SchemaVersionCreated");
});

describe("discovery", () => {
  beforeEach(() => cloud.call("schemas", "CreateDiscoverer", { SourceArn }));

  test("learns the schema of each kind of event", async () => {
    await put(order);
    const { content, version } = await discovered();
    expect(version).toBe("1");
    const { AWSEvent, OrderPlaced, Customer, LinesItem } = content.components.schemas;
    expect(AWSEvent).toMatchObject({
      "x-amazon-events-detail-type": "Order Placed",
      "x-amazon-events-source": "shop",
      properties: {
        detail: { $ref: "#/components/schemas/OrderPlaced" },
        time: { type: "string", format: "date-time" },
      },
    });
    expect(OrderPlaced).toEqual({
      type: "object",
      required: ["customer", "id", "lines", "placed", "total"],
      properties: {
        customer: { $ref: "#/components/schemas/Customer" },
        id: { type: "string" },
        lines: { type: "array", items: { $ref: "#/components/schemas/LinesItem" } },
        placed: { type: "string", format: "date-time" },
        total: { type: "number" },
      },
    });
    expect(Customer.properties).toEqual({ name: { type: "string" } });
    expect(LinesItem.required).toEqual(["count", "sku"]);
  });

  test("makes a version only of what is new, and none while stopped", async () => {
    await put(order, order);
    await put({ ...order, id: "o2" });
    expect((await discovered()).version).toBe("1");
    await put({ ...order, note: "new" });
    const { version, content } = await discovered();
    expect(version).toBe("2");
    expect(content.components.schemas.OrderPlaced.required).not.toContain("note");
    await cloud.call("schemas", "StopDiscoverer", { DiscovererId: "events-event-bus-default" });
    await put({ ...order, more: 1 });
    expect((await discovered()).version).toBe("2");
    await cloud.call("schemas", "StartDiscoverer", { DiscovererId: "events-event-bus-default" });
    await put({ ...order, more: 1 });
    expect((await discovered()).version).toBe("3");
  });

  test("its rule is managed, and goes with it", async () => {
    const { Rules } = await cloud.call("events", "ListRules");
    expect(Rules).toMatchObject([
      { Name: "Schemas-events-event-bus-default", ManagedBy: "schemas.amazonaws.com" },
    ]);
    await expect(
      cloud.call("events", "DisableRule", { Name: "Schemas-events-event-bus-default" }),
    ).rejects.toMatchObject({ code: "ManagedRuleException" });
    await cloud.call("schemas", "DeleteDiscoverer", { DiscovererId: "events-event-bus-default" });
    expect((await cloud.call("events", "ListRules")).Rules).toEqual([]);
  });
});

describe("schemas", () => {
  const Content = JSON.stringify({
    openapi: "3.0.0",
    info: { version: "1.0.0", title: "T" },
    paths: {},
    components: { schemas: { Thing: { type: "object", properties: { class: { type: "string" } } } } },
  });
  const names = { RegistryName: "r", SchemaName: "thing" };

  beforeEach(async () => {
    await cloud.call("schemas", "CreateRegistry", { RegistryName: "r", Tags: { a: "b" } });
    await cloud.call("schemas", "CreateSchema", { ...names, Type: "OpenApi3", Content });
  });

  test("keep their versions", async () => {
    const second = await cloud.call("schemas", "UpdateSchema", {
      ...names,
      Content: Content.replace("1.0.0", "1.1.0"),
    });
    expect(second.SchemaVersion).toBe("2");
    await cloud.call("schemas", "DeleteSchemaVersion", { ...names, SchemaVersion: "2" });
    expect((await cloud.call("schemas", "DescribeSchema", names)).SchemaVersion).toBe("1");
    expect((await cloud.call("schemas", "UpdateSchema", { ...names, Content })).SchemaVersion).toBe("3");
    const { SchemaVersions } = await cloud.call("schemas", "ListSchemaVersions", names);
    expect(SchemaVersions.map((each: { readonly SchemaVersion: string }) => each.SchemaVersion)).toEqual([
      "1",
      "3",
    ]);
    const { Schemas } = await cloud.call("schemas", "SearchSchemas", {
      RegistryName: "r",
      Keywords: "Thing class",
    });
    expect(Schemas.length).toBe(1);
  });

  test("are refused where they are none", async () => {
    await expect(
      cloud.call("schemas", "CreateSchema", { ...names, SchemaName: "no", Type: "OpenApi3", Content: "{}" }),
    ).rejects.toMatchObject({ code: "BadRequestException" });
    await expect(
      cloud.call("schemas", "DescribeSchema", { ...names, SchemaName: "no" }),
    ).rejects.toMatchObject({
      code: "NotFoundException",
      fields: { Code: "NotFound" },
    });
  });

  test("export as JSON Schema", async () => {
    const exported = await cloud.call("schemas", "ExportSchema", { ...names, Type: "JSONSchemaDraft4" });
    expect(JSON.parse(exported.Content)).toMatchObject({ title: "Thing", type: "object" });
  });
});

describe("code bindings", () => {
  test("for TypeScript read an event and write it back", async () => {
    await cloud.call("schemas", "CreateDiscoverer", { SourceArn });
    await put(order);
    const { content } = await discovered();
    const files = typescriptBinding(classesOf(JSON.stringify(content), "OpenApi3"), ["schema"]);
    const loaded = new Map<string, Record<string, unknown>>();
    const load = (path: string): Record<string, unknown> => {
      const known = loaded.get(path);
      if (known !== undefined) return known;
      const module = { exports: {} as Record<string, unknown> };
      const { text } = files.find((file) => file.path === `schema/${path}.ts`)!;
      const { code } = transformSync(text, { loader: "ts", format: "cjs" });
      new Function("module", "exports", "require", code)(module, module.exports, (name: string) =>
        load(name.replace("./", "")),
      );
      loaded.set(path, module.exports);
      return module.exports;
    };
    const { Marshaller } = load("index") as {
      readonly Marshaller: {
        unmarshall(
          data: unknown,
          type: string,
        ): { readonly detail: typeof order & { readonly placed: Date } };
        marshall(data: unknown, type: string): unknown;
      };
    };
    const event = {
      source: "shop",
      "detail-type": "Order Placed",
      detail: order,
      time: "2024-01-01T00:00:00.000Z",
    };
    const read = Marshaller.unmarshall(event, "AWSEvent");
    expect(read.detail.customer.name).toBe("Ann");
    expect(read.detail.placed).toEqual(new Date("2024-01-01T00:00:00Z"));
    expect(Marshaller.marshall(read, "AWSEvent")).toEqual({
      ...event,
      detail: { ...order, placed: "2024-01-01T00:00:00.000Z" },
    });
  });

  test("are asked for, then fetched as a zip archive", async () => {
    await cloud.call("schemas", "CreateDiscoverer", { SourceArn });
    await put(order);
    const binding = { RegistryName: "discovered-schemas", SchemaName: "shop@OrderPlaced", Language: "Java8" };
    const first = await cloud.call("schemas", "PutCodeBinding", binding);
    expect(first.Status).toBe("CREATE_IN_PROGRESS");
    await cloud.settle();
    expect((await cloud.call("schemas", "DescribeCodeBinding", binding)).Status).toBe("CREATE_COMPLETE");
    const { Body } = await cloud.call("schemas", "GetCodeBindingSource", binding);
    expect(Buffer.from(Body).subarray(0, 2).toString()).toBe("PK");
    const files = javaBinding(classesOf(JSON.stringify((await discovered()).content), "OpenApi3"), [
      "schema",
      "shop",
    ]);
    const text = files.find(({ path }) => path === "schema/shop/OrderPlaced.java")?.text;
    expect(text).toContain("private List<LinesItem> lines;");
    expect(text).toContain("package schema.shop;");
  });
});
