// Enable-, Disable-, Update- and DescribeKinesisStreamingDestination.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  DescribeKinesisStreamingDestinationInput,
  DescribeKinesisStreamingDestinationOutput,
  KinesisStreamingDestinationInput,
  KinesisStreamingDestinationOutput,
  UpdateKinesisStreamingDestinationInput,
  UpdateKinesisStreamingDestinationOutput,
} from "../../../model/generated/dynamodb.d.ts";
import { dynamodbFault, validation } from "../faults.ts";
import { findTable } from "../tables/name.ts";
import { type DestinationState, Table, type TableState } from "../tables/table.ts";
import { deliverToKinesis, withDestination } from "./deliver.ts";
import { destinationTopic } from "./outbox.ts";

const idLength = 8;
/** Former destinations that are still shown. */
const mostFormer = 5;

const isOver = ({ status }: DestinationState) => status === "DISABLED" || status === "ENABLE_FAILED";

export async function enableKinesisStreamingDestination(
  input: Readonly<KinesisStreamingDestinationInput>,
  caller: Transaction,
): Promise<KinesisStreamingDestinationOutput> {
  const { table, tx } = await findTable(caller, input.TableName, "EnableKinesisStreamingDestination");
  const { StreamArn: streamArn, EnableKinesisStreamingConfiguration: configuration } = input;
  if (!/^arn:aws[a-z-]*:kinesis:[a-z0-9-]+:\d{12}:stream\/.+$/.test(streamArn)) {
    throw validation(`Invalid StreamArn: ${streamArn}`);
  }
  const all = table.destinations ?? [];
  if (all.some((one) => !isOver(one) && one.streamArn === streamArn)) {
    throw validation(
      "Table is not in a valid state to enable Kinesis Streaming Destination: EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation.",
    );
  }
  if (all.some((one) => !isOver(one))) {
    throw dynamodbFault(
      "LimitExceededException",
      "A table can have only one active Kinesis streaming destination",
    );
  }
  const precision = configuration?.ApproximateCreationDateTimePrecision;
  const destination: DestinationState = {
    id: tx.ids.lower(idLength),
    streamArn,
    status: "ENABLING",
    precision,
  };
  const former = all.filter((one) => one.streamArn !== streamArn).slice(-mostFormer);
  tx.put(Table, { ...table, destinations: [...former, destination] });
  const { id } = destination;
  tx.enqueue(deliverToKinesis, { table: table.name, storageId: table.storageId, id }, { id });
  return {
    TableName: table.name,
    StreamArn: streamArn,
    DestinationStatus: "ENABLING",
    ...(configuration === undefined ? undefined : { EnableKinesisStreamingConfiguration: configuration }),
  };
}

function destinationOf(table: TableState, streamArn: string, operation: string): DestinationState {
  const found = table.destinations?.find((one) => one.streamArn === streamArn && !isOver(one));
  if (found?.status !== "ACTIVE" && found?.status !== "ENABLING") {
    throw validation(
      `Table is not in a valid state to ${operation} Kinesis Streaming Destination: KinesisStreamingDestination must be ACTIVE to perform ${operation.toUpperCase()} operation.`,
    );
  }
  return found;
}

export async function disableKinesisStreamingDestination(
  input: Readonly<KinesisStreamingDestinationInput>,
  caller: Transaction,
): Promise<KinesisStreamingDestinationOutput> {
  const { table, tx } = await findTable(caller, input.TableName, "DisableKinesisStreamingDestination");
  const { id, streamArn } = destinationOf(table, input.StreamArn, "disable");
  tx.put(Table, withDestination(table, id, { status: "DISABLING" }));
  tx.notify(destinationTopic(id));
  return { TableName: table.name, StreamArn: streamArn, DestinationStatus: "DISABLING" };
}

export async function updateKinesisStreamingDestination(
  input: Readonly<UpdateKinesisStreamingDestinationInput>,
  caller: Transaction,
): Promise<UpdateKinesisStreamingDestinationOutput> {
  const { table, tx } = await findTable(caller, input.TableName, "UpdateKinesisStreamingDestination");
  const configuration = input.UpdateKinesisStreamingConfiguration;
  const precision = configuration?.ApproximateCreationDateTimePrecision;
  if (precision === undefined) {
    throw validation("ApproximateCreationDateTimePrecision must be specified");
  }
  const { id, streamArn } = destinationOf(table, input.StreamArn, "update");
  tx.put(Table, withDestination(table, id, { precision }));
  return {
    TableName: table.name,
    StreamArn: streamArn,
    DestinationStatus: "UPDATING",
    UpdateKinesisStreamingConfiguration: configuration,
  };
}

export async function describeKinesisStreamingDestination(
  input: Readonly<DescribeKinesisStreamingDestinationInput>,
  caller: Transaction,
): Promise<DescribeKinesisStreamingDestinationOutput> {
  const { table } = await findTable(caller, input.TableName, "DescribeKinesisStreamingDestination");
  return {
    TableName: table.name,
    KinesisDataStreamDestinations: (table.destinations ?? []).map(
      ({ streamArn, status, description, precision }) => ({
        StreamArn: streamArn,
        DestinationStatus: status,
        ...(description === undefined ? undefined : { DestinationStatusDescription: description }),
        ApproximateCreationDateTimePrecision: precision ?? "MILLISECOND",
      }),
    ),
  };
}
