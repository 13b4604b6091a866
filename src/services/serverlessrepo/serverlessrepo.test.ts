// Applications from their publication to stacks in this account and another.

import { expect, test } from "vitest";
import cloudformation from "../cloudformation/index.ts";
import s3 from "../s3/index.ts";
import sqs from "../sqs/index.ts";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import serverlessrepo from "./index.ts";

const template = {
  Transform: "AWS::Serverless-2016-10-31",
  Parameters: { Seconds: { Type: "Number", Default: 3, MaxValue: 900 } },
  Resources: { Queue: { Type: "AWS::SQS::Queue", Properties: { DelaySeconds: { Ref: "Seconds" } } } },
  Outputs: { Url: { Value: { Ref: "Queue" } } },
};
const about = { Author: "ann", Description: "A queue", Name: "a-queue" };
const id = "arn:aws:serverlessrepo:us-east-1:000000000000:applications/a-queue";
const other = "111111111111";

interface Repository {
  readonly cloud: TestCloud;
  call(operation: string, input?: object, account?: string): ReturnType<TestCloud["call"]>;
}

async function repository(): Promise<Repository> {
  const cloud = await testCloud([cloudformation, s3, sqs, serverlessrepo]);
  return {
    cloud,
    call: (operation, input = {}, account = "000000000000") =>
      cloud.as({ account }).call("serverlessrepo", operation, input),
  };
}

const publish = ({ call }: Repository, SemanticVersion = "1.0.0", body: object = template) =>
  call("CreateApplication", { ...about, SemanticVersion, TemplateBody: JSON.stringify(body) });

test("a published application tells its latest version with parameters and capabilities", async () => {
  const here = await repository();
  await publish(here);
  for (const SemanticVersion of ["1.10.0", "1.9.0", "1.11.0-rc.2", "1.11.0-rc.10"])
    await here.call("CreateApplicationVersion", {
      ApplicationId: id,
      SemanticVersion,
      TemplateBody: JSON.stringify({
        ...template,
        Resources: { ...template.Resources, Role: { Type: "AWS::IAM::Role", Properties: { RoleName: "r" } } },
      }),
    });
  const { Versions } = await here.call("ListApplicationVersions", { ApplicationId: id });
  expect(Versions.map((each: { SemanticVersion: string }) => each.SemanticVersion)).toEqual([
    "1.0.0",
    "1.9.0",
    "1.10.0",
    "1.11.0-rc.2",
    "1.11.0-rc.10",
  ]);
  const { Version } = await here.call("GetApplication", { ApplicationId: id });
  expect(Version).toMatchObject({
    SemanticVersion: "1.11.0-rc.10",
    RequiredCapabilities: ["CAPABILITY_NAMED_IAM"],
  });
  // IAM is not among this test's services.
  expect(Version.ResourcesSupported).toBe(false);
  const first = await here.call("GetApplication", { ApplicationId: id, SemanticVersion: "1.0.0" });
  expect(first.Version).toMatchObject({ RequiredCapabilities: [], ResourcesSupported: true });
  expect(first.Version.ParameterDefinitions).toEqual([
    {
      AllowedValues: [],
      DefaultValue: "3",
      MaxValue: 900,
      Name: "Seconds",
      NoEcho: false,
      ReferencedByResources: ["Queue"],
      Type: "Number",
    },
  ]);
});

test("a name and a version can be taken once", async () => {
  const here = await repository();
  await publish(here);
  await expect(publish(here)).rejects.toThrow(`Application with id ${id} already exists.`);
  await expect(
    here.call("CreateApplicationVersion", {
      ApplicationId: id,
      SemanticVersion: "1.0.0",
      TemplateBody: JSON.stringify(template),
    }),
  ).rejects.toMatchObject({ code: "ConflictException" });
});

test.each([
  [{ SemanticVersion: "1.0", TemplateBody: "{}" }, "Invalid semantic version '1.0'"],
  [{ SemanticVersion: "1.0.0", TemplateBody: "[" }, "Invalid template"],
  [{ SemanticVersion: "1.0.0" }, "must be given together"],
  [{ Author: "Ann" }, "Invalid author"],
  [{ Labels: ["a b"] }, "Invalid label 'a b'"],
])("what AWS refuses is refused (%#)", async (input, message) => {
  const { call } = await repository();
  await expect(call("CreateApplication", { ...about, ...input })).rejects.toThrow(message);
});

test("an application is private until its policy shares it", async () => {
  const here = await repository();
  await publish(here);
  const look = () => here.call("GetApplication", { ApplicationId: id }, other);
  await expect(look()).rejects.toThrow(
    `User: arn:aws:iam::${other}:root is not authorized to perform: serverlessrepo:GetApplication on resource: ${id}`,
  );
  const share = (Principals: string[], Actions: string[]) =>
    here.call("PutApplicationPolicy", { ApplicationId: id, Statements: [{ Principals, Actions }] });
  await share(["222222222222"], ["Deploy"]);
  await expect(look()).rejects.toMatchObject({ code: "AccessDeniedException" });
  await share([other], ["ListApplicationVersions"]);
  await expect(look()).rejects.toMatchObject({ code: "AccessDeniedException" });
  await share(["*"], ["Deploy"]);
  expect(await look()).toMatchObject({ Name: "a-queue" });
  await expect(here.call("DeleteApplication", { ApplicationId: id }, other)).rejects.toMatchObject({
    code: "AccessDeniedException",
  });
  await expect(share(["*"], ["Everything"])).rejects.toThrow("Unsupported action 'Everything'");
});

test("an organization is a statement that can be withdrawn", async () => {
  const here = await repository();
  await publish(here);
  await here.call("PutApplicationPolicy", {
    ApplicationId: id,
    Statements: [{ Principals: ["*"], Actions: ["Deploy"], PrincipalOrgIDs: ["o-1"], StatementId: "s" }],
  });
  await expect(here.call("GetApplication", { ApplicationId: id }, other)).rejects.toMatchObject({
    code: "AccessDeniedException",
  });
  await here.call("UnshareApplication", { ApplicationId: id, OrganizationId: "o-1" });
  expect(await here.call("GetApplicationPolicy", { ApplicationId: id })).toEqual({ Statements: [] });
});

async function deployed(here: Repository, input: object, account: string): Promise<string> {
  const set = await here.call("CreateCloudFormationChangeSet", { ApplicationId: id, ...input }, account);
  const caller = here.cloud.as({ account });
  await caller.call("cloudformation", "ExecuteChangeSet", { ChangeSetName: set.ChangeSetId });
  await here.cloud.settle();
  const { Stacks } = await caller.call("cloudformation", "DescribeStacks", { StackName: set.StackId });
  return `${Stacks[0].StackName} ${Stacks[0].StackStatus} ${Stacks[0].Outputs?.[0]?.OutputValue}`;
}

test("another account deploys what is shared, and updates it to another version", async () => {
  const here = await repository();
  await publish(here);
  await here.call("PutApplicationPolicy", {
    ApplicationId: id,
    Statements: [{ Principals: [other], Actions: ["Deploy"] }],
  });
  const overrides = { ParameterOverrides: [{ Name: "Seconds", Value: "7" }] };
  expect(await deployed(here, { StackName: "mine", ...overrides }, other)).toMatch(
    /^serverlessrepo-mine CREATE_COMPLETE .*\/111111111111\/serverlessrepo-mine-Queue-/,
  );
  await here.call("CreateApplicationVersion", {
    ApplicationId: id,
    SemanticVersion: "2.0.0",
    TemplateBody: JSON.stringify({ ...template, Description: "Two" }),
  });
  expect(await deployed(here, { StackName: "mine" }, other)).toMatch(/UPDATE_COMPLETE/);
  const { Stacks } = await here.cloud.as({ account: other }).call("cloudformation", "DescribeStacks", {});
  expect(Stacks[0].Tags).toEqual(
    expect.arrayContaining([{ Key: "serverlessrepo:semanticVersion", Value: "2.0.0" }]),
  );
});

test("a template nests an application by its id and version", async () => {
  const here = await repository();
  await publish(here);
  const outer = {
    Transform: template.Transform,
    Parameters: { Version: { Type: "String", Default: "1.0.0" } },
    Resources: {
      Inner: {
        Type: "AWS::Serverless::Application",
        Properties: {
          Location: { ApplicationId: id, SemanticVersion: { Ref: "Version" } },
          Parameters: { Seconds: "5" },
        },
      },
    },
    Outputs: { Url: { Value: { "Fn::GetAtt": ["Inner", "Outputs.Url"] } } },
  };
  const create = (StackName: string, Version: string) =>
    here.cloud.call("cloudformation", "CreateStack", {
      StackName,
      TemplateBody: JSON.stringify(outer),
      Capabilities: ["CAPABILITY_AUTO_EXPAND"],
      Parameters: [{ ParameterKey: "Version", ParameterValue: Version }],
    });
  const { StackId } = await create("outer", "1.0.0");
  await here.cloud.settle();
  const { Stacks } = await here.cloud.call("cloudformation", "DescribeStacks", { StackName: StackId });
  expect(Stacks[0]).toMatchObject({ StackStatus: "CREATE_COMPLETE" });
  expect(Stacks[0].Outputs[0].OutputValue).toMatch(/outer-Inner-\w+-Queue-/);
  await expect(create("none", "9.0.0")).rejects.toThrow("Version 9.0.0 of application");
  const nesting = { ...outer, Resources: structuredClone(outer.Resources) };
  nesting.Resources.Inner.Properties.Location.SemanticVersion = "1.0.0" as unknown as { Ref: string };
  await here.call("CreateApplicationVersion", {
    ApplicationId: id,
    SemanticVersion: "2.0.0",
    TemplateBody: JSON.stringify(nesting),
  });
  expect(await here.call("ListApplicationDependencies", { ApplicationId: id })).toEqual({
    Dependencies: [{ ApplicationId: id, SemanticVersion: "1.0.0" }],
  });
  const { Version } = await here.call("GetApplication", { ApplicationId: id });
  expect(Version.RequiredCapabilities).toEqual(["CAPABILITY_AUTO_EXPAND"]);
  await expect(
    here.call("CreateCloudFormationChangeSet", { ApplicationId: id, StackName: "x" }),
  ).rejects.toThrow("Requires capabilities : [CAPABILITY_AUTO_EXPAND]");
});

test("code is copied when it is published, and removed with the application", async () => {
  const here = await repository();
  await here.cloud.call("s3", "CreateBucket", { Bucket: "mine" });
  await here.cloud.call("s3", "PutObject", { Bucket: "mine", Key: "code", Body: Buffer.from("zip") });
  const code = {
    Resources: {
      Layer: { Type: "AWS::Serverless::LayerVersion", Properties: { ContentUri: "s3://mine/code" } },
    },
  };
  await publish(here, "1.0.0", code);
  await here.cloud.call("s3", "DeleteObject", { Bucket: "mine", Key: "code" });
  const { Version } = await here.call("GetApplication", { ApplicationId: id });
  const [, Bucket, Key] = /localhost:4566\/([^/]+)\/(.*)/.exec(Version.TemplateUrl) ?? [];
  const read = async (name: object): Promise<string> => {
    const { Body } = await here.cloud.as({ account: other }).call("s3", "GetObject", name);
    const parts: Uint8Array[] = [];
    for await (const part of Body instanceof Uint8Array ? [Body] : Body) parts.push(part);
    return Buffer.concat(parts).toString();
  };
  const published = JSON.parse(await read({ Bucket, Key }));
  expect(await read(published.Resources.Layer.Properties.ContentUri)).toBe("zip");
  await expect(publish(here, "1.0.0", code)).rejects.toMatchObject({ code: "ConflictException" });
  await here.call("DeleteApplication", { ApplicationId: id });
  await here.cloud.settle();
  await expect(read({ Bucket, Key })).rejects.toThrow();
  await expect(here.call("GetApplication", { ApplicationId: id })).rejects.toMatchObject({
    code: "NotFoundException",
  });
  await expect(publish(here, "1.0.0", code)).rejects.toThrow("Failed to copy S3 object.");
});

test("a template that was asked for expires after an hour", async () => {
  const here = await repository();
  await publish(here);
  const made = await here.call("CreateCloudFormationTemplate", { ApplicationId: id });
  expect(made).toMatchObject({ Status: "ACTIVE", SemanticVersion: "1.0.0" });
  const again = { ApplicationId: id, TemplateId: made.TemplateId };
  expect((await here.call("GetCloudFormationTemplate", again)).TemplateUrl).toBe(made.TemplateUrl);
  await here.cloud.advance(3_600_000);
  expect((await here.call("GetCloudFormationTemplate", again)).Status).toBe("EXPIRED");
  await expect(here.call("CreateCloudFormationChangeSet", { ...again, StackName: "late" })).rejects.toThrow(
    "has expired",
  );
});
