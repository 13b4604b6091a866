// Amazon Kinesis Data Streams: ordered logs of records, in shards.
// What differs from AWS is in README.md.

import { defineService } from "../../core/service.ts";
import type { Kinesis } from "../../model/generated/kinesis.d.ts";
import { AccountSettingsRecord } from "./account.ts";
import { Consumer } from "./consumer.ts";
import { kinesis } from "./faults.ts";
import { jobs } from "./jobs.ts";
import { operations } from "./operations/table.ts";
import { ResourcePolicy } from "./resource-policy.ts";
import { consumerType, resourcePolicyType } from "./resource-types/reading.ts";
import { streamType } from "./resource-types/stream.ts";
import { Stream } from "./stream.ts";
import { Subscription } from "./subscription.ts";
import { streamTarget } from "./target.ts";

export default defineService<Kinesis>({
  model: kinesis,
  resources: [Stream, Consumer, Subscription, ResourcePolicy, AccountSettingsRecord],
  operations,
  jobs,
  targets: [streamTarget],
  resourceTypes: [streamType, consumerType, resourcePolicyType],
});
