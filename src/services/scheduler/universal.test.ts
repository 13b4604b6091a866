// What universal targets can name: every operation that changes something.

import { expect, test } from "vitest";
import { loadModel } from "../../model/load.ts";
import { universalOperation } from "./universal.ts";

const arn = (service: string, action: string) => `arn:aws:scheduler:::aws-sdk:${service}:${action}`;

test.each([
  ["sfn", "states"],
  ["cloudwatchlogs", "logs"],
  ["eventbridge", "events"],
  ["secretsmanager", "secretsmanager"],
  ["dynamodb", "dynamodb"],
  ["sqs", "sqs"],
])("%s has all that changes something, and nothing that reads", (service, prefix) => {
  const names: Readonly<Record<string, string>> = { states: "stepfunctions" };
  for (const [name] of loadModel(names[prefix] ?? prefix).operations) {
    const action = name.charAt(0).toLowerCase() + name.slice(1);
    const reads = /^(Get|List|Describe|Query|Scan|Receive|BatchGet|TransactGet|Validate)/.test(name);
    expect([name, universalOperation(arn(service, action))?.operation.name]).toEqual([
      name,
      reads ? undefined : name,
    ]);
  }
});

test.each([
  ["an operation's name as the API has it", arn("sqs", "SendMessage")],
  ["no such operation", arn("sqs", "sendMessages")],
  ["no such service", arn("queues", "sendMessage")],
])("%s is refused", (_name, wrong) => {
  expect(universalOperation(wrong)).toBeUndefined();
});
