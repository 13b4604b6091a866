// Amazon DynamoDB Streams: what changed in tables, for 24 hours. The records
// are written by the tables' service; here they are read.

import { defineService } from "../../core/service.ts";
import type { Dynamodbstreams } from "../../model/generated/dynamodbstreams.d.ts";
import { ChangeStreamRecord, trimStream } from "../../sources/change-stream.ts";
import { dynamodbstreams } from "./faults.ts";
import { getShardIterator } from "./operations/iterator.ts";
import { getRecords } from "./operations/records.ts";
import { describeStream, listStreams } from "./operations/streams.ts";

export default defineService<Dynamodbstreams>({
  model: dynamodbstreams,
  resources: [ChangeStreamRecord],
  operations: {
    ListStreams: listStreams,
    DescribeStream: describeStream,
    GetShardIterator: getShardIterator,
    GetRecords: getRecords,
  },
  jobs: [trimStream],
});
