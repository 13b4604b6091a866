// AWS managed policies for people: administrators, power users, readers, and
// those who manage identities.

import { actions, allow, type ManagedPolicies, policy } from "./statement.ts";

/** AWS lists a thousand reading actions one by one; they are the reading verbs of these services. */
const readable = [
  ..."acm apigateway application-autoscaling appmesh appsync athena autoscaling backup batch budgets".split(
    " ",
  ),
  ..."cloud9 cloudformation cloudfront cloudtrail cloudwatch codebuild codecommit codedeploy codepipeline".split(
    " ",
  ),
  ..."codeartifact cognito-identity cognito-idp config datapipeline directconnect ds dynamodb ec2 ecr ecs".split(
    " ",
  ),
  ..."eks elasticache elasticbeanstalk elasticfilesystem elasticloadbalancing elasticmapreduce events".split(
    " ",
  ),
  ..."firehose fis glacier glue iam imagebuilder kinesis kms lambda logs mobiletargeting organizations".split(
    " ",
  ),
  ..."pipes quicksight rds redshift rekognition resource-groups route53 s3 sagemaker scheduler schemas".split(
    " ",
  ),
  ..."secretsmanager servicediscovery ses sns snowball sqs ssm states sts synthetics tag wafv2 xray".split(
    " ",
  ),
];
/** Reading these verbs would give away what must stay secret, or would take it away. */
const readingActions = readable.flatMap((service) =>
  service === "secretsmanager"
    ? actions(service, "DescribeSecret", "GetResourcePolicy", "List*")
    : actions(service, "BatchGet*", "Describe*", "Get*", "List*"),
);

export const accessPolicies: ManagedPolicies = {
  AdministratorAccess: policy(1, allow("*")),
  PowerUserAccess: policy(
    6,
    { Effect: "Allow", NotAction: ["iam:*", "organizations:*", "account:*"], Resource: "*" },
    allow([
      ...actions("account", "GetAccountInformation", "GetPrimaryEmail", "ListRegions"),
      ...actions("iam", "CreateServiceLinkedRole", "DeleteServiceLinkedRole", "ListRoles"),
      "organizations:DescribeEffectivePolicy",
      "organizations:DescribeOrganization",
    ]),
  ),
  ReadOnlyAccess: policy(
    1,
    allow([
      ...readingActions,
      ...actions("apigateway", "GET"),
      ...actions("cloudtrail", "LookupEvents"),
      ...actions("dynamodb", "PartiQLSelect", "Query", "Scan"),
      ...actions("logs", "FilterLogEvents", "StartQuery", "StopQuery", "TestMetricFilter"),
      ...actions("xray", "BatchGetTraces"),
    ]),
  ),
  "job-function/ViewOnlyAccess": policy(
    1,
    allow(
      readable
        .filter((service) => service !== "secretsmanager")
        .flatMap((service) => actions(service, "Describe*", "List*")),
    ),
  ),
  IAMFullAccess: policy(
    2,
    allow([
      "iam:*",
      ...actions("organizations", "DescribeAccount", "DescribeOrganization", "DescribeOrganizationalUnit"),
      ...actions("organizations", "DescribePolicy", "ListChildren", "ListParents", "ListPoliciesForTarget"),
      ...actions("organizations", "ListRoots", "ListPolicies", "ListTargetsForPolicy"),
    ]),
  ),
  IAMReadOnlyAccess: policy(
    4,
    allow([
      ...actions("iam", "GenerateCredentialReport", "GenerateServiceLastAccessedDetails", "Get*", "List*"),
      ...actions("iam", "SimulateCustomPolicy", "SimulatePrincipalPolicy"),
    ]),
  ),
  IAMUserChangePassword: policy(
    2,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable.
    allow(["iam:ChangePassword"], ["arn:aws:iam::*:user/${aws:username}"]),
    allow(["iam:GetAccountPasswordPolicy"]),
  ),
  SecretsManagerReadWrite: policy(
    5,
    allow([
      "secretsmanager:*",
      ...actions("cloudformation", "CreateChangeSet", "DescribeChangeSet", "DescribeStackResource"),
      ...actions("cloudformation", "DescribeStacks", "ExecuteChangeSet"),
      ...actions("ec2", "DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs"),
      ...actions("kms", "DescribeKey", "ListAliases", "ListKeys"),
      ...actions("lambda", "ListFunctions"),
      ...actions("rds", "DescribeDBClusters", "DescribeDBInstances"),
      ...actions("tag", "GetResources"),
    ]),
    allow(
      actions(
        "lambda",
        "AddPermission",
        "CreateFunction",
        "GetFunction",
        "InvokeFunction",
        "UpdateFunctionConfiguration",
      ),
      "arn:aws:lambda:*:*:function:SecretsManager*",
    ),
    allow(
      actions("serverlessrepo", "CreateCloudFormationChangeSet", "GetApplication"),
      "arn:aws:serverlessrepo:*:*:applications/SecretsManager*",
    ),
    allow(actions("s3", "GetObject"), [
      "arn:aws:s3:::awsserverlessrepo-changesets*",
      "arn:aws:s3:::secrets-manager-rotation-apps-*/*",
    ]),
  ),
  AWSKeyManagementServicePowerUser: policy(
    3,
    allow([
      ...actions(
        "kms",
        "CreateAlias",
        "CreateKey",
        "DeleteAlias",
        "Describe*",
        "GenerateRandom",
        "Get*",
        "List*",
      ),
      ...actions("kms", "TagResource", "UntagResource"),
      ...actions("iam", "ListGroups", "ListRoles", "ListUsers"),
    ]),
  ),
};
