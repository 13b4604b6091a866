// Change sets over stacks within stacks, and what becomes of those when the
// outer one goes back.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type StackCloud, stackCloud } from "../test-stacks.ts";

let stacks: StackCloud;

beforeEach(async () => {
  stacks = await stackCloud();
  await stacks.cloud.call("s3", "CreateBucket", { Bucket: "templates" });
});
afterEach(() => stacks.cloud.stop());

async function put(name: string, body: object): Promise<string> {
  const Body = Buffer.from(JSON.stringify(body));
  await stacks.cloud.call("s3", "PutObject", { Bucket: "templates", Key: name, Body });
  return `https://templates.s3.amazonaws.com/${name}`;
}

const queue = (properties: object = {}, more: object = {}) => ({
  Type: "AWS::SQS::Queue",
  Properties: properties,
  ...more,
});
const nested = (TemplateURL: string, Parameters: object = {}) => ({
  Type: "AWS::CloudFormation::Stack",
  Properties: { TemplateURL, Parameters },
});
const inner = (delay: number) => ({
  Parameters: { Name: { Type: "String", Default: "none", MaxLength: 80 } },
  Resources: { Q: queue({ DelaySeconds: delay, Tags: [{ Key: "of", Value: { Ref: "Name" } }] }) },
  Outputs: { Url: { Value: { Ref: "Q" } } },
});

interface Change {
  readonly Action: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ChangeSetId?: string;
}

async function propose(StackName: string, template: object, more: object = {}) {
  const input = { StackName, ChangeSetName: "c", TemplateBody: JSON.stringify(template), ...more };
  const { Id } = await stacks.call("CreateChangeSet", { IncludeNestedStacks: true, ...input });
  return look(Id);
}

async function look(ChangeSetName: string) {
  const set = await stacks.call("DescribeChangeSet", { ChangeSetName });
  const changes: Change[] = set.Changes.map((each: { ResourceChange: Change }) => each.ResourceChange);
  return { ...set, changes };
}

async function execute(ChangeSetName: string): Promise<void> {
  await stacks.call("ExecuteChangeSet", { ChangeSetName });
  await stacks.cloud.settle();
}

const delayOf = async (QueueUrl: string | undefined): Promise<string> => {
  const AttributeNames = ["DelaySeconds"];
  const { Attributes } = await stacks.cloud.call("sqs", "GetQueueAttributes", { QueueUrl, AttributeNames });
  return Attributes.DelaySeconds;
};

test("stacks that would be created are reviewed with their root, and created under the same ids", async () => {
  const middle = await put("middle.json", {
    Resources: { Deep: nested(await put("inner.json", inner(1))), Q: queue() },
    Outputs: { Url: { Value: { "Fn::GetAtt": ["Deep", "Outputs.Url"] } } },
  });
  const outer = {
    Resources: { Source: queue(), Middle: nested(middle) },
    Outputs: { Url: { Value: { "Fn::GetAtt": ["Middle", "Outputs.Url"] } } },
  };
  const root = await propose("root", outer, { ChangeSetType: "CREATE" });
  expect(root).toMatchObject({ Status: "CREATE_COMPLETE", IncludeNestedStacks: true });
  const [middleChange] = root.changes;
  expect(middleChange).toMatchObject({ Action: "Add", LogicalResourceId: "Middle" });
  const middleSet = await look(middleChange.ChangeSetId);
  expect(middleSet).toMatchObject({
    ParentChangeSetId: root.ChangeSetId,
    RootChangeSetId: root.ChangeSetId,
    StackId: middleChange.PhysicalResourceId,
  });
  expect(middleSet.ChangeSetName).toMatch(/^c-Middle-\w{12}$/);
  const deep = await look(middleSet.changes[0].ChangeSetId);
  expect(deep.changes).toMatchObject([{ Action: "Add", LogicalResourceId: "Q" }]);
  expect(deep.RootChangeSetId).toBe(root.ChangeSetId);
  expect((await stacks.describe(deep.StackId)).StackStatus).toBe("REVIEW_IN_PROGRESS");
  await expect(execute(deep.ChangeSetId)).rejects.toThrow("belongs to a nested stack");
  // What is executed is what was reviewed, whatever the address holds by then.
  await put("inner.json", inner(9));
  await execute(root.ChangeSetId);
  const stack = await stacks.describe("root");
  expect(stack.StackStatus).toBe("CREATE_COMPLETE");
  expect((await stacks.describe(deep.StackId)).StackStatus).toBe("CREATE_COMPLETE");
  expect(await delayOf(stack.outputs.Url)).toBe("1");
  await stacks.delete("root");
  expect((await stacks.describe(deep.StackId)).StackStatus).toBe("DELETE_COMPLETE");
  expect((await stacks.cloud.call("sqs", "ListQueues")).QueueUrls).toBeUndefined();
});

test("an update's change set shows only those nested stacks that change", async () => {
  const changing = await put("a.json", inner(1));
  const same = await put("b.json", inner(1));
  const outer = (name: string) => ({
    Resources: {
      Source: queue({ QueueName: name }),
      A: nested(changing, { Name: { "Fn::GetAtt": ["Source", "QueueName"] } }),
      B: nested(same),
    },
  });
  await stacks.create("root", outer("one"));
  const { A } = await stacks.resources("root");
  await put("a.json", inner(2));
  const root = await propose("root", outer("one"));
  expect(root.changes.map(({ LogicalResourceId }: Change) => LogicalResourceId)).toEqual(["A"]);
  const set = await look(root.changes[0].ChangeSetId);
  expect(set).toMatchObject({ StackId: A?.id, Status: "CREATE_COMPLETE" });
  expect(set.changes).toMatchObject([{ Action: "Modify", LogicalResourceId: "Q" }]);
  await execute(root.ChangeSetId);
  const { Q } = await stacks.resources(A?.id ?? "");
  expect(await delayOf(Q?.id)).toBe("2");
  expect(await propose("root", outer("one"), { ChangeSetName: "d" })).toMatchObject({ Status: "FAILED" });
  // What only a new resource can say is not held against the inner template's constraints.
  const later = await propose("root", outer("two"), { ChangeSetName: "e" });
  const { changes } = await look(later.changes[0].ChangeSetId);
  expect(changes[0].Details).toMatchObject([{ ChangeSource: "ParameterReference", CausingEntity: "Name" }]);
});

test("a nested template may take apart what only a new resource can say", async () => {
  const url = await put("parts.json", {
    Parameters: { Arn: { Type: "String" } },
    Conditions: { Given: { "Fn::Not": [{ "Fn::Equals": [{ Ref: "Arn" }, ""] }] } },
    Resources: {
      Q: queue({
        QueueName: {
          "Fn::Join": ["-", ["of", { "Fn::Select": [5, { "Fn::Split": [":", { Ref: "Arn" }] }] }]],
        },
      }),
      Sometimes: { ...queue(), Condition: "Given" },
    },
  });
  const outer = {
    Resources: {
      Source: queue({ QueueName: "source" }),
      A: nested(url, { Arn: { "Fn::GetAtt": ["Source", "Arn"] } }),
    },
  };
  const root = await propose("root", outer, { ChangeSetType: "CREATE" });
  expect(root.Status).toBe("CREATE_COMPLETE");
  const set = await look(root.changes[0].ChangeSetId);
  expect(set.changes.map(({ LogicalResourceId }: Change) => LogicalResourceId)).toEqual(["Q", "Sometimes"]);
  expect(set.Parameters).toEqual([
    { ParameterKey: "Arn", ParameterValue: "{{changeSet:KNOWN_AFTER_APPLY}}" },
  ]);
  await execute(root.ChangeSetId);
  expect((await stacks.describe("root")).StackStatus).toBe("CREATE_COMPLETE");
  expect((await stacks.resources(set.StackId)).Q?.id).toMatch(/\/of-source$/);
});

test("a nested template that cannot be used fails the change sets above it", async () => {
  const bad = await put("bad.json", { Resources: { Q: { Type: "AWS::No::Type" } } });
  const root = await propose("root", { Resources: { A: nested(bad) } }, { ChangeSetType: "CREATE" });
  expect(root.Status).toBe("FAILED");
  expect(root.StatusReason).toMatch(
    /^Nested change set arn:aws:cloudformation:.* was not successfully created: Currently in FAILED\.$/,
  );
  expect((await look(root.changes[0].ChangeSetId)).StatusReason).toBe(
    "Template format error: Unrecognized resource types: [AWS::No::Type]",
  );
});

test("deleting the root's change set leaves nothing to be reviewed within it", async () => {
  const url = await put("inner.json", inner(1));
  const root = await propose("root", { Resources: { A: nested(url) } }, { ChangeSetType: "CREATE" });
  const [{ ChangeSetId, PhysicalResourceId }] = root.changes;
  await expect(stacks.call("DeleteChangeSet", { ChangeSetName: ChangeSetId })).rejects.toThrow(
    "belongs to a nested stack",
  );
  await stacks.call("DeleteChangeSet", { ChangeSetName: root.ChangeSetId });
  await expect(look(ChangeSetId)).rejects.toMatchObject({ code: "ChangeSetNotFound" });
  expect((await stacks.describe(PhysicalResourceId)).StackStatus).toBe("DELETE_COMPLETE");
});

test("a nested stack goes back to its former template with its parent", async () => {
  const url = await put("inner.json", inner(1));
  const outer = (more: object) => ({ Resources: { A: nested(url), ...more } });
  await stacks.create("root", outer({}));
  const { A } = await stacks.resources("root");
  const { Q } = await stacks.resources(A?.id ?? "");
  await put("inner.json", inner(2));
  const bad = queue({ DelaySeconds: 5000 }, { DependsOn: "A" });
  expect((await stacks.update("root", outer({ Bad: bad }))).StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
  expect(await delayOf(Q?.id)).toBe("1");
  expect((await stacks.update("root", outer({ Good: queue() }))).StackStatus).toBe("UPDATE_COMPLETE");
  expect(await delayOf(Q?.id)).toBe("2");
});
