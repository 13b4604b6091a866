// What the default bus hears of keys, received by a queue.

import { expect, test } from "vitest";
import events from "../../events/index.ts";
import sqs from "../../sqs/index.ts";
import { testCloud } from "../../test-cloud.ts";
import kms from "../index.ts";
import { testKey } from "../test-key.ts";

const day = 86_400_000;

test("rotation and deletion are told on the default bus", async () => {
  const cloud = await testCloud([kms, events, sqs]);
  const { QueueUrl } = await cloud.call("sqs", "CreateQueue", { QueueName: "q" });
  await cloud.call("events", "PutRule", { Name: "r", EventPattern: '{"detail-type":[{"prefix":"KMS "}]}' });
  const Arn = "arn:aws:sqs:us-east-1:000000000000:q";
  await cloud.call("events", "PutTargets", { Rule: "r", Targets: [{ Id: "t", Arn }] });
  const heard = async () => {
    await cloud.settle();
    const { Messages = [] } = await cloud.call("sqs", "ReceiveMessage", { QueueUrl });
    return Messages.map(({ Body }: { readonly Body: string }) => {
      const { "detail-type": type, source, resources, detail } = JSON.parse(Body);
      return { type, source, resources, detail };
    });
  };

  const key = await testKey(cloud);
  const about = { source: "aws.kms", resources: [key.arn] };
  const first = (await key.call("DescribeKey")).KeyMetadata.CurrentKeyMaterialId;
  await key.call("RotateKeyOnDemand");
  const second = (await key.call("DescribeKey")).KeyMetadata.CurrentKeyMaterialId;
  const rotation = {
    "key-id": key.id,
    "key-origin": "AWS_KMS",
    "rotation-type": "ON_DEMAND",
    "previous-key-material-id": first,
    "current-key-material-id": second,
  };
  expect(await heard()).toEqual([{ type: "KMS CMK Rotation", ...about, detail: rotation }]);

  await key.call("EnableKeyRotation", { RotationPeriodInDays: 90 });
  await cloud.advance(90 * day);
  expect((await heard())[0].detail).toMatchObject({
    "rotation-type": "AUTOMATIC",
    "previous-key-material-id": second,
  });

  await key.call("ScheduleKeyDeletion", { PendingWindowInDays: 7 });
  expect(await heard()).toEqual([]);
  await cloud.advance(7 * day);
  expect(await heard()).toEqual([{ type: "KMS CMK Deletion", ...about, detail: { "key-id": key.id } }]);
  expect(cloud.log.filter(({ level }) => level === "error")).toEqual([]);
  await cloud.stop();
});
