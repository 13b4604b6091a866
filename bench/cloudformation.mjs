// Stacks of independent resources (a third each queues, tables and roles), from
// CreateStack until they stand, and from DeleteStack until they are gone.

import { once, signed } from "./load.mjs";

const trust = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

const kinds = [
  { Type: "AWS::SQS::Queue", Properties: { DelaySeconds: 5 } },
  {
    Type: "AWS::DynamoDB::Table",
    Properties: {
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    },
  },
  { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: trust } },
];

const template = (count) =>
  JSON.stringify({
    Resources: Object.fromEntries(
      Array.from({ length: count }, (_, at) => [`R${at}`, kinds[at % kinds.length]]),
    ),
  });

export async function cloudformation({ server, row }) {
  const { port } = server;
  const ask = (parameters) =>
    once(
      signed({
        port,
        service: "cloudformation",
        contentType: "application/x-www-form-urlencoded; charset=utf-8",
        body: new URLSearchParams({ Version: "2010-05-15", ...parameters }).toString(),
      }),
    );
  const put = (path, body) =>
    once(signed({ port, service: "s3", method: "PUT", path, body, contentType: "text/plain" }));
  await put("/bench-templates", "");
  const until = async (StackName, wanted) => {
    for (;;) {
      const answer = await ask({ Action: "DescribeStacks", StackName });
      const status = /<StackStatus>(\w+)</.exec(answer)[1];
      if (status === wanted) return;
      if (!status.endsWith("_IN_PROGRESS")) throw new Error(`The stack is ${status}.`);
      await new Promise((done) => setTimeout(done, 20));
    }
  };
  for (const count of [100, 500]) {
    const times = [];
    const gone = [];
    for (let round = 0; round < 3; round++) {
      await put(`/bench-templates/${count}.json`, template(count));
      const began = performance.now();
      const created = await ask({
        Action: "CreateStack",
        StackName: `bench-${count}-${round}`,
        TemplateURL: `http://localhost:${port}/bench-templates/${count}.json`,
        "Capabilities.member.1": "CAPABILITY_IAM",
      });
      const id = /<StackId>(.*)<\/StackId>/.exec(created)[1];
      await until(id, "CREATE_COMPLETE");
      times.push(performance.now() - began);
      const deleting = performance.now();
      await ask({ Action: "DeleteStack", StackName: id });
      await until(id, "DELETE_COMPLETE");
      gone.push(performance.now() - deleting);
    }
    row(`CloudFormation, ${count} resources, seconds`, {
      create: Math.min(...times) / 1000,
      delete: Math.min(...gone) / 1000,
    });
  }
}
