// Hands one message to one queue, topic or function, as S3 itself. What the
// target refuses is tried again for a while and then lost, as on AWS.

import { Fault } from "../../../core/fault.ts";
import { defineJob } from "../../../core/job.ts";
import { servicePrincipal } from "../../../core/principal.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { bucketArn } from "../buckets/bucket.ts";

export interface Notification {
  readonly arn: string;
  readonly message: string;
  readonly bucket: string;
}

export const deliverNotification = defineJob<Notification>({
  name: "s3.deliverNotification",
  run: {
    waits: async ({ arn, message, bucket }, ctx) => {
      const [, , service = "", region = "", account = ""] = arn.split(":");
      const caller = servicePrincipal("s3.amazonaws.com", ctx.account, bucketArn(bucket));
      const there = ctx.as(caller).at({ account, region });
      try {
        await send(there, service, arn, message);
      } catch (error) {
        if (!(error instanceof Fault) || mayPass(error)) throw error;
      }
    },
  },
});

async function send(there: Waiting, service: string, arn: string, message: string): Promise<void> {
  switch (service) {
    case "sqs":
      await there.callByName("sqs", "SendMessage", { QueueUrl: queueUrl(there, arn), MessageBody: message });
      return;
    case "sns":
      await there.callByName("sns", "Publish", {
        TopicArn: arn,
        Subject: "Amazon S3 Notification",
        Message: message,
      });
      return;
    default:
      await there.callByName("lambda", "Invoke", {
        FunctionName: arn,
        InvocationType: "Event",
        Payload: Buffer.from(message),
      });
  }
}

export function queueUrl({ endpoint }: Pick<Waiting, "endpoint">, arn: string): string {
  const [, , , , account, name] = arn.split(":");
  return `${endpoint}/${account}/${name}`;
}

/** A target that is gone, or refuses, will not change its mind within minutes. */
function mayPass({ status, code }: Fault): boolean {
  return (
    (status !== undefined && status >= 500 && status !== 501) ||
    /Thrott|TooMany|Unavailable|Internal/.test(code)
  );
}
