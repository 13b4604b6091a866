// What the tests of Lambda share: a zip file, and a cloud with one function.

import yazl from "yazl";
import type { ServiceDefinition } from "../../../core/service.ts";
import { type TestCloud, type TestCloudOptions, testCloud } from "../../test-cloud.ts";
import lambda from "../index.ts";
import { type FakeFunction, type FakeFunctionHost, fakeFunctionHost } from "./fake-function-host.ts";

export const roleArn = "arn:aws:iam::000000000000:role/app";

export async function zipOf(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const zip = new yazl.ZipFile();
  for (const [name, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), name);
  zip.end();
  const chunks: Uint8Array[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return new Uint8Array(Buffer.concat(chunks));
}

export interface LambdaCloud extends TestCloud {
  readonly host: FakeFunctionHost;
  /** Creates a function whose handler is `index.handler` unless told otherwise, and lets it become active. */
  create(name: string, input?: object): Promise<Record<string, unknown>>;
}

export async function lambdaCloud(
  functions: Readonly<Record<string, FakeFunction>> = { "index.handler": ({ event }) => event },
  others: readonly ServiceDefinition[] = [],
  options: Omit<TestCloudOptions, "functions"> = {},
): Promise<LambdaCloud> {
  const host = fakeFunctionHost(functions);
  const cloud = await testCloud([lambda, ...others], { ...options, functions: host });
  const code = await zipOf({ "index.js": "exports.handler = async (event) => event;" });
  return {
    ...cloud,
    host,
    create: async (name, input = {}) => {
      const answer = await cloud.call("lambda", "CreateFunction", {
        FunctionName: name,
        Runtime: "nodejs20.x",
        Role: roleArn,
        Handler: "index.handler",
        Code: { ZipFile: code },
        ...input,
      });
      await cloud.settle();
      return answer;
    },
  };
}

export const json = (payload: Uint8Array): unknown => JSON.parse(Buffer.from(payload).toString());
export const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
