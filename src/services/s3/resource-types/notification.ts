// A bucket's notifications as a template writes them, turned into the words of
// PutBucketNotificationConfiguration.

import type { Properties } from "../../../core/resource-type.ts";

interface Entry {
  readonly Event: string;
  readonly Filter?: { readonly S3Key: { readonly Rules: readonly object[] } };
  readonly Function?: string;
  readonly Queue?: string;
  readonly Topic?: string;
}

/** Entries to one target are kept apart: the template knows one event each. */
function entry({ Event, Filter }: Entry): Properties {
  return {
    Events: [Event],
    ...(Filter === undefined ? {} : { Filter: { Key: { FilterRules: Filter.S3Key.Rules } } }),
  };
}

export function notificationInput(value: Properties): Properties {
  const list = (name: string) => value[name] as readonly Entry[] | undefined;
  const [lambdas, queues, topics] = [
    list("LambdaConfigurations"),
    list("QueueConfigurations"),
    list("TopicConfigurations"),
  ];
  const bridge = value.EventBridgeConfiguration as { EventBridgeEnabled?: boolean } | undefined;
  return {
    ...(lambdas === undefined
      ? {}
      : {
          LambdaFunctionConfigurations: lambdas.map((each) => ({
            ...entry(each),
            LambdaFunctionArn: each.Function,
          })),
        }),
    ...(queues === undefined
      ? {}
      : { QueueConfigurations: queues.map((each) => ({ ...entry(each), QueueArn: each.Queue })) }),
    ...(topics === undefined
      ? {}
      : { TopicConfigurations: topics.map((each) => ({ ...entry(each), TopicArn: each.Topic })) }),
    ...(bridge === undefined || bridge.EventBridgeEnabled === false ? {} : { EventBridgeConfiguration: {} }),
  };
}
