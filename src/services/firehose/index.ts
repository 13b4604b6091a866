// Amazon Data Firehose: streams that gather records and deliver them in bulk.
// What differs from AWS is in README.md.

import { defineService } from "../../core/service.ts";
import type { Firehose } from "../../model/generated/firehose.d.ts";
import { CheckpointRecord } from "./buffer/follow.ts";
import { LaneRecord } from "./buffer/lane.ts";
import { firehose } from "./faults.ts";
import { jobs } from "./jobs.ts";
import { startDeliveryStreamEncryption, stopDeliveryStreamEncryption } from "./operations/encryption.ts";
import { putRecord, putRecordBatch } from "./operations/put.ts";
import {
  createDeliveryStream,
  deleteDeliveryStream,
  describeDeliveryStream,
  listDeliveryStreams,
} from "./operations/streams.ts";
import { listTagsForDeliveryStream, tagDeliveryStream, untagDeliveryStream } from "./operations/tags.ts";
import { updateDestination } from "./operations/update.ts";
import { deliveryStreamType } from "./resource-types/delivery-stream.ts";
import { DeliveryStream } from "./stream.ts";
import { streamTarget } from "./target.ts";

export default defineService<Firehose>({
  model: firehose,
  resourceTypes: [deliveryStreamType],
  resources: [DeliveryStream, LaneRecord, CheckpointRecord],
  operations: {
    CreateDeliveryStream: createDeliveryStream,
    DeleteDeliveryStream: deleteDeliveryStream,
    DescribeDeliveryStream: describeDeliveryStream,
    ListDeliveryStreams: listDeliveryStreams,
    PutRecord: putRecord,
    PutRecordBatch: putRecordBatch,
    UpdateDestination: updateDestination,
    TagDeliveryStream: tagDeliveryStream,
    UntagDeliveryStream: untagDeliveryStream,
    ListTagsForDeliveryStream: listTagsForDeliveryStream,
    StartDeliveryStreamEncryption: startDeliveryStreamEncryption,
    StopDeliveryStreamEncryption: stopDeliveryStreamEncryption,
  },
  jobs,
  targets: [streamTarget],
});
