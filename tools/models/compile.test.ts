// Fails when the committed models are stale, and tests what the compiler writes.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { installedBotocore } from "./botocore.ts";
import { compileService } from "./compile.ts";
import type { Manifest } from "./manifest.ts";
import { compilerHash, sha256 } from "./manifest.ts";
import { overlaid } from "./overlay.ts";
import { pascalCase } from "./types.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const directory = join(root, "src/model/generated");
const manifest = JSON.parse(readFileSync(join(directory, "manifest.json"), "utf8")) as Manifest;
const data = installedBotocore();
const regenerate = "run `node tools/models/compile.mjs`";

describe("the compiled models", () => {
  test("are what the manifest says, and nothing lies beside them", () => {
    // The schemas of resource types are generated from the services, and checked there.
    const apart = ["manifest.json", "resource-types"];
    const outputs = readdirSync(directory).filter((name) => !apart.includes(name));
    const hashes = outputs.map((name) => [name, sha256(readFileSync(join(directory, name), "utf8"))]);
    expect(Object.fromEntries(hashes), regenerate).toEqual(manifest.outputs);
  });

  test("were compiled by the compiler as it stands", () => {
    expect(compilerHash(root), regenerate).toBe(manifest.compiler);
  });

  test.skipIf(data === undefined).each(["sqs", "dynamodb", "s3", "cloudwatch"])(
    "compile again to the same bytes: %s",
    (name) => {
      const { json, types } = compileService(root, data as string, name);
      expect(sha256(json)).toBe(manifest.outputs[`${name}.json`]);
      expect(sha256(types)).toBe(manifest.outputs[`${name}.d.ts`]);
    },
  );
});

describe("the types", () => {
  const types = (name: string) => readFileSync(join(directory, `${name}.d.ts`), "utf8");

  test("of SQS name operations, errors and members as the model does", () => {
    const text = types("sqs");
    expect(text).toContain("export interface Sqs {");
    expect(text).toContain(
      "readonly SendMessage: { readonly input: SendMessageRequest; readonly output: SendMessageResult };",
    );
    expect(text).toContain('    | "QueueDoesNotExist"\n');
    expect(text).toContain(
      "export interface DeleteMessageRequest {\n  readonly QueueUrl: string;\n  readonly ReceiptHandle: string;\n}",
    );
    expect(text).toContain("  readonly DelaySeconds?: number | undefined;\n");
  });

  test("of a streaming body differ between input and output", () => {
    expect(types("s3")).toContain("readonly Body?: $ByteStream | undefined;");
    expect(types("s3")).toContain("readonly Body?: Uint8Array | $ByteStream | undefined;");
    expect(types("s3")).toContain(
      "readonly Payload?: AsyncIterable<SelectObjectContentEventStream> | undefined;",
    );
  });

  test("of enums are unions, of a query service's errors the codes on the wire", () => {
    expect(types("dynamodb")).toContain('export type KeyType = "HASH" | "RANGE";');
    expect(types("iam")).toContain('    | "NoSuchEntity"\n');
    expect(types("ec2")).toContain("readonly errors: never;");
  });

  test("are named by the service's name in Pascal case", () => {
    expect([pascalCase("stepfunctions"), pascalCase("resource-groups"), pascalCase("s3")]).toEqual([
      "Stepfunctions",
      "ResourceGroups",
      "S3",
    ]);
  });
});

describe("an overlay", () => {
  test("may only speak of what the model has", () => {
    const overlays = join(root, "tools/models/overlays");
    const model = { metadata: {}, operations: {}, shapes: {} } as never;
    expect(() => overlaid(overlays, "sqs", model)).toThrow(/sqs\.operations\.\w+, which is not there/);
  });
});
