// AWS managed policies for CloudWatch, Logs, X-Ray and Systems Manager.

import { actions, allow, createLinkedRoleFor, type ManagedPolicies, policy } from "./statement.ts";

const tracing = actions(
  "xray",
  "PutTraceSegments",
  "PutTelemetryRecords",
  "GetSamplingRules",
  "GetSamplingTargets",
  "GetSamplingStatisticSummaries",
);
const instanceMessages = [
  ...actions("ssmmessages", "CreateControlChannel", "CreateDataChannel"),
  ...actions("ssmmessages", "OpenControlChannel", "OpenDataChannel"),
];
const ec2Messages = actions(
  "ec2messages",
  "AcknowledgeMessage",
  "DeleteMessage",
  "FailMessage",
  "GetEndpoint",
  "GetMessages",
  "SendReply",
);
const readTraces = [
  ...actions(
    "xray",
    "BatchGetTraces",
    "GetGroups",
    "GetGroup",
    "GetInsight*",
    "GetSampling*",
    "GetServiceGraph",
  ),
  ...actions("xray", "GetTimeSeriesServiceStatistics", "GetTraceGraph", "GetTraceSummaries"),
  ...actions("xray", "ListResourcePolicies", "ListTagsForResource"),
];

export const observabilityPolicies: ManagedPolicies = {
  CloudWatchFullAccess: policy(
    4,
    allow([
      ...actions("autoscaling", "Describe*"),
      ...actions("cloudwatch", "*"),
      ...actions("logs", "*"),
      ...actions("sns", "*"),
      ...actions("iam", "GetPolicy", "GetPolicyVersion", "GetRole"),
      ...actions("oam", "ListSinks"),
    ]),
    createLinkedRoleFor("events.amazonaws.com"),
  ),
  CloudWatchFullAccessV2: policy(
    1,
    allow([
      ...actions("application-autoscaling", "DescribeScalingPolicies"),
      ...actions("autoscaling", "DescribeAutoScalingGroups", "DescribePolicies"),
      ...actions("cloudwatch", "*"),
      ...actions("logs", "*"),
      ...actions(
        "sns",
        "CreateTopic",
        "ListSubscriptions",
        "ListSubscriptionsByTopic",
        "ListTopics",
        "Subscribe",
      ),
      ...actions("iam", "GetPolicy", "GetPolicyVersion", "GetRole"),
      ...actions("oam", "ListSinks"),
      ...actions("xray", "*"),
    ]),
    createLinkedRoleFor("application-signals.cloudwatch.amazonaws.com"),
  ),
  CloudWatchReadOnlyAccess: policy(
    6,
    allow([
      ...actions("autoscaling", "Describe*"),
      ...actions("cloudwatch", "BatchGet*", "Describe*", "GenerateQuery", "Get*", "List*"),
      ...actions("logs", "Get*", "List*", "StartQuery", "StopQuery", "Describe*", "TestMetricFilter"),
      ...actions("logs", "FilterLogEvents", "StartLiveTail", "StopLiveTail"),
      ...actions("oam", "ListSinks"),
      ...actions("sns", "Get*", "List*"),
    ]),
  ),
  CloudWatchLogsFullAccess: policy(
    2,
    allow([...actions("logs", "*"), ...actions("cloudwatch", "GenerateQuery")]),
  ),
  CloudWatchLogsReadOnlyAccess: policy(
    5,
    allow([
      ...actions("logs", "Describe*", "Get*", "List*", "StartQuery", "StopQuery", "TestMetricFilter"),
      ...actions("logs", "FilterLogEvents", "StartLiveTail", "StopLiveTail"),
      ...actions("cloudwatch", "GenerateQuery"),
    ]),
  ),
  CloudWatchAgentServerPolicy: policy(
    3,
    allow([
      ...actions("cloudwatch", "PutMetricData"),
      ...actions("ec2", "DescribeVolumes", "DescribeTags"),
      ...actions("logs", "PutLogEvents", "PutRetentionPolicy", "DescribeLogStreams", "DescribeLogGroups"),
      ...actions("logs", "CreateLogStream", "CreateLogGroup"),
      ...tracing,
    ]),
    allow(["ssm:GetParameter"], "arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*"),
  ),
  AWSXRayDaemonWriteAccess: policy(2, allow(tracing, ["*"])),
  AWSXrayWriteOnlyAccess: policy(2, allow(tracing, ["*"])),
  AWSXrayReadOnlyAccess: policy(6, allow(readTraces, ["*"])),
  AWSXrayFullAccess: policy(1, allow(["xray:*"], ["*"])),
  AmazonSSMManagedInstanceCore: policy(
    2,
    allow([
      ...actions("ssm", "DescribeAssociation", "GetDeployablePatchSnapshotForInstance", "GetDocument"),
      ...actions("ssm", "DescribeDocument", "GetManifest", "GetParameter", "GetParameters"),
      ...actions("ssm", "ListAssociations", "ListInstanceAssociations", "PutInventory", "PutComplianceItems"),
      ...actions("ssm", "PutConfigurePackageResult", "UpdateAssociationStatus"),
      ...actions("ssm", "UpdateInstanceAssociationStatus", "UpdateInstanceInformation"),
    ]),
    allow(instanceMessages),
    allow(ec2Messages),
  ),
  AmazonSSMFullAccess: policy(
    4,
    allow([
      ...actions("cloudwatch", "PutMetricData"),
      ...actions("ds", "CreateComputer", "DescribeDirectories"),
      ...actions("ec2", "DescribeInstanceStatus"),
      ...actions("logs", "*"),
      ...actions("ssm", "*"),
      ...actions("ec2messages", "*"),
    ]),
    allow(
      "iam:CreateServiceLinkedRole",
      "arn:aws:iam::*:role/aws-service-role/ssm.amazonaws.com/AWSServiceRoleForAmazonSSM*",
      { StringLike: { "iam:AWSServiceName": "ssm.amazonaws.com" } },
    ),
    allow(
      actions("iam", "DeleteServiceLinkedRole", "GetServiceLinkedRoleDeletionStatus"),
      "arn:aws:iam::*:role/aws-service-role/ssm.amazonaws.com/AWSServiceRoleForAmazonSSM*",
    ),
    allow(instanceMessages),
  ),
  AmazonSSMReadOnlyAccess: policy(1, allow(actions("ssm", "Describe*", "Get*", "List*"))),
  "service-role/AmazonSSMMaintenanceWindowRole": policy(
    3,
    allow([
      ...actions("ssm", "GetAutomationExecution", "GetParameters", "ListCommands", "SendCommand"),
      ...actions("ssm", "StartAutomationExecution"),
      ...actions("lambda", "InvokeFunction"),
      ...actions("states", "DescribeExecution", "StartExecution"),
      ...actions("resource-groups", "ListGroups", "ListGroupResources"),
      ...actions("tag", "GetResources"),
    ]),
  ),
  "service-role/AmazonRDSEnhancedMonitoringRole": policy(
    1,
    allow(actions("logs", "CreateLogGroup", "PutRetentionPolicy"), ["arn:aws:logs:*:*:log-group:RDS*"]),
    allow(actions("logs", "CreateLogStream", "PutLogEvents", "DescribeLogStreams", "GetLogEvents"), [
      "arn:aws:logs:*:*:log-group:RDS*:log-stream:*",
    ]),
  ),
  "service-role/AmazonAPIGatewayPushToCloudWatchLogs": policy(
    1,
    allow([
      ...actions("logs", "CreateLogGroup", "CreateLogStream", "DescribeLogGroups", "DescribeLogStreams"),
      ...actions("logs", "PutLogEvents", "GetLogEvents", "FilterLogEvents"),
    ]),
  ),
  "service-role/AWSAppSyncPushToCloudWatchLogs": policy(
    1,
    allow(actions("logs", "CreateLogGroup", "CreateLogStream", "PutLogEvents")),
  ),
};
