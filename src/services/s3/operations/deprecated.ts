// The first forms of lifecycle and notification configurations. Over HTTP no
// request tells them from the newer ones, which answer; within the cloud, a
// workflow's task for one, they are called by name.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Event, LifecycleRule, Rule, S3 } from "../../../model/generated/s3.d.ts";
import { lifecycleOperations } from "../lifecycle/operations.ts";
import { prefixOf } from "../lifecycle/rules.ts";
import type { Input, Output } from "../model.ts";
import { notificationOperations } from "../notifications/operations.ts";

async function putBucketLifecycle(
  input: Input<"PutBucketLifecycle">,
  tx: Transaction,
): Promise<Output<"PutBucketLifecycle">> {
  const { LifecycleConfiguration: given, ...others } = input;
  const Rules = given?.Rules.map(toNew) ?? [];
  await lifecycleOperations.PutBucketLifecycleConfiguration(
    { ...others, LifecycleConfiguration: { Rules } },
    tx,
  );
  return {};
}

async function getBucketLifecycle(
  input: Input<"GetBucketLifecycle">,
  tx: Transaction,
): Promise<Output<"GetBucketLifecycle">> {
  const { Rules = [] } = await lifecycleOperations.GetBucketLifecycleConfiguration(input, tx);
  return { Rules: Rules.map(toOld) };
}

function toNew({ Transition, NoncurrentVersionTransition, ...rule }: Rule): LifecycleRule {
  return {
    ...rule,
    ...(Transition === undefined ? {} : { Transitions: [Transition] }),
    ...(NoncurrentVersionTransition === undefined
      ? {}
      : { NoncurrentVersionTransitions: [NoncurrentVersionTransition] }),
  };
}

/** Of several transitions it can tell the first. */
function toOld(rule: LifecycleRule): Rule {
  const { Filter: _filter, Transitions, NoncurrentVersionTransitions, ...others } = rule;
  return {
    ...others,
    Prefix: prefixOf(rule),
    Transition: Transitions?.[0],
    NoncurrentVersionTransition: NoncurrentVersionTransitions?.[0],
  };
}

interface OldTarget {
  readonly Id?: string | undefined;
  readonly Event?: Event | undefined;
  readonly Events?: readonly Event[] | undefined;
}

async function putBucketNotification(
  input: Input<"PutBucketNotification">,
  ctx: Waiting,
): Promise<Output<"PutBucketNotification">> {
  const { TopicConfiguration, QueueConfiguration, CloudFunctionConfiguration } =
    input.NotificationConfiguration;
  const { Topic } = TopicConfiguration ?? {};
  const { Queue } = QueueConfiguration ?? {};
  const { CloudFunction } = CloudFunctionConfiguration ?? {};
  const NotificationConfiguration = {
    ...(Topic === undefined
      ? {}
      : { TopicConfigurations: [{ ...told(TopicConfiguration), TopicArn: Topic }] }),
    ...(Queue === undefined
      ? {}
      : { QueueConfigurations: [{ ...told(QueueConfiguration), QueueArn: Queue }] }),
    ...(CloudFunction === undefined
      ? {}
      : {
          LambdaFunctionConfigurations: [
            { ...told(CloudFunctionConfiguration), LambdaFunctionArn: CloudFunction },
          ],
        }),
  };
  const { Bucket, ExpectedBucketOwner } = input;
  await notificationOperations.PutBucketNotificationConfiguration.waits(
    { Bucket, ExpectedBucketOwner, NotificationConfiguration },
    ctx,
  );
  return {};
}

function told({ Id, Event, Events }: OldTarget = {}): {
  readonly Id?: string;
  readonly Events: readonly Event[];
} {
  const events = Events ?? (Event === undefined ? [] : [Event]);
  return { ...(Id === undefined ? {} : { Id }), Events: events };
}

/** Of several targets of a kind it can tell the first. */
async function getBucketNotification(
  input: Input<"GetBucketNotification">,
  tx: Transaction,
): Promise<Output<"GetBucketNotification">> {
  const found = await notificationOperations.GetBucketNotificationConfiguration(input, tx);
  const topic = found.TopicConfigurations?.[0];
  const queue = found.QueueConfigurations?.[0];
  const lambda = found.LambdaFunctionConfigurations?.[0];
  return {
    ...(topic === undefined ? {} : { TopicConfiguration: { ...told(topic), Topic: topic.TopicArn } }),
    ...(queue === undefined ? {} : { QueueConfiguration: { ...told(queue), Queue: queue.QueueArn } }),
    ...(lambda === undefined
      ? {}
      : { CloudFunctionConfiguration: { ...told(lambda), CloudFunction: lambda.LambdaFunctionArn } }),
  };
}

export const deprecatedOperations = {
  PutBucketLifecycle: putBucketLifecycle,
  GetBucketLifecycle: getBucketLifecycle,
  PutBucketNotification: { waits: putBucketNotification },
  GetBucketNotification: getBucketNotification,
} satisfies Operations<S3>;
