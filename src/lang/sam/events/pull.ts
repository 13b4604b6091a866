// Events that Lambda fetches: an event source mapping each, and what the role may read.

import { type Fields, isFields, type Value } from "../../template/value.ts";
import { add, defined, pick, sub } from "../expansion.ts";
import { refuse } from "../refusal.ts";
import { checkEvent, type Event, type EventNeeds } from "./event.ts";

const asGiven = [
  "BatchSize",
  "BisectBatchOnFunctionError",
  "Enabled",
  "FilterCriteria",
  "FunctionResponseTypes",
  "KmsKeyArn",
  "MaximumBatchingWindowInSeconds",
  "MaximumRecordAgeInSeconds",
  "MaximumRetryAttempts",
  "MetricsConfig",
  "LoggingConfig",
  "ParallelizationFactor",
  "ProvisionedPollerConfig",
  "Queues",
  "ScalingConfig",
  "SourceAccessConfigurations",
  "StartingPosition",
  "StartingPositionTimestamp",
  "Topics",
  "TumblingWindowInSeconds",
];

interface Kind {
  /** The property that names the source. */
  readonly source?: string;
  readonly managed?: string;
  readonly own?: readonly string[];
  readonly required?: readonly string[];
}

const kinds: Readonly<Record<string, Kind>> = {
  Kinesis: { source: "Stream", managed: "AWSLambdaKinesisExecutionRole" },
  DynamoDB: { source: "Stream", managed: "AWSLambdaDynamoDBExecutionRole" },
  SQS: { source: "Queue", managed: "AWSLambdaSQSQueueExecutionRole" },
  MSK: {
    source: "Stream",
    managed: "AWSLambdaMSKExecutionRole",
    own: ["ConsumerGroupId", "SchemaRegistryConfig"],
  },
  MQ: { source: "Broker", own: ["DynamicPolicyName", "SecretsManagerKmsKeyId"] },
  DocumentDB: {
    source: "Cluster",
    own: ["CollectionName", "DatabaseName", "FullDocument", "SecretsManagerKmsKeyId"],
    required: ["DatabaseName", "SourceAccessConfigurations"],
  },
  SelfManagedKafka: {
    own: ["ConsumerGroupId", "KafkaBootstrapServers", "SecretsManagerKmsKeyId", "SchemaRegistryConfig"],
    required: ["Topics"],
  },
};

export const isPull = (type: string): boolean => type in kinds;

export function pullEvent(event: Event, needs: EventNeeds): void {
  const { properties, type } = event;
  const kind = kinds[type] ?? {};
  const source = kind.source === undefined ? [] : [kind.source];
  checkEvent(
    event,
    [...asGiven, ...source, ...(kind.own ?? []), "DestinationConfig"],
    [...source, ...(kind.required ?? [])],
  );
  if (kind.managed !== undefined) needs.managed.add(kind.managed);
  add(
    event.expansion,
    event.id,
    {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: defined({
        EventSourceArn: kind.source === undefined ? undefined : properties[kind.source],
        FunctionName: event.called,
        DestinationConfig: destinations(event, needs),
        ...pick(properties, asGiven),
        ...configuration(event),
      }),
    },
    event.condition,
  );
  const statements = ownStatements(event);
  if (statements !== undefined) needs.policies.push(statements);
}

function configuration({ type, properties }: Event): Fields {
  const { ConsumerGroupId, SchemaRegistryConfig, DatabaseName, CollectionName, FullDocument } = properties;
  if (type === "MSK" && (ConsumerGroupId ?? SchemaRegistryConfig) !== undefined)
    return { AmazonManagedKafkaEventSourceConfig: defined({ ConsumerGroupId, SchemaRegistryConfig }) };
  if (type === "DocumentDB")
    return {
      DocumentDBEventSourceConfig: defined({ DatabaseName, CollectionName, FullDocument }),
    };
  if (type !== "SelfManagedKafka") return {};
  const group =
    (ConsumerGroupId ?? SchemaRegistryConfig) === undefined
      ? undefined
      : defined({ ConsumerGroupId, SchemaRegistryConfig });
  return defined({
    SelfManagedEventSource: {
      Endpoints: { KafkaBootstrapServers: properties.KafkaBootstrapServers ?? null },
    },
    SelfManagedKafkaEventSourceConfig: group,
  });
}

/** Only the ARN is told to Lambda; the type says what the role needs. */
function destinations(event: Event, needs: EventNeeds): Value | undefined {
  const given = event.properties.DestinationConfig;
  const failure = isFields(given) ? given.OnFailure : undefined;
  if (!isFields(failure)) return given;
  const { Type, Destination } = failure;
  const actions: Readonly<Record<string, string>> = { SQS: "sqs:SendMessage", SNS: "sns:publish" };
  const action = typeof Type === "string" ? actions[Type] : undefined;
  if (action !== undefined)
    needs.policies.push({
      PolicyName: `${event.id}${String(Type)}Policy`,
      PolicyDocument: { Statement: [{ Action: action, Effect: "Allow", Resource: Destination ?? null }] },
    });
  return { OnFailure: defined({ Destination }) };
}

const interfaces = {
  Action: [
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeVpcs",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
  ],
  Effect: "Allow",
  Resource: "*",
};

const allow = (action: string, Resource: Value): Fields => ({ Action: [action], Effect: "Allow", Resource });

function ownStatements(event: Event): Fields | undefined {
  const { type, properties } = event;
  if (type !== "MQ" && type !== "DocumentDB" && type !== "SelfManagedKafka") return undefined;
  const accesses = properties.SourceAccessConfigurations;
  if (!Array.isArray(accesses)) {
    if (type === "SelfManagedKafka")
      refuse("No SourceAccessConfigurations for self managed kafka event provided.");
    refuse(`No SourceAccessConfigurations for ${type === "MQ" ? "Amazon MQ" : "DocumentDB"} event provided.`);
  }
  const configured = accesses.filter(isFields);
  const types = configured.map((each) => each.Type);
  const secret = configured.find(
    (each) => typeof each.Type === "string" && /^(BASIC_AUTH|SASL_|CLIENT_CERTIFICATE_TLS)/.test(each.Type),
  );
  const statements: Fields[] = [];
  if (secret !== undefined) statements.push(allow("secretsmanager:GetSecretValue", secret.URI ?? null));
  if (type === "MQ") {
    if (secret === undefined)
      refuse("No BASIC_AUTH property specified in SourceAccessConfigurations for Amazon MQ event.");
    statements.push(allow("mq:DescribeBroker", properties.Broker ?? null));
  } else if (type === "DocumentDB") {
    const rds = (kind: string): Fields =>
      sub(`arn:$\{AWS::Partition}:rds:$\{AWS::Region}:$\{AWS::AccountId}:${kind}:*`);
    statements.push(
      allow("rds:DescribeDBClusterParameters", rds("cluster-pg")),
      allow("rds:DescribeDBSubnetGroups", rds("subgrp")),
      allow("rds:DescribeDBClusters", properties.Cluster ?? null),
      interfaces,
    );
  } else if (types.includes("VPC_SUBNET") || types.includes("VPC_SECURITY_GROUP")) {
    if (!types.includes("VPC_SUBNET") || !types.includes("VPC_SECURITY_GROUP"))
      refuse(
        "VPC_SUBNET and VPC_SECURITY_GROUP in SourceAccessConfigurations for SelfManagedKafka must be both provided.",
      );
    statements.push(interfaces);
  }
  const key = properties.SecretsManagerKmsKeyId;
  if (key !== undefined)
    statements.push({
      Action: type !== "MQ" ? ["kms:Decrypt"] : "kms:Decrypt",
      Effect: "Allow",
      Resource:
        typeof key === "string"
          ? sub(`arn:$\{AWS::Partition}:kms:$\{AWS::Region}:$\{AWS::AccountId}:key/${key}`)
          : key,
    });
  if (type === "SelfManagedKafka")
    return {
      PolicyName: "SelfManagedKafkaExecutionRolePolicy",
      PolicyDocument: { Statement: statements, Version: "2012-10-17" },
    };
  return {
    PolicyName: type === "MQ" ? "SamAutoGeneratedAMQPolicy" : "SamAutoGeneratedDocumentDBPolicy",
    PolicyDocument: { Statement: statements },
  };
}
