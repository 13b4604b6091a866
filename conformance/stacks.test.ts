// Stacks of many resources, over kills at any moment and through the command
// line's package and deploy.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { available, eventually, must } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { sign } from "./support/sign.ts";

let cloud: RunningCloud;

beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud.stop());

async function ask(service: string, parameters: Readonly<Record<string, string>>): Promise<string> {
  const body = new URLSearchParams(parameters).toString();
  const { headers } = sign({
    method: "POST",
    headers: {
      host: `localhost:${cloud.port}`,
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    },
    body,
    service,
    key: "test",
    secret: "test",
  });
  const answer = await fetch(cloud.endpoint, { method: "POST", headers, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

const stack = (parameters: Readonly<Record<string, string>>): Promise<string> =>
  ask("cloudformation", { Version: "2010-05-15", ...parameters });

/** The status once the stack is at rest. */
const settled = (StackName: string): Promise<string> =>
  eventually(async () => {
    const text = await stack({ Action: "DescribeStacks", StackName });
    const status = /<StackStatus>(\w+)</.exec(text)?.[1] ?? "";
    return status.endsWith("_IN_PROGRESS") ? undefined : status;
  });

const trust = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

const kinds = [
  (round: number) => ({ Type: "AWS::SQS::Queue", Properties: { DelaySeconds: round } }),
  (round: number) => ({ Type: "AWS::SNS::Topic", Properties: { DisplayName: `round ${round}` } }),
  (round: number) => ({
    Type: "AWS::IAM::Role",
    Properties: { AssumeRolePolicyDocument: trust, MaxSessionDuration: 3600 + round },
  }),
];

/** A chain of threes, so that the work is never all at once. */
function template(round: number, count: number): string {
  const Resources: Record<string, object> = {};
  for (let at = 0; at < count; at++) {
    const resource = kinds[at % 3]!(round);
    Resources[`R${at}`] = at < 3 ? resource : { ...resource, DependsOn: `R${at - 3}` };
  }
  return JSON.stringify({ Resources });
}

async function leftovers(): Promise<number> {
  const [queues, topics, roles] = await Promise.all([
    ask("sqs", { Action: "ListQueues", Version: "2012-11-05" }),
    ask("sns", { Action: "ListTopics", Version: "2010-03-31" }),
    ask("iam", { Action: "ListRoles", Version: "2010-05-08" }),
  ]);
  const count = (text: string, tag: RegExp): number => [...text.matchAll(tag)].length;
  return count(queues, /<QueueUrl>/g) + count(topics, /<TopicArn>/g) + count(roles, /<RoleName>/g);
}

const kills = Number(process.env.CUMULET_TEST_KILLS ?? 9);
const size = 60;

test("a stack that is created, updated and deleted under kills ends with what its template says", async () => {
  const name = "killed";
  let id = name;
  const under = async (from: number): Promise<string> => {
    for (let kill = from; kill < kills; kill += 3) {
      await new Promise((resolve) => setTimeout(resolve, 15 * (kill + 1)));
      await cloud.kill();
      await cloud.restart();
    }
    return settled(id);
  };
  const created = await stack({
    Action: "CreateStack",
    StackName: name,
    TemplateBody: template(1, size),
    "Capabilities.member.1": "CAPABILITY_IAM",
  });
  id = /<StackId>(.*)<\/StackId>/.exec(created)?.[1] ?? "";
  expect(await under(0)).toBe("CREATE_COMPLETE");
  expect(await leftovers()).toBe(size);
  await stack({
    Action: "UpdateStack",
    StackName: name,
    TemplateBody: template(2, size - 9),
    "Capabilities.member.1": "CAPABILITY_IAM",
  });
  expect(await under(1)).toBe("UPDATE_COMPLETE");
  expect(await leftovers()).toBe(size - 9);
  await stack({ Action: "DeleteStack", StackName: name });
  expect(await under(2)).toBe("DELETE_COMPLETE");
  expect(await leftovers()).toBe(0);
}, 60_000);

describe.skipIf(!available("aws"))("the AWS CLI", () => {
  const folder = mkdtempSync(join(tmpdir(), "cumulet-stacks-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const aws = (...parameters: string[]): Promise<string> =>
    must("aws", ["--endpoint-url", cloud.endpoint, ...parameters], { env: cloud.env, cwd: folder });

  test("packages code and a nested template, deploys them, and removes them", async () => {
    mkdirSync(join(folder, "code"));
    writeFileSync(join(folder, "code/index.js"), 'exports.handler = async () => "packaged";');
    writeFileSync(
      join(folder, "inner.yaml"),
      "Resources:\n  Queue: { Type: AWS::SQS::Queue }\nOutputs:\n  Url: { Value: !Ref Queue }\n",
    );
    writeFileSync(
      join(folder, "outer.yaml"),
      `Resources:
  Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: ${JSON.stringify(trust)} } }
  Function:
    Type: AWS::Lambda::Function
    Properties: { Runtime: nodejs20.x, Handler: index.handler, Role: !GetAtt Role.Arn, Code: ./code, FunctionName: packaged }
  Inner: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: ./inner.yaml } }
Outputs:
  Url: { Value: !GetAtt Inner.Outputs.Url }
`,
    );
    await aws("s3", "mb", "s3://artifacts");
    const packaged = ["--template-file", "outer.yaml", "--s3-bucket", "artifacts"];
    await aws("cloudformation", "package", ...packaged, "--output-template-file", "out.yaml");
    const capabilities = ["--capabilities", "CAPABILITY_NAMED_IAM"];
    const deployment = ["--template-file", "out.yaml", "--stack-name", "outer", ...capabilities];
    // Without waiting as the command does, which looks every thirty seconds.
    await aws("cloudformation", "deploy", ...deployment, "--no-execute-changeset");
    const sets = await stack({ Action: "ListChangeSets", StackName: "outer" });
    const ChangeSetName = /<ChangeSetId>(.*)<\/ChangeSetId>/.exec(sets)?.[1] ?? "";
    await stack({ Action: "ExecuteChangeSet", ChangeSetName });
    expect(await settled("outer")).toBe("CREATE_COMPLETE");
    const described = await stack({ Action: "DescribeStacks", StackName: "outer" });
    expect(described).toMatch(/<OutputValue>[^<]*outer-Inner-\w+-Queue-\w+<\/OutputValue>/);
    await stack({ Action: "DeleteStack", StackName: "outer" });
    expect(await settled(/<StackId>(.*)<\/StackId>/.exec(described)?.[1] ?? "")).toBe("DELETE_COMPLETE");
  }, 60_000);
});
