// Stacks from their creation to their end.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of Fn::Sub.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type StackCloud, stackCloud } from "./test-stacks.ts";

let stacks: StackCloud;

beforeEach(async () => {
  stacks = await stackCloud();
});
afterEach(() => stacks.cloud.stop());

const trust = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

const application = `
Parameters:
  Delay: { Type: Number, Default: 5 }
Resources:
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument:
        Version: 2012-10-17
        Statement: [{ Effect: Allow, Principal: '*', Action: 'sqs:*', Resource: !GetAtt Queue.Arn }]
  Queue:
    Type: AWS::SQS::Queue
    Properties: { DelaySeconds: !Ref Delay }
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: ${JSON.stringify(trust)}
      Policies:
        - PolicyName: send
          PolicyDocument: { Version: 2012-10-17, Statement: [{ Effect: Allow, Action: 'sqs:SendMessage', Resource: !GetAtt Queue.Arn }] }
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
  Bucket:
    Type: AWS::S3::Bucket
Outputs:
  QueueUrl: { Value: !Ref Queue }
  RoleArn: { Value: !GetAtt Role.Arn }
  TableName: { Value: !Sub '\${Table}/\${Table.Arn}' }
  BucketName: { Value: !Ref Bucket }
`;

test("a stack of several services is created, and deleted without leftovers", async () => {
  const stack = await stacks.create("app", application);
  expect(stack.StackStatusReason).toBeUndefined();
  expect(stack.StackStatus).toBe("CREATE_COMPLETE");
  expect(stack.outputs.QueueUrl).toMatch(/\/000000000000\/app-Queue-\w{12}$/);
  expect(stack.outputs.RoleArn).toMatch(/^arn:aws:iam::000000000000:role\/app-Role-\w{12}$/);
  expect(stack.outputs.BucketName).toMatch(/^app-bucket-[a-z0-9]{12}$/);
  const events = await stacks.events("app");
  expect(events[0]).toBe("app CREATE_IN_PROGRESS");
  expect(events.at(-1)).toBe("app CREATE_COMPLETE");
  expect(events.filter((event) => event === "Queue CREATE_IN_PROGRESS")).toHaveLength(2);
  expect(events.indexOf("Queue CREATE_COMPLETE")).toBeLessThan(events.indexOf("Policy CREATE_IN_PROGRESS"));
  await stacks.delete("app");
  expect((await stacks.describe(stack.StackId)).StackStatus).toBe("DELETE_COMPLETE");
  await expect(stacks.describe("app")).rejects.toThrow("Stack with id app does not exist");
  expect((await stacks.cloud.call("sqs", "ListQueues")).QueueUrls).toBeUndefined();
  expect((await stacks.cloud.call("iam", "ListRoles")).Roles).toEqual([]);
  expect((await stacks.cloud.call("dynamodb", "ListTables")).TableNames).toEqual([]);
  expect((await stacks.cloud.call("s3", "ListBuckets")).Buckets ?? []).toEqual([]);
});

const queue = (properties: object = {}) => ({ Type: "AWS::SQS::Queue", Properties: properties });

test("an update changes in place, replaces, adds and removes", async () => {
  await stacks.create("s", {
    Resources: { A: queue({ DelaySeconds: 1 }), B: queue({ QueueName: "b1" }), C: queue() },
  });
  const before = await stacks.resources("s");
  const after = {
    Resources: { A: queue({ DelaySeconds: 2 }), B: queue({ QueueName: "b2" }), D: queue() },
    Outputs: { B: { Value: { Ref: "B" } } },
  };
  const stack = await stacks.update("s", after);
  expect(stack.StackStatus).toBe("UPDATE_COMPLETE");
  const now = await stacks.resources("s");
  expect(Object.keys(now)).toEqual(["A", "B", "D"]);
  expect(now.A?.id).toBe(before.A?.id);
  expect(now.B?.id).toMatch(/b2$/);
  expect(stack.outputs.B).toMatch(/b2$/);
  const { QueueUrls } = await stacks.cloud.call("sqs", "ListQueues");
  expect([...QueueUrls].sort()).toEqual([now.A?.id, now.B?.id, now.D?.id].sort());
  await expect(stacks.update("s", after)).rejects.toThrow("No updates are to be performed.");
});

test("a creation that fails is rolled back, and says why", async () => {
  const stack = await stacks.create("bad", {
    Resources: { Good: queue(), Bad: { ...queue({ DelaySeconds: 5000 }), DependsOn: "Good" } },
  });
  expect(stack.StackStatus).toBe("ROLLBACK_COMPLETE");
  const { StackEvents } = await stacks.call("DescribeStackEvents", { StackName: "bad" });
  const failure = StackEvents.find(
    (event: { ResourceStatus: string }) => event.ResourceStatus === "CREATE_FAILED",
  );
  expect(failure.LogicalResourceId).toBe("Bad");
  expect(failure.ResourceStatusReason).toMatch(
    /^Resource handler returned message: ".*DelaySeconds.* \(Service: Sqs, Status Code: 400, Request ID: [-0-9a-f]+\)" \(RequestToken: [-0-9a-f]+, HandlerErrorCode: InvalidRequest\)$/,
  );
  expect(
    StackEvents.find((event: { ResourceStatus: string }) => event.ResourceStatus === "ROLLBACK_IN_PROGRESS")
      .ResourceStatusReason,
  ).toBe("The following resource(s) failed to create: [Bad]. Rollback requested by user.");
  expect((await stacks.cloud.call("sqs", "ListQueues")).QueueUrls).toBeUndefined();
});

test("an update that fails puts everything back", async () => {
  await stacks.create("s", { Resources: { A: queue({ DelaySeconds: 1 }), B: queue({ QueueName: "b1" }) } });
  const before = await stacks.resources("s");
  const stack = await stacks.update("s", {
    Resources: {
      A: queue({ DelaySeconds: 2 }),
      B: queue({ QueueName: "b2" }),
      C: queue(),
      Bad: { ...queue({ DelaySeconds: 5000 }), DependsOn: ["A", "B", "C"] },
    },
  });
  expect(stack.StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
  const after = await stacks.resources("s");
  expect(Object.keys(after)).toEqual(["A", "B"]);
  expect(after.A?.id).toBe(before.A?.id);
  expect(after.B?.id).toBe(before.B?.id);
  const { Attributes } = await stacks.cloud.call("sqs", "GetQueueAttributes", {
    QueueUrl: after.A?.id,
    AttributeNames: ["DelaySeconds"],
  });
  expect(Attributes.DelaySeconds).toBe("1");
  expect((await stacks.cloud.call("sqs", "ListQueues")).QueueUrls).toHaveLength(2);
  const again = await stacks.update("s", {
    Resources: { A: queue({ DelaySeconds: 3 }), B: queue({ QueueName: "b1" }) },
  });
  expect(again.StackStatus).toBe("UPDATE_COMPLETE");
});

test("an unknown resource type is refused by name", async () => {
  await expect(stacks.create("s", { Resources: { A: { Type: "AWS::Nothing::Here" } } })).rejects.toThrow(
    "Template format error: Unrecognized resource types: [AWS::Nothing::Here]",
  );
});

test("an attribute that a type does not have is refused", async () => {
  const template = { Resources: { A: queue(), B: queue({ QueueName: { "Fn::GetAtt": ["A", "Size"] } }) } };
  await expect(stacks.create("s", template)).rejects.toThrow(
    "Template error: resource A does not support attribute type Size in Fn::GetAtt",
  );
});

test("exports are read by other stacks, and stay while they are", async () => {
  await stacks.create("base", {
    Resources: { Q: queue() },
    Outputs: { Q: { Value: { "Fn::GetAtt": ["Q", "QueueName"] }, Export: { Name: "shared" } } },
  });
  const user = await stacks.create("user", {
    Resources: { R: queue() },
    Outputs: { O: { Value: { "Fn::ImportValue": "shared" } } },
  });
  expect(user.outputs.O).toMatch(/^base-Q-/);
  expect((await stacks.call("ListImports", { ExportName: "shared" })).Imports).toEqual(["user"]);
  await stacks.delete("base");
  expect(await stacks.describe("base")).toMatchObject({
    StackStatus: "DELETE_FAILED",
    StackStatusReason: "Export shared cannot be deleted as it is in use by user",
  });
  await stacks.delete("user");
  await stacks.delete("base");
  expect((await stacks.call("ListExports")).Exports).toEqual([]);
});

test("capabilities must be acknowledged", async () => {
  const template = {
    Resources: {
      R: { Type: "AWS::IAM::Role", Properties: { RoleName: "x", AssumeRolePolicyDocument: trust } },
    },
  };
  const insufficient = {
    code: "InsufficientCapabilitiesException",
    message: "Requires capabilities : [CAPABILITY_NAMED_IAM]",
  };
  const Capabilities = ["CAPABILITY_IAM"];
  await expect(stacks.create("s", template, { Capabilities })).rejects.toMatchObject(insufficient);
  const set = { StackName: "s", ChangeSetName: "c", ChangeSetType: "CREATE", Capabilities };
  const TemplateBody = JSON.stringify(template);
  await expect(stacks.call("CreateChangeSet", { ...set, TemplateBody })).rejects.toMatchObject(insufficient);
});

test("retained resources outlive their stack", async () => {
  await stacks.create("s", { Resources: { A: { ...queue(), DeletionPolicy: "Retain" }, B: queue() } });
  const { A } = await stacks.resources("s");
  const { StackId } = await stacks.describe("s");
  await stacks.delete("s");
  expect(await stacks.resources(StackId)).toMatchObject({
    A: { status: "DELETE_SKIPPED" },
    B: { status: "DELETE_COMPLETE" },
  });
  expect((await stacks.cloud.call("sqs", "ListQueues")).QueueUrls).toEqual([A?.id]);
});

test("a change set shows what would happen, and happens when it is executed", async () => {
  await stacks.create("s", {
    Parameters: { D: { Type: "Number", Default: "1" } },
    Resources: { A: queue({ DelaySeconds: { Ref: "D" } }), B: queue({ QueueName: "b1" }), C: queue() },
  });
  await stacks.call("CreateChangeSet", {
    StackName: "s",
    ChangeSetName: "c",
    Parameters: [{ ParameterKey: "D", ParameterValue: "9" }],
    TemplateBody: JSON.stringify({
      Parameters: { D: { Type: "Number", Default: "1" } },
      Resources: {
        A: queue({ DelaySeconds: { Ref: "D" } }),
        B: queue({ QueueName: "b2" }),
        P: {
          Type: "AWS::SQS::QueuePolicy",
          Properties: {
            PolicyDocument: {
              Version: "2012-10-17",
              Statement: [{ Effect: "Allow", Principal: "*", Action: "sqs:*", Resource: "*" }],
            },
            Queues: [{ Ref: "B" }],
          },
        },
      },
    }),
  });
  const set = await stacks.call("DescribeChangeSet", { StackName: "s", ChangeSetName: "c" });
  expect(set).toMatchObject({ Status: "CREATE_COMPLETE", ExecutionStatus: "AVAILABLE" });
  const changes = set.Changes.map(({ ResourceChange: each }: { ResourceChange: Record<string, unknown> }) => [
    each.Action,
    each.LogicalResourceId,
    each.Replacement,
  ]);
  expect(changes).toEqual([
    ["Modify", "A", "False"],
    ["Modify", "B", "True"],
    ["Remove", "C", undefined],
    ["Add", "P", undefined],
  ]);
  expect(set.Changes[0].ResourceChange.Details).toEqual([
    {
      Target: { Attribute: "Properties", Name: "DelaySeconds", RequiresRecreation: "Never" },
      Evaluation: "Static",
      ChangeSource: "ParameterReference",
      CausingEntity: "D",
    },
  ]);
  await stacks.call("ExecuteChangeSet", { StackName: "s", ChangeSetName: "c" });
  await stacks.cloud.settle();
  expect((await stacks.describe("s")).StackStatus).toBe("UPDATE_COMPLETE");
  expect(Object.keys(await stacks.resources("s"))).toEqual(["A", "B", "P"]);
});

test("a change set of a new stack waits for its execution; one without changes fails", async () => {
  const TemplateBody = JSON.stringify({ Resources: { A: queue() } });
  await stacks.call("CreateChangeSet", {
    StackName: "n",
    ChangeSetName: "c",
    ChangeSetType: "CREATE",
    TemplateBody,
  });
  expect((await stacks.describe("n")).StackStatus).toBe("REVIEW_IN_PROGRESS");
  await stacks.call("ExecuteChangeSet", { StackName: "n", ChangeSetName: "c" });
  await stacks.cloud.settle();
  expect((await stacks.describe("n")).StackStatus).toBe("CREATE_COMPLETE");
  await stacks.call("CreateChangeSet", { StackName: "n", ChangeSetName: "d", TemplateBody });
  expect(await stacks.call("DescribeChangeSet", { StackName: "n", ChangeSetName: "d" })).toMatchObject({
    Status: "FAILED",
    StatusReason:
      "The submitted information didn't contain changes. Submit different information to create a change set.",
  });
});

test("an estimate checks the template, and is an address", async () => {
  const of = (Resources: object) => ({ TemplateBody: JSON.stringify({ Resources }) });
  const { Url } = await stacks.call("EstimateTemplateCost", of({ A: queue() }));
  expect(Url).toMatch(/^http:\/\/calculator\.s3\.amazonaws\.com\/calc5\.html\?key=cf-[-0-9a-f]{36}$/);
  await expect(stacks.call("EstimateTemplateCost", of({ A: { Type: "AWS::No::Type" } }))).rejects.toThrow(
    "Unrecognized resource types: [AWS::No::Type]",
  );
});

test("a change set tells values before and after, but no secrets", async () => {
  const template = (delay: number, more: object = {}) => ({
    Parameters: { Secret: { Type: "String", NoEcho: true } },
    Resources: {
      A: queue({ DelaySeconds: delay, Tags: [{ Key: "s", Value: { Ref: "Secret" } }] }),
      B: queue({ QueueName: delay === 1 ? "one" : "two", VisibilityTimeout: 7 }),
      ...more,
    },
  });
  const Parameters = [{ ParameterKey: "Secret", ParameterValue: "hush-hush" }];
  await stacks.create("s", template(1, { Old: queue({ DelaySeconds: 8 }) }), { Parameters });
  const fresh = queue({ QueueName: { "Fn::Join": ["-", ["of", { "Fn::GetAtt": ["B", "QueueName"] }]] } });
  const TemplateBody = JSON.stringify(template(2, { New: fresh }));
  await stacks.call("CreateChangeSet", { StackName: "s", ChangeSetName: "c", TemplateBody, Parameters });
  const asked = { StackName: "s", ChangeSetName: "c", IncludePropertyValues: true };
  const { Changes } = await stacks.call("DescribeChangeSet", asked);
  expect(JSON.stringify(Changes)).not.toContain("hush-hush");
  interface Shown {
    readonly BeforeContext?: string;
    readonly AfterContext?: string;
    readonly Details: readonly { readonly Target: object }[];
  }
  const [a, b, added, removed] = Changes.map((each: { ResourceChange: Shown }) => each.ResourceChange);
  const Tags = [{ Key: "s", Value: "****" }];
  expect(JSON.parse(a.BeforeContext)).toEqual({ Properties: { DelaySeconds: 1, Tags } });
  expect(JSON.parse(a.AfterContext)).toEqual({ Properties: { DelaySeconds: 2, Tags } });
  expect(a.Details[0].Target).toMatchObject({
    Name: "DelaySeconds",
    Path: "/Properties/DelaySeconds",
    BeforeValue: "1",
    AfterValue: "2",
    AttributeChangeType: "Modify",
  });
  expect(b.Details[0].Target).toMatchObject({ Name: "QueueName", BeforeValue: "one", AfterValue: "two" });
  expect(added.BeforeContext).toBeUndefined();
  expect(JSON.parse(added.AfterContext).Properties.QueueName).toBe("{{changeSet:KNOWN_AFTER_APPLY}}");
  expect(JSON.parse(removed.BeforeContext)).toEqual({ Properties: { DelaySeconds: 8 } });
  expect(removed.AfterContext).toBeUndefined();
});
