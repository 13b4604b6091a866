// Change sets that take what exists into a stack.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type StackCloud, stackCloud } from "../test-stacks.ts";

let stacks: StackCloud;
let url: string;

beforeEach(async () => {
  stacks = await stackCloud();
  const made = await stacks.cloud.call("sqs", "CreateQueue", {
    QueueName: "old",
    Attributes: { DelaySeconds: "3" },
  });
  url = made.QueueUrl;
});
afterEach(() => stacks.cloud.stop());

const queue = (properties: object = {}, more: object = {}) => ({
  Type: "AWS::SQS::Queue",
  Properties: properties,
  ...more,
});
const old = queue({ QueueName: "old", DelaySeconds: 3 }, { DeletionPolicy: "Retain" });

const propose = (StackName: string, template: object, identifier = url) =>
  stacks.call("CreateChangeSet", {
    StackName,
    ChangeSetName: "c",
    ChangeSetType: "IMPORT",
    TemplateBody: JSON.stringify(template),
    ResourcesToImport: [
      {
        ResourceType: "AWS::SQS::Queue",
        LogicalResourceId: "Old",
        ResourceIdentifier: { QueueUrl: identifier },
      },
    ],
  });

async function execute(): Promise<void> {
  await stacks.call("ExecuteChangeSet", { StackName: "s", ChangeSetName: "c" });
  await stacks.cloud.settle();
}

test("a queue becomes a stack's own, is changed by it, and outlives it where it is to be retained", async () => {
  await stacks.create("s", { Resources: { Q: queue() } });
  await propose("s", { Resources: { Q: queue(), Old: old } });
  const { Changes } = await stacks.call("DescribeChangeSet", { StackName: "s", ChangeSetName: "c" });
  expect(Changes).toMatchObject([{ ResourceChange: { Action: "Import", LogicalResourceId: "Old" } }]);
  await execute();
  expect((await stacks.describe("s")).StackStatus).toBe("IMPORT_COMPLETE");
  expect((await stacks.resources("s")).Old).toEqual({ id: url, status: "IMPORT_COMPLETE" });
  const events = await stacks.events("s");
  expect(events).toEqual(expect.arrayContaining(["Old IMPORT_IN_PROGRESS", "Old IMPORT_COMPLETE"]));
  const changed = queue({ QueueName: "old", DelaySeconds: 9 }, { DeletionPolicy: "Retain" });
  expect((await stacks.update("s", { Resources: { Q: queue(), Old: changed } })).StackStatus).toBe(
    "UPDATE_COMPLETE",
  );
  const AttributeNames = ["DelaySeconds"];
  const { Attributes } = await stacks.cloud.call("sqs", "GetQueueAttributes", {
    QueueUrl: url,
    AttributeNames,
  });
  expect(Attributes.DelaySeconds).toBe("9");
  await stacks.delete("s");
  expect((await stacks.cloud.call("sqs", "ListQueues")).QueueUrls).toEqual([url]);
});

test("a new stack may begin with what exists", async () => {
  await propose("s", { Resources: { Old: old } });
  await execute();
  expect((await stacks.describe("s")).StackStatus).toBe("IMPORT_COMPLETE");
});

test("what does not exist is not imported, and nothing is left of the attempt", async () => {
  await stacks.create("s", { Resources: { Q: queue() } });
  await propose("s", { Resources: { Q: queue(), Old: old } }, url.replace("old", "none"));
  await execute();
  expect((await stacks.describe("s")).StackStatus).toBe("IMPORT_ROLLBACK_COMPLETE");
  expect(Object.keys(await stacks.resources("s"))).toEqual(["Q"]);
  expect((await stacks.cloud.call("sqs", "ListQueues")).QueueUrls).toHaveLength(2);
});

test("an import changes nothing else, and says what would become of what it imports", async () => {
  await stacks.create("s", { Resources: { Q: queue() } });
  const careless = { Resources: { Q: queue(), Old: queue({ QueueName: "old" }) } };
  await expect(propose("s", careless)).rejects.toThrow(
    "The following resources to import [Old] must have DeletionPolicy attribute specified in the template.",
  );
  await expect(propose("s", { Resources: { Q: queue({ DelaySeconds: 4 }), Old: old } })).rejects.toThrow(
    "You have modified resources [Q] in your template that are not being imported. Update, create or delete operations cannot be executed during import operations.",
  );
  const Outputs = { Url: { Value: { Ref: "Q" } } };
  await expect(propose("s", { Resources: { Q: queue(), Old: old }, Outputs })).rejects.toThrow(
    "As part of the import operation, you cannot modify or add [Outputs]",
  );
});
