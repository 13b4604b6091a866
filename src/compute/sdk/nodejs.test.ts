// Which packages of the SDK a function's code asks for.

import { expect, test } from "vitest";
import { packageName } from "./nodejs.ts";

const found = (code: string): readonly string[] => [...code.matchAll(packageName)].map((match) => match[1]!);

test("packages are found that are imported or required by their names", () => {
  const code = `
    import { SQSClient } from "@aws-sdk/client-sqs";
    const smithy = require('@smithy/protocol-http/dist');
    const lib = await import(\`@aws-sdk/lib-dynamodb\`);
  `;
  expect(found(code)).toEqual(["@aws-sdk/client-sqs", "@smithy/protocol-http", "@aws-sdk/lib-dynamodb"]);
});

test("a name that is put together at run time is not taken for a package", () => {
  const template = ["`@aws-sdk/client-$", "{service}`"].join("");
  expect(found(`await import(${template})`)).toEqual([]);
  expect(found('require("@aws-sdk/client-" + service)')).toEqual([]);
});
