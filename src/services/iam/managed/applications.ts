// AWS managed policies for messages, events, workflows, APIs and users.

import {
  actions,
  allow,
  createLinkedRoleFor,
  type ManagedPolicies,
  passRoleTo,
  policy,
} from "./statement.ts";

export const applicationPolicies: ManagedPolicies = {
  AmazonSQSFullAccess: policy(1, allow(["sqs:*"])),
  AmazonSQSReadOnlyAccess: policy(
    3,
    allow([
      ...actions("sqs", "GetQueueAttributes", "GetQueueUrl", "ListDeadLetterSourceQueues", "ListQueues"),
      ...actions("sqs", "ListMessageMoveTasks", "ListQueueTags"),
    ]),
  ),
  AmazonSNSFullAccess: policy(1, allow(["sns:*"])),
  AmazonSNSReadOnlyAccess: policy(1, allow(actions("sns", "GetTopicAttributes", "List*"))),
  AmazonSESFullAccess: policy(1, allow(["ses:*"])),
  AmazonSESReadOnlyAccess: policy(2, allow(actions("ses", "Get*", "List*", "BatchGetMetricData"))),
  AmazonEventBridgeFullAccess: policy(
    3,
    allow([
      ...actions("events", "*"),
      ...actions("schemas", "*"),
      ...actions("scheduler", "*"),
      ...actions("pipes", "*"),
    ]),
    createLinkedRoleFor(
      "apidestinations.events.amazonaws.com",
      "events.amazonaws.com",
      "schemas.amazonaws.com",
    ),
    allow(
      actions(
        "secretsmanager",
        "CreateSecret",
        "UpdateSecret",
        "DeleteSecret",
        "GetSecretValue",
        "PutSecretValue",
      ),
      "arn:aws:secretsmanager:*:*:secret:events!*",
    ),
    passRoleTo("events.amazonaws.com", "scheduler.amazonaws.com", "pipes.amazonaws.com"),
  ),
  AmazonEventBridgeReadOnlyAccess: policy(
    6,
    allow([
      ...actions("events", "Describe*", "List*", "TestEventPattern"),
      ...actions("schemas", "Describe*", "Get*", "List*", "SearchSchemas"),
      ...actions("scheduler", "Get*", "List*"),
      ...actions("pipes", "DescribePipe", "ListPipes", "ListTagsForResource"),
    ]),
  ),
  AmazonEventBridgeSchedulerFullAccess: policy(
    1,
    allow("scheduler:*"),
    passRoleTo("scheduler.amazonaws.com"),
  ),
  AmazonEventBridgeSchedulerReadOnlyAccess: policy(
    1,
    allow(
      actions(
        "scheduler",
        "ListSchedules",
        "ListScheduleGroups",
        "GetSchedule",
        "GetScheduleGroup",
        "ListTagsForResource",
      ),
    ),
  ),
  CloudWatchEventsFullAccess: policy(
    3,
    allow(actions("events", "*")),
    createLinkedRoleFor("apidestinations.events.amazonaws.com", "events.amazonaws.com"),
    passRoleTo("events.amazonaws.com"),
  ),
  AWSStepFunctionsFullAccess: policy(1, allow("states:*")),
  AWSStepFunctionsConsoleFullAccess: policy(
    2,
    allow("states:*"),
    allow("iam:ListRoles"),
    allow("iam:PassRole", "arn:aws:iam::*:role/service-role/StatesExecutionRole*"),
    allow("lambda:ListFunctions"),
  ),
  AWSStepFunctionsReadOnlyAccess: policy(
    4,
    allow([
      ...actions("states", "ListStateMachines", "ListActivities", "DescribeStateMachine"),
      ...actions("states", "DescribeStateMachineForExecution", "ListExecutions", "DescribeExecution"),
      ...actions("states", "GetExecutionHistory", "DescribeActivity", "DescribeMapRun", "ListMapRuns"),
      ...actions("states", "ListStateMachineAliases", "ListStateMachineVersions", "ListTagsForResource"),
      ...actions("states", "DescribeStateMachineAlias", "ValidateStateMachineDefinition"),
    ]),
  ),
  AmazonAPIGatewayAdministrator: policy(1, allow(["apigateway:*"], "arn:aws:apigateway:*::/*")),
  AmazonAPIGatewayInvokeFullAccess: policy(
    2,
    allow(actions("execute-api", "Invoke", "ManageConnections"), "arn:aws:execute-api:*:*:*"),
  ),
  AmazonCognitoPowerUser: policy(
    5,
    allow([
      ...actions("cognito-identity", "*"),
      ...actions("cognito-idp", "*"),
      ...actions("cognito-sync", "*"),
      ...actions(
        "iam",
        "ListRoles",
        "ListOpenIDConnectProviders",
        "GetRole",
        "ListSAMLProviders",
        "GetSAMLProvider",
      ),
      ...actions("kinesis", "ListStreams"),
      ...actions("lambda", "GetPolicy", "ListFunctions"),
      ...actions("sns", "GetSMSSandboxAccountStatus", "ListPlatformApplications"),
      ...actions("ses", "ListIdentities", "GetIdentityVerificationAttributes"),
      ...actions("mobiletargeting", "GetApps"),
      ...actions("acm", "ListCertificates"),
    ]),
    createLinkedRoleFor("cognito-idp.amazonaws.com", "email.cognito-idp.amazonaws.com"),
  ),
  AmazonCognitoReadOnly: policy(
    5,
    allow([
      ...actions("cognito-identity", "Describe*", "Get*", "List*"),
      ...actions("cognito-idp", "Describe*", "AdminGet*", "AdminList*", "List*", "Get*"),
      ...actions("cognito-sync", "Describe*", "Get*", "List*"),
      ...actions("iam", "ListOpenIDConnectProviders", "ListRoles"),
      ...actions("sns", "ListPlatformApplications"),
    ]),
  ),
};
