// Parameters as templates declare them, and as templates refer to them.

import { expect, test } from "vitest";
import cloudformation from "../../cloudformation/index.ts";
import secretsmanager from "../../secretsmanager/index.ts";
import { provisioner } from "../../test-resource-type.ts";
import { ssmCloud } from "../test-ssm.ts";

const type = "AWS::SSM::Parameter";

test("a parameter is made, read, changed and removed by a template", async () => {
  const { cloud, value } = await ssmCloud();
  const types = provisioner(cloud);
  const before = { Type: "String", Value: "one", Description: "d", Tags: { team: "a" } };
  const { id, attributes } = await types.create(type, before);
  expect(attributes).toEqual({ Type: "String", Value: "one" });
  expect(id).toMatch(/^CFN-Resource-[A-Za-z0-9]{12}$/);
  expect(await types.read(type, id)).toMatchObject({
    Value: "one",
    Description: "d",
    Tier: "Standard",
    Tags: { team: "a" },
  });
  await types.update(type, id, { Type: "String", Value: "two", Tags: { team: "b" } }, before);
  const after = await types.read(type, id);
  expect(after).toMatchObject({ Value: "two", Tags: { team: "b" } });
  expect(after?.["Description"]).toBeUndefined();
  expect(await value(id)).toBe("two");
  expect(await types.list(type)).toEqual([id]);
  await types.delete(type, id);
  expect(await types.read(type, id)).toBeUndefined();
});

test("what somebody else made is not taken over", async () => {
  const { cloud, put } = await ssmCloud();
  await put("/a", "theirs");
  const types = provisioner(cloud);
  await expect(types.create(type, { Name: "/a", Type: "String", Value: "x" })).rejects.toThrow(
    "already exists",
  );
});

test("a template reads parameters by reference and as the type of its own parameters", async () => {
  const { cloud, put, value } = await ssmCloud(cloudformation);
  await put("/name", "from the store");
  await put("/list", "a,b", { Type: "StringList" });
  await put("/version", "one");
  await put("/version", "two", { Overwrite: true });
  const parameter = (Value: unknown) => ({ Type: type, Properties: { Type: "String", Value } });
  await cloud.call("cloudformation", "CreateStack", {
    StackName: "s",
    TemplateBody: JSON.stringify({
      Parameters: {
        Given: { Type: "AWS::SSM::Parameter::Value<String>", Default: "/name" },
        Several: { Type: "AWS::SSM::Parameter::Value<List<String>>", Default: "/list" },
      },
      Resources: {
        A: parameter({ Ref: "Given" }),
        B: parameter({ "Fn::Join": ["+", { Ref: "Several" }] }),
        C: parameter("{{resolve:ssm:/version:1}} {{resolve:ssm:/version}}"),
      },
      Outputs: Object.fromEntries(["A", "B", "C"].map((id) => [id, { Value: { Ref: id } }])),
    }),
  });
  await cloud.settle();
  const { Stacks } = await cloud.call("cloudformation", "DescribeStacks", { StackName: "s" });
  expect(Stacks[0].StackStatus).toBe("CREATE_COMPLETE");
  expect(Stacks[0].Parameters).toContainEqual({
    ParameterKey: "Given",
    ParameterValue: "/name",
    ResolvedValue: "from the store",
  });
  const names = Object.fromEntries(
    Stacks[0].Outputs.map((each: { OutputKey: string; OutputValue: string }) => [
      each.OutputKey,
      each.OutputValue,
    ]),
  );
  expect(await value(names.A)).toBe("from the store");
  expect(await value(names.B)).toBe("a+b");
  expect(await value(names.C)).toBe("one two");
  await cloud.call("cloudformation", "DeleteStack", { StackName: "s" });
  await cloud.settle();
  await expect(value(names.A)).rejects.toMatchObject({ code: "ParameterNotFound" });
});

test("secrets are read through Parameter Store under their reserved path", async () => {
  const { cloud, value, call } = await ssmCloud(secretsmanager);
  await cloud.call("secretsmanager", "CreateSecret", { Name: "s", SecretString: "hidden" });
  const Name = "/aws/reference/secretsmanager/s";
  expect(await value(Name, { WithDecryption: true })).toBe("hidden");
  expect(await value(`${Name}:AWSCURRENT`, { WithDecryption: true })).toBe("hidden");
  await expect(value(Name)).rejects.toThrow("WithDecryption flag must be True");
  const { Parameters, InvalidParameters } = await call("GetParameters", {
    Names: [Name, `${Name}x`],
    WithDecryption: true,
  });
  expect(Parameters).toMatchObject([{ Type: "SecureString", Value: "hidden" }]);
  expect(InvalidParameters).toEqual([`${Name}x`]);
});

test("what a template refers to must be there, and be of the kind that the reference says", async () => {
  const { cloud, put } = await ssmCloud(cloudformation);
  await put("/plain", "x");
  await put("/secure", "hidden", { Type: "SecureString" });
  const create = (StackName: string, Value: unknown, Parameters?: object) =>
    cloud.call("cloudformation", "CreateStack", {
      StackName,
      TemplateBody: JSON.stringify({
        Parameters,
        Resources: { A: { Type: type, Properties: { Type: "String", Name: `/of/${StackName}`, Value } } },
      }),
    });
  const given = (Default: string) => ({ P: { Type: "AWS::SSM::Parameter::Value<String>", Default } });
  await expect(create("a", { Ref: "P" }, given("/none"))).rejects.toThrow(
    "Unable to fetch parameters [/none] from parameter store for this account.",
  );
  await expect(create("b", { Ref: "P" }, given("/secure"))).rejects.toThrow(
    "Parameters [/secure] referenced by template have types not supported by CloudFormation.",
  );
  const reasonOf = async (StackName: string, reference: string): Promise<string> => {
    await create(StackName, reference);
    await cloud.settle();
    const { StackEvents } = await cloud.call("cloudformation", "DescribeStackEvents", { StackName });
    const failed = StackEvents.find(
      (each: { readonly ResourceStatus: string }) => each.ResourceStatus === "CREATE_FAILED",
    );
    return failed?.ResourceStatusReason;
  };
  expect(await reasonOf("c", "{{resolve:ssm:/none:1}}")).toBe("Parameters: [ssm:/none:1] cannot be found.");
  expect(await reasonOf("d", "{{resolve:ssm:/secure}}")).toBe(
    "Non-secure ssm prefix was used for secure parameter: [ssm:/secure]",
  );
  expect(await reasonOf("e", "{{resolve:ssm-secure:/plain}}")).toBe(
    "Secure ssm prefix was used for non-secure parameter: [ssm-secure:/plain]",
  );
  expect(await reasonOf("f", "{{resolve:ssm-secure:/secure:1}}")).toBeUndefined();
  const { Parameter } = await cloud.call("ssm", "GetParameter", { Name: "/of/f" });
  expect(Parameter.Value).toBe("hidden");
});
