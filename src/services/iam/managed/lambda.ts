// AWS managed policies for Lambda functions and those who deploy them.

import { actions, allow, type ManagedPolicies, passRoleTo, policy } from "./statement.ts";

const writeLogs = actions("logs", "CreateLogGroup", "CreateLogStream", "PutLogEvents");
const manageInterfaces = actions(
  "ec2",
  "CreateNetworkInterface",
  "DescribeNetworkInterfaces",
  "DescribeSubnets",
  "DeleteNetworkInterface",
  "AssignPrivateIpAddresses",
  "UnassignPrivateIpAddresses",
);
const readSurroundings = [
  ...actions("cloudformation", "DescribeStacks", "ListStackResources"),
  ...actions("cloudwatch", "ListMetrics", "GetMetricData"),
  ...actions("ec2", "DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs"),
  ...actions("kms", "ListAliases"),
  ...actions("iam", "GetPolicy", "GetPolicyVersion", "GetRole", "GetRolePolicy"),
  ...actions("iam", "ListAttachedRolePolicies", "ListRolePolicies", "ListRoles"),
];

export const lambdaPolicies: ManagedPolicies = {
  "service-role/AWSLambdaBasicExecutionRole": policy(1, allow(writeLogs)),
  "service-role/AWSLambdaVPCAccessExecutionRole": policy(3, allow([...writeLogs, ...manageInterfaces])),
  "service-role/AWSLambdaENIManagementAccess": policy(2, allow(manageInterfaces)),
  "service-role/AWSLambdaSQSQueueExecutionRole": policy(
    1,
    allow([...actions("sqs", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes"), ...writeLogs]),
  ),
  "service-role/AWSLambdaDynamoDBExecutionRole": policy(
    1,
    allow([
      ...actions("dynamodb", "DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"),
      ...writeLogs,
    ]),
  ),
  "service-role/AWSLambdaKinesisExecutionRole": policy(
    3,
    allow([
      ...actions("kinesis", "DescribeStream", "DescribeStreamSummary", "GetRecords", "GetShardIterator"),
      ...actions("kinesis", "ListShards", "ListStreams", "SubscribeToShard"),
      ...writeLogs,
    ]),
  ),
  "service-role/AWSLambdaMSKExecutionRole": policy(
    2,
    allow([
      ...actions("kafka", "DescribeCluster", "DescribeClusterV2", "GetBootstrapBrokers"),
      ...actions("ec2", "CreateNetworkInterface", "DescribeNetworkInterfaces", "DescribeVpcs"),
      ...actions("ec2", "DeleteNetworkInterface", "DescribeSubnets", "DescribeSecurityGroups"),
      ...writeLogs,
    ]),
  ),
  "service-role/AWSLambdaRole": policy(1, allow(["lambda:InvokeFunction"], ["*"])),
  AWSLambdaExecute: policy(
    3,
    allow(["logs:*"], "arn:aws:logs:*:*:*"),
    allow(actions("s3", "GetObject", "PutObject"), "arn:aws:s3:::*"),
  ),
  "AWSLambdaInvocation-DynamoDB": policy(
    5,
    allow(["lambda:InvokeFunction"], ["*"]),
    allow(actions("dynamodb", "DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"), ["*"]),
  ),
  AWSLambda_FullAccess: policy(
    3,
    allow([
      ...readSurroundings,
      "lambda:*",
      "logs:DescribeLogGroups",
      ...actions("states", "DescribeStateMachine", "ListStateMachines"),
      ...actions("tag", "GetResources"),
      ...actions("xray", "GetTraceSummaries", "BatchGetTraces"),
    ]),
    passRoleTo("lambda.amazonaws.com"),
    allow(
      actions(
        "logs",
        "DescribeLogStreams",
        "GetLogEvents",
        "FilterLogEvents",
        "StartLiveTail",
        "StopLiveTail",
      ),
      "arn:aws:logs:*:*:log-group:/aws/lambda/*",
    ),
  ),
  AWSLambda_ReadOnlyAccess: policy(
    3,
    allow([
      ...readSurroundings,
      "logs:DescribeLogGroups",
      ...actions("lambda", "Get*", "List*"),
      ...actions("states", "DescribeStateMachine", "ListStateMachines"),
      ...actions("tag", "GetResources"),
      ...actions("xray", "GetTraceSummaries", "BatchGetTraces"),
    ]),
    allow(
      actions(
        "logs",
        "DescribeLogStreams",
        "GetLogEvents",
        "FilterLogEvents",
        "StartLiveTail",
        "StopLiveTail",
      ),
      "arn:aws:logs:*:*:log-group:/aws/lambda/*",
    ),
  ),
};
