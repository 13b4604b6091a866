// The examples written for SAM and for the Serverless Framework: packaged and
// deployed by the AWS CLI, by SAM CLI and by osls where those are installed (`sam`
// and `osls` on the path), called, and removed without leftovers. Applications of
// the Serverless Application Repository beside them.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient, ListTablesCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { ListStateMachinesCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { available, eventually, must } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { clientOptions } from "./support/sdk.ts";
import { sign } from "./support/sign.ts";

const patience = 280_000;
const folder = mkdtempSync(join(tmpdir(), "cumulet-sam-"));
cpSync(join(import.meta.dirname, "../examples"), folder, {
  recursive: true,
  filter: (path) => !/node_modules|\.aws-sam|\.serverless|cdk\.out/.test(path),
});

let cloud: RunningCloud;
let env: Readonly<Record<string, string>>;
let endpoint: string;

beforeAll(async () => {
  cloud = await startCloud();
  // With an address, the SDK for JavaScript puts a bucket's name into the path.
  endpoint = `http://127.0.0.1:${cloud.port}`;
  env = { ...cloud.env, AWS_ENDPOINT_URL: endpoint, SAM_CLI_TELEMETRY: "0", SLS_TELEMETRY_DISABLED: "1" };
});
afterAll(async () => {
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const aws = (...parameters: readonly string[]): Promise<string> =>
  must("aws", ["--output", "json", ...parameters], { env, cwd: folder });

/** CloudFormation itself: the CLI takes a second for each question. */
async function cloudFormation(parameters: Readonly<Record<string, string>>): Promise<string> {
  const body = new URLSearchParams({ Version: "2010-05-15", ...parameters }).toString();
  const { headers } = sign({
    method: "POST",
    headers: {
      host: `127.0.0.1:${cloud.port}`,
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    },
    body,
    service: "cloudformation",
    key: "test",
    secret: "test",
  });
  return (await fetch(endpoint, { method: "POST", headers, body })).text();
}

type Outputs = Readonly<Record<string, string>>;

async function outputsOf(StackName: string): Promise<Outputs> {
  const text = await cloudFormation({ Action: "DescribeStacks", StackName });
  const found = text.matchAll(/<OutputKey>(.*?)<\/OutputKey>\s*<OutputValue>(.*?)<\/OutputValue>/g);
  return Object.fromEntries([...found].map(([, key, value]) => [key, value]));
}

const settled = (StackName: string): Promise<string> =>
  eventually(async () => {
    const text = await cloudFormation({ Action: "DescribeStacks", StackName });
    const status = /<StackStatus>(\w+)</.exec(text)?.[1] ?? "gone";
    return status.endsWith("_IN_PROGRESS") ? undefined : status;
  });

/** As `deploy` does by itself, which looks only every thirty seconds whether the stack is ready. */
async function deploy(example: string, name: string): Promise<Outputs> {
  const cwd = join(folder, example);
  const run = (...parameters: readonly string[]) =>
    must("aws", ["cloudformation", ...parameters], { env, cwd });
  const packaged = ["--template-file", "template.yaml", "--s3-bucket", "artifacts"];
  await run("package", ...packaged, "--output-template-file", "packaged.yaml");
  const deployment = ["--template-file", "packaged.yaml", "--stack-name", name];
  await run("deploy", ...deployment, "--capabilities", "CAPABILITY_IAM", "--no-execute-changeset");
  const sets = await cloudFormation({ Action: "ListChangeSets", StackName: name });
  const ChangeSetName = /<ChangeSetId>(.*?)<\/ChangeSetId>/.exec(sets)?.[1] ?? "";
  await cloudFormation({ Action: "ExecuteChangeSet", ChangeSetName });
  expect(await settled(name)).toBe("CREATE_COMPLETE");
  return outputsOf(name);
}

async function remove(StackName: string): Promise<void> {
  await cloudFormation({ Action: "DeleteStack", StackName });
  expect(await settled(StackName)).toBe("gone");
}

async function leftovers(): Promise<readonly unknown[]> {
  const options = clientOptions(cloud);
  const lists = await Promise.all([
    new LambdaClient(options).send(new ListFunctionsCommand({})).then(({ Functions }) => Functions),
    new DynamoDBClient(options).send(new ListTablesCommand({})).then(({ TableNames }) => TableNames),
    new SFNClient(options).send(new ListStateMachinesCommand({})).then(({ stateMachines }) => stateMachines),
    new EventBridgeClient(options).send(new ListRulesCommand({})).then(({ Rules }) => Rules),
    new CloudWatchLogsClient(options)
      .send(new DescribeLogGroupsCommand({}))
      .then(({ logGroups }) => logGroups),
    new IAMClient(options).send(new ListRolesCommand({})).then(({ Roles }) => Roles),
  ]);
  return lists.flat();
}

const post = (url: string, body: object): Promise<Response> =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

const json = async (url: string): Promise<unknown> => (await fetch(url)).json();

/** Lends a book and asks the office for its report. */
async function useLibrary(outputs: Outputs): Promise<void> {
  const loans = `${endpoint}/_execute-api/${outputs.LibraryId}/loans`;
  const asked = await post(loans, { book: "Emma", reader: "ann" });
  expect(asked.status).toBe(202);
  const { id } = (await asked.json()) as { readonly id: string };
  const loan = await eventually(async () => {
    const answer = await fetch(`${loans}/${id}`);
    return answer.status === 200 ? answer.json() : undefined;
  });
  expect(loan).toEqual({ id, book: "Emma", reader: "ann", status: "lent" });
  expect(await json(`${endpoint}/_execute-api/${outputs.OfficeId}/prod/report`)).toEqual({ lent: 1 });
}

describe.skipIf(!available("aws"))("the AWS CLI", { timeout: patience }, () => {
  test("packages and deploys the library, which lends and reports, and removes it", async () => {
    await aws("s3", "mb", "s3://artifacts");
    const outputs = await deploy("sam", "library");
    await useLibrary(outputs);
    await remove("library");
    expect(await leftovers()).toEqual([]);
    expect((await fetch(`${endpoint}/_execute-api/${outputs.LibraryId}/loans/x`)).ok).toBe(false);
    expect((await fetch(`${endpoint}/_execute-api/${outputs.OfficeId}/prod/report`)).ok).toBe(false);
  });

  test("packages and deploys the stock trader, which trades", async () => {
    const { Trader = "", Trades = "" } = await deploy("stock-trading", "trader");
    const machines = new SFNClient(clientOptions(cloud));
    const table = new DynamoDBClient(clientOptions(cloud));
    for (const price of [20, 80])
      await machines.send(
        new StartExecutionCommand({ stateMachineArn: Trader, input: JSON.stringify({ price }) }),
      );
    const kept = await eventually(async () => {
      const { Items = [] } = await table.send(new ScanCommand({ TableName: Trades }));
      return Items.length < 2 ? undefined : Items.map(({ action, price }) => `${action?.S} at ${price?.N}`);
    });
    expect([...kept].sort()).toEqual(["buy at 20", "sell at 80"]);
    await remove("trader");
    expect(await leftovers()).toEqual([]);
  });
});

describe.skipIf(!available("aws"))("the repository", { timeout: patience }, () => {
  test("publishes an application, which is deployed by itself and within another", async () => {
    const template = (resources: object, outputs: object): string =>
      JSON.stringify({
        Transform: "AWS::Serverless-2016-10-31",
        Resources: resources,
        Outputs: outputs,
      });
    const table = { Type: "AWS::Serverless::SimpleTable" };
    const published = [
      "--name",
      "shelf",
      "--author",
      "ann",
      "--description",
      "A table",
      "--semantic-version",
      "1.0.0",
    ];
    const body = template({ Table: table }, { Table: { Value: { Ref: "Table" } } });
    const made = await aws("serverlessrepo", "create-application", ...published, "--template-body", body);
    const { ApplicationId } = JSON.parse(made) as { readonly ApplicationId: string };
    const set = await aws(
      ...["serverlessrepo", "create-cloud-formation-change-set", "--application-id", ApplicationId],
      ...["--stack-name", "shelf", "--semantic-version", "1.0.0"],
    );
    const { ChangeSetId: ChangeSetName } = JSON.parse(set) as { readonly ChangeSetId: string };
    await cloudFormation({ Action: "ExecuteChangeSet", ChangeSetName });
    expect(await settled("serverlessrepo-shelf")).toBe("CREATE_COMPLETE");
    const Location = { ApplicationId, SemanticVersion: "1.0.0" };
    await cloudFormation({
      Action: "CreateStack",
      StackName: "library",
      TemplateBody: template(
        { Shelf: { Type: "AWS::Serverless::Application", Properties: { Location } } },
        { Table: { Value: { "Fn::GetAtt": ["Shelf", "Outputs.Table"] } } },
      ),
      "Capabilities.member.1": "CAPABILITY_AUTO_EXPAND",
    });
    expect(await settled("library")).toBe("CREATE_COMPLETE");
    expect((await outputsOf("library")).Table).toMatch(/^library-Shelf-\w+-Table-/);
    for (const name of ["library", "serverlessrepo-shelf"]) await remove(name);
    await aws("serverlessrepo", "delete-application", "--application-id", ApplicationId);
    expect(await leftovers()).toEqual([]);
  });
});

describe.skipIf(!available("sam"))("SAM CLI", { timeout: patience }, () => {
  const sam = (...parameters: readonly string[]): Promise<string> =>
    must("sam", parameters, { env, cwd: join(folder, "sam") });
  const library = ["--stack-name", "built"];

  test("validates, builds and deploys the library", async () => {
    expect(await sam("validate")).toContain("is a valid SAM Template");
    await sam("build");
    await sam("deploy", ...library, "--resolve-s3", "--capabilities", "CAPABILITY_IAM");
    await useLibrary(await outputsOf("built"));
  });

  test("lists, invokes and tells what was logged", async () => {
    expect(await sam("list", "resources", ...library)).toContain("Lending");
    expect(await sam("remote", "invoke", "Report", ...library)).toContain('{\\"lent\\": 1}');
    const event = JSON.stringify({ id: "1", book: "Persuasion", reader: "bob" });
    expect(await sam("remote", "invoke", "Lending", ...library, "--event", event)).toContain("lent");
    expect(await sam("logs", ...library, "--name", "Report")).toContain('report: {"lent": 1}');
  });

  test("deletes the library, and nothing is left but its own bucket", async () => {
    await sam("delete", ...library, "--no-prompts");
    expect(await leftovers()).toEqual([]);
  });
});

describe.skipIf(!available("osls"))("osls", { timeout: patience }, () => {
  const osls = (...parameters: readonly string[]): Promise<string> =>
    must("osls", parameters, { env: { ...env, NODE_NO_WARNINGS: "1" }, cwd: join(folder, "osls") });

  test("deploys the guest book, which keeps entries, and removes it", async () => {
    await osls("deploy");
    const [, api = ""] = /GET - https:\/\/([a-z0-9]+)\./.exec(await osls("info")) ?? [];
    const entries = `${endpoint}/_execute-api/${api}/entries`;
    expect((await post(entries, { name: "ann", text: "What a view!" })).status).toBe(201);
    expect(await json(entries)).toEqual([{ name: "ann", text: "What a view!" }]);
    expect(await osls("invoke", "-f", "count")).toContain('"entries": 1');
    expect(await osls("logs", "-f", "count")).toContain("1 entries");
    await osls("remove");
    expect(await leftovers()).toEqual([]);
  });
});
