// A user's program with two clouds in one process. It never calls exit: it must
// end by itself once both are stopped.

import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { Cloud, StartError } from "cumulet";

const options = ({ endpoint }) => ({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  maxAttempts: 1,
});

const outcomes = {};
const logged = [];
const [one, two] = await Promise.all([
  Cloud.start({ ephemeral: true, port: 0, onLog: (entry) => logged.push(entry.event) }),
  Cloud.start({ ephemeral: true, port: 0 }),
]);
outcomes.ports = one.port !== two.port && one.port > 0 && one.endpoint === `http://localhost:${one.port}`;
outcomes.environment = one.env();

const sqs = new SQSClient(options(one));
const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "delayed" }));
const other = new SQSClient(options(two));
outcomes.apart = await other.send(new GetQueueUrlCommand({ QueueName: "delayed" })).catch(({ name }) => name);

one.clock.freeze();
const before = one.clock.now();
await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "late", DelaySeconds: 900 }));
const receive = async () =>
  ((await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages ?? []).map(({ Body }) => Body);
outcomes.early = await receive();
await one.clock.advance(899_000);
outcomes.stillEarly = await receive();
await one.clock.advance("1h");
outcomes.due = await receive();
outcomes.moved = one.clock.now() - before;
outcomes.otherClock = Math.abs(two.clock.now() - Date.now()) < 60_000;
await one.clock.advance("soon").catch((error) => {
  outcomes.badDuration = error.name;
});
// A long poll ends by the time that passes on this clock, and no other.
let ended = false;
const poll = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 })).finally(() => {
  ended = true;
});
while (!ended) await one.clock.advance("5s");
outcomes.polled = (await poll).Messages ?? [];
one.clock.reset();

const trust = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
const { Role } = await new IAMClient(options(one)).send(
  new CreateRoleCommand({
    RoleName: "f",
    AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
  }),
);
const lambda = new LambdaClient(options(one));
await lambda.send(
  new CreateFunctionCommand({
    FunctionName: "f",
    Runtime: "nodejs22.x",
    Handler: "index.handler",
    Role: Role.Arn,
    Code: { ZipFile: Buffer.from(process.env.FUNCTION_ZIP, "base64") },
  }),
);
const invoked = await lambda.send(new InvokeCommand({ FunctionName: "f", Payload: "20" }));
outcomes.invoked = Buffer.from(invoked.Payload).toString();

await one.reset();
outcomes.afterReset = (await sqs.send(new ListQueuesCommand({}))).QueueUrls ?? [];
outcomes.logged = logged.includes("call");

for (const start of [
  Cloud.start({ ephemeral: true, port: one.port }),
  Cloud.start({ ephemeral: true, port: 0, host: "0.0.0.0" }),
]) {
  await start.catch((error) => {
    outcomes.refused = [...(outcomes.refused ?? []), error instanceof StartError, error.message];
  });
}

const dataDirectory = process.env.DATA_DIRECTORY;
const durable = await Cloud.start({ dataDirectory, port: 0 });
await new SQSClient(options(durable)).send(new CreateQueueCommand({ QueueName: "kept" }));
await Cloud.start({ dataDirectory, port: 0 }).catch((error) => {
  outcomes.locked = [error instanceof StartError, error.message];
});
await durable.stop();
const again = await Cloud.start({ dataDirectory, port: 0 });
outcomes.kept = (await new SQSClient(options(again)).send(new ListQueuesCommand({}))).QueueUrls?.length;

await Promise.all([one.stop(), one.stop(), two.stop(), again.stop()]);
await one.stop();
outcomes.stopped = await fetch(one.endpoint).catch(() => "refused");
process.stdout.write(JSON.stringify(outcomes));
