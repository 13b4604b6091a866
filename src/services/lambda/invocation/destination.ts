// Where the outcomes of asynchronous events go: queues, topics, functions, event
// buses and buckets, under the function's role. A delivery is a job of its own,
// so that one that fails is tried again.

import { defineJob } from "../../../core/job.ts";
import type { InvocationResult } from "../../../core/ports/compute.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { PutEventsResponse } from "../../../model/generated/events.d.ts";
import type { Target } from "../target.ts";
import type { StoredEvent } from "./events.ts";
import { executedArn } from "./run.ts";

export interface Delivery {
  /** An ARN. */
  readonly destination: string;
  /** JSON. */
  readonly body: string;
  /** Of a dead letter: message attributes. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly roleArn: string;
  readonly functionArn: string;
  readonly outcome: "Success" | "Failure";
  /** In a bucket, where it is not that of an asynchronous event. */
  readonly objectKey?: string;
  readonly traceHeader?: string;
}

export const deliver = defineJob<Delivery>({ name: "lambda.deliver", run: { waits: send } });

async function send(delivery: Readonly<Delivery>, ctx: Waiting): Promise<void> {
  const { destination, body, roleArn, functionArn, outcome } = delivery;
  const [, , service = "", region = "", account = "", ...rest] = destination.split(":");
  const functionName = functionArn.split(":")[6] ?? "";
  const role = ctx.traced(delivery.traceHeader).asRole(roleArn, functionName);
  const there = role.at({ region: region || ctx.region, account: account || role.account });
  const MessageAttributes = Object.fromEntries(
    Object.entries(delivery.attributes ?? {}).map(([name, StringValue]) => [
      name,
      { DataType: name === "ErrorCode" ? "Number" : "String", StringValue },
    ]),
  );
  switch (service) {
    case "sqs": {
      const QueueUrl = `${ctx.endpoint}/${account}/${rest[0]}`;
      await there.callByName("sqs", "SendMessage", { QueueUrl, MessageBody: body, MessageAttributes });
      return;
    }
    case "sns":
      await there.callByName("sns", "Publish", { TopicArn: destination, Message: body, MessageAttributes });
      return;
    case "lambda": {
      const Payload = Buffer.from(body);
      await there.callByName("lambda", "Invoke", {
        FunctionName: destination,
        InvocationType: "Event",
        Payload,
      });
      return;
    }
    case "events": {
      const Entry = {
        Source: "lambda",
        DetailType: `Lambda Function Invocation Result - ${outcome}`,
        Detail: body,
        EventBusName: destination,
        Resources: [destination, functionArn],
      };
      const answer = await there.callByName("events", "PutEvents", { Entries: [Entry] });
      const { FailedEntryCount, Entries } = answer as PutEventsResponse;
      if (FailedEntryCount !== 0) throw new Error(`The event bus refused: ${Entries?.[0]?.ErrorMessage}`);
      return;
    }
    case "s3": {
      const at = new Date(ctx.now()).toISOString();
      const Key =
        delivery.objectKey ??
        `aws/lambda/async/${functionName}/${at.slice(0, 10).replaceAll("-", "/")}/${at.slice(0, 19).replaceAll(":", ".")}-${ctx.ids.uuid()}`;
      await there.callByName("s3", "PutObject", { Bucket: rest[0], Key, Body: Buffer.from(body) });
      return;
    }
    default:
      throw new Error(`A Lambda destination cannot be ${destination}.`);
  }
}

/** What a destination is told, as AWS words it. */
export function invocationRecord(
  now: number,
  event: StoredEvent,
  target: Target,
  condition: string,
  result: InvocationResult | undefined,
): string {
  return JSON.stringify({
    version: "1.0",
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: executedArn(target),
      condition,
      approximateInvokeCount: event.failures + (condition === "Success" ? 1 : 0),
    },
    requestPayload: JSON.parse(event.payload),
    ...(result === undefined
      ? {}
      : {
          responseContext: {
            statusCode: 200,
            executedVersion: target.configuration.version,
            ...(result.functionError === undefined ? {} : { functionError: result.functionError }),
          },
          responsePayload: parsed(result.payload),
        }),
  });
}

/** A dead letter is the event itself; why it died stands in its attributes. */
export function deadLetters(
  event: StoredEvent,
  condition: string,
  result: InvocationResult | undefined,
): { readonly body: string; readonly attributes: Readonly<Record<string, string>> } {
  const error = parsed(result?.payload) as { readonly errorMessage?: unknown } | null;
  const message = typeof error?.errorMessage === "string" ? error.errorMessage : condition;
  return {
    body: event.payload,
    attributes: {
      RequestID: event.requestId,
      ErrorCode: result === undefined ? "429" : "200",
      ErrorMessage: Buffer.from(message).subarray(0, 1024).toString() || condition,
    },
  };
}

function parsed(payload: InvocationResult["payload"] | undefined): unknown {
  if (!(payload instanceof Uint8Array)) return null;
  const text = Buffer.from(payload).toString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
