// What a connector between two types of resources gives: statements for a role, a
// permission of the function, or a policy of the queue or topic.

export type Access = "Read" | "Write";

/** Whose role is given the statements: `on` says for which resources, see `resourceOf`. */
export interface RoleProfile {
  readonly kind: "role";
  readonly role: "source" | "destination";
  readonly statements: readonly {
    readonly access: Access;
    readonly actions: string;
    readonly on: readonly string[];
  }[];
  /** Where not each access can be had alone. */
  readonly combinations?: readonly (readonly Access[])[];
  /** The source cannot be made before the policy is there. */
  readonly first?: true;
}

export interface ServiceProfile {
  readonly kind: "permission" | "queue policy" | "topic policy";
  readonly service: string;
  /** The caller, where it is not the source's ARN. */
  readonly source?: string;
  /** Buckets' names are no account's: the account is checked as well. */
  readonly account?: true;
}

export type Profile = RoleProfile | ServiceProfile;

const role = (
  statements: RoleProfile["statements"],
  more: Partial<Pick<RoleProfile, "role" | "combinations" | "first">> = {},
): RoleProfile => ({ kind: "role", role: "source", statements, ...more });

const allow = (access: Access, actions: string, ...on: readonly string[]) => ({
  access,
  actions,
  on: on.length === 0 ? ["destination"] : on,
});

const tables = role([
  allow(
    "Read",
    "dynamodb:GetItem dynamodb:Query dynamodb:Scan dynamodb:BatchGetItem dynamodb:ConditionCheckItem dynamodb:PartiQLSelect",
    "destination",
    "destination/index/*",
  ),
  allow(
    "Write",
    "dynamodb:PutItem dynamodb:UpdateItem dynamodb:DeleteItem dynamodb:BatchWriteItem dynamodb:PartiQLDelete dynamodb:PartiQLInsert dynamodb:PartiQLUpdate",
    "destination",
    "destination/index/*",
  ),
]);

const buckets = role([
  allow(
    "Read",
    "s3:GetObject s3:GetObjectAcl s3:GetObjectLegalHold s3:GetObjectRetention s3:GetObjectTorrent s3:GetObjectVersion s3:GetObjectVersionAcl s3:GetObjectVersionForReplication s3:GetObjectVersionTorrent s3:ListBucket s3:ListBucketMultipartUploads s3:ListBucketVersions s3:ListMultipartUploadParts",
    "destination",
    "destination/*",
  ),
  allow(
    "Write",
    "s3:AbortMultipartUpload s3:DeleteObject s3:DeleteObjectVersion s3:PutObject s3:PutObjectLegalHold s3:PutObjectRetention s3:RestoreObject",
    "destination",
    "destination/*",
  ),
]);

const invoke = "lambda:InvokeAsync lambda:InvokeFunction";
const functions = role([allow("Write", invoke)]);
const topics = role([allow("Write", "sns:Publish")]);
const buses = role([allow("Write", "events:PutEvents")]);
const calledByApi = {
  kind: "permission",
  service: "apigateway",
  source:
    "execute-api:$" + "{AWS::Region}:$" + "{AWS::AccountId}:$" + "{SourceResourceId}/$" + "{SourceQualifier}",
} as const;

const executions = "executions of destination";
const rule = "rule of synchronous executions";

const fromFunction: Readonly<Record<string, Profile>> = {
  "AWS::DynamoDB::Table": tables,
  "AWS::Events::EventBus": buses,
  "AWS::Lambda::Function": functions,
  "AWS::Location::PlaceIndex": role([
    allow(
      "Read",
      "geo:DescribePlaceIndex geo:GetPlace geo:SearchPlaceIndexForPosition geo:SearchPlaceIndexForSuggestions geo:SearchPlaceIndexForText",
    ),
  ]),
  "AWS::S3::Bucket": buckets,
  "AWS::SNS::Topic": topics,
  "AWS::SQS::Queue": role([
    allow("Read", "sqs:ReceiveMessage sqs:GetQueueAttributes"),
    allow("Write", "sqs:DeleteMessage sqs:SendMessage sqs:ChangeMessageVisibility sqs:PurgeQueue"),
  ]),
  "AWS::StepFunctions::StateMachine": role([
    allow("Write", "states:StartExecution states:StartSyncExecution"),
    allow("Write", "states:StopExecution", executions),
    allow("Read", "states:DescribeStateMachine states:ListExecutions"),
    allow(
      "Read",
      "states:DescribeExecution states:DescribeStateMachineForExecution states:GetExecutionHistory",
      executions,
    ),
  ]),
};

const fromMachine: Readonly<Record<string, Profile>> = {
  "AWS::DynamoDB::Table": tables,
  "AWS::Events::EventBus": buses,
  "AWS::Lambda::Function": functions,
  "AWS::S3::Bucket": buckets,
  "AWS::SNS::Topic": topics,
  "AWS::SQS::Queue": role([allow("Write", "sqs:SendMessage")]),
  "AWS::StepFunctions::StateMachine": role(
    [
      allow("Read", "states:DescribeExecution", executions),
      allow("Read", "events:DescribeRule", rule),
      allow("Write", "states:StartExecution"),
      allow("Write", "states:StopExecution", executions),
      allow("Write", "events:PutTargets events:PutRule", rule),
    ],
    { combinations: [["Read"], ["Read", "Write"]], first: true },
  ),
};

/** By the types of source and destination. */
export const profiles: Readonly<Record<string, Readonly<Record<string, Profile>>>> = {
  "AWS::ApiGateway::RestApi": { "AWS::Lambda::Function": calledByApi },
  "AWS::ApiGatewayV2::Api": { "AWS::Lambda::Function": calledByApi },
  "AWS::AppSync::DataSource": {
    "AWS::DynamoDB::Table": tables,
    "AWS::Events::EventBus": buses,
    "AWS::Lambda::Function": role([allow("Write", invoke, "destination", "destination:*")]),
  },
  "AWS::AppSync::GraphQLApi": {
    "AWS::Lambda::Function": {
      kind: "permission",
      service: "appsync",
      source: "appsync:$" + "{AWS::Region}:$" + "{AWS::AccountId}:apis/$" + "{SourceResourceId}",
    },
  },
  "AWS::DynamoDB::Table": {
    "AWS::Lambda::Function": role(
      [
        allow(
          "Read",
          "dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator dynamodb:ListStreams",
          "source/stream/*",
        ),
      ],
      { role: "destination" },
    ),
  },
  "AWS::Events::Rule": {
    "AWS::Events::EventBus": buses,
    "AWS::Lambda::Function": { kind: "permission", service: "events" },
    "AWS::SNS::Topic": { kind: "topic policy", service: "events" },
    "AWS::SQS::Queue": { kind: "queue policy", service: "events" },
    "AWS::StepFunctions::StateMachine": role([allow("Write", "states:StartExecution")]),
  },
  "AWS::Lambda::Function": fromFunction,
  "AWS::S3::Bucket": { "AWS::Lambda::Function": { kind: "permission", service: "s3", account: true } },
  "AWS::SNS::Topic": {
    "AWS::Lambda::Function": { kind: "permission", service: "sns" },
    "AWS::SQS::Queue": { kind: "queue policy", service: "sns" },
  },
  "AWS::SQS::Queue": {
    "AWS::Lambda::Function": role(
      [
        allow("Write", "sqs:DeleteMessage", "source"),
        allow("Read", "sqs:ReceiveMessage sqs:GetQueueAttributes", "source"),
      ],
      { role: "destination", combinations: [["Read", "Write"]] },
    ),
  },
  "AWS::StepFunctions::StateMachine": fromMachine,
};
