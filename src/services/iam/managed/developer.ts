// AWS managed policies for those who build and deploy.

import { actions, allow, type ManagedPolicies, policy } from "./statement.ts";

const commit = [
  ...actions("codecommit", "BatchGet*", "BatchDescribe*", "Describe*", "EvaluatePullRequestApprovalRules"),
  ...actions("codecommit", "Get*", "List*", "GitPull"),
];

export const developerPolicies: ManagedPolicies = {
  AWSCloudFormationFullAccess: policy(1, allow(["cloudformation:*"])),
  AWSCloudFormationReadOnlyAccess: policy(
    2,
    allow([
      ...actions("cloudformation", "Describe*", "EstimateTemplateCost", "Get*", "List*"),
      ...actions("cloudformation", "ValidateTemplate", "Detect*"),
    ]),
  ),
  AWSCodeCommitFullAccess: policy(1, allow(["codecommit:*"])),
  AWSCodeCommitPowerUser: policy(
    12,
    allow([
      ...commit,
      ...actions(
        "codecommit",
        "AssociateApprovalRuleTemplateWithRepository",
        "Create*",
        "DeleteBranch",
        "DeleteFile",
      ),
      ...actions("codecommit", "Merge*", "OverridePullRequestApprovalRules", "Post*", "Put*", "TagResource"),
      ...actions("codecommit", "Test*", "UntagResource", "Update*", "GitPush"),
    ]),
  ),
  AWSCodeCommitReadOnly: policy(11, allow(commit)),
  AWSCodeBuildAdminAccess: policy(
    13,
    allow([
      ...actions("codebuild", "*"),
      ...actions("codecommit", "GetBranch", "GetCommit", "GetRepository", "ListBranches", "ListRepositories"),
      ...actions("cloudwatch", "GetMetricStatistics"),
      ...actions("ec2", "DescribeVpcs", "DescribeSecurityGroups", "DescribeSubnets"),
      ...actions("ecr", "DescribeRepositories", "ListImages"),
      ...actions("elasticfilesystem", "DescribeFileSystems"),
      ...actions("events", "DeleteRule", "DescribeRule", "DisableRule", "EnableRule", "ListTargetsByRule"),
      ...actions("events", "ListRuleNamesByTarget", "PutRule", "PutTargets", "RemoveTargets"),
      ...actions("logs", "GetLogEvents"),
      ...actions("s3", "GetBucketLocation", "ListAllMyBuckets"),
    ]),
    allow("logs:DeleteLogGroup", "arn:aws:logs:*:*:log-group:/aws/codebuild/*:log-stream:*"),
    allow("ssm:PutParameter", "arn:aws:ssm:*:*:parameter/CodeBuild/*"),
  ),
  AWSCodeBuildReadOnlyAccess: policy(
    11,
    allow([
      ...actions(
        "codebuild",
        "BatchGet*",
        "GetResourcePolicy",
        "List*",
        "DescribeTestCases",
        "DescribeCodeCoverages",
      ),
      ...actions("codecommit", "GetBranch", "GetCommit", "GetRepository"),
      ...actions("cloudwatch", "GetMetricStatistics"),
      ...actions("events", "DescribeRule", "ListTargetsByRule", "ListRuleNamesByTarget"),
      ...actions("logs", "GetLogEvents"),
    ]),
  ),
  AWSCodeDeployFullAccess: policy(1, allow("codedeploy:*")),
  AWSCodePipeline_FullAccess: policy(
    2,
    allow([
      ...actions("codepipeline", "*"),
      ...actions("cloudformation", "DescribeStacks", "ListChangeSets"),
      ...actions(
        "codebuild",
        "BatchGetProjects",
        "CreateProject",
        "ListCuratedEnvironmentImages",
        "ListProjects",
      ),
      ...actions("codecommit", "ListBranches", "GetReferences", "ListRepositories"),
      ...actions("codedeploy", "ListApplications", "ListDeploymentGroups"),
      ...actions("ecr", "DescribeRepositories", "ListImages"),
      ...actions("ecs", "ListClusters", "ListServices"),
      ...actions("lambda", "ListFunctions"),
      ...actions("iam", "ListRoles", "GetRole"),
      ...actions("sns", "ListTopics"),
    ]),
    allow(
      actions(
        "s3",
        "GetObject",
        "ListBucket",
        "GetBucketPolicy",
        "GetBucketVersioning",
        "GetObjectVersion",
        "CreateBucket",
        "PutBucketPolicy",
      ),
      "arn:aws:s3:::codepipeline-*",
    ),
    allow("iam:PassRole", "arn:aws:iam::*:role/service-role/AWSCodePipelineServiceRole-*", {
      StringEquals: { "iam:PassedToService": ["codepipeline.amazonaws.com"] },
    }),
  ),
  "service-role/AWSCodeDeployRole": policy(
    12,
    allow([
      ...actions(
        "autoscaling",
        "CompleteLifecycleAction",
        "DeleteLifecycleHook",
        "DescribeAutoScalingGroups",
      ),
      ...actions(
        "autoscaling",
        "DescribeLifecycleHooks",
        "PutLifecycleHook",
        "RecordLifecycleActionHeartbeat",
      ),
      ...actions(
        "autoscaling",
        "CreateAutoScalingGroup",
        "UpdateAutoScalingGroup",
        "EnableMetricsCollection",
      ),
      ...actions(
        "autoscaling",
        "DescribePolicies",
        "DescribeScheduledActions",
        "DescribeNotificationConfigurations",
      ),
      ...actions("autoscaling", "SuspendProcesses", "ResumeProcesses", "AttachLoadBalancers"),
      ...actions("autoscaling", "AttachLoadBalancerTargetGroups", "PutScalingPolicy"),
      ...actions("autoscaling", "PutScheduledUpdateGroupAction", "PutNotificationConfiguration"),
      ...actions("autoscaling", "DescribeScalingActivities", "DeleteAutoScalingGroup", "PutWarmPool"),
      ...actions("ec2", "DescribeInstances", "DescribeInstanceStatus", "TerminateInstances"),
      ...actions("tag", "GetResources"),
      ...actions("sns", "Publish"),
      ...actions("cloudwatch", "DescribeAlarms", "PutMetricAlarm"),
      ...actions("elasticloadbalancing", "DescribeLoadBalancers", "DescribeLoadBalancerAttributes"),
      ...actions("elasticloadbalancing", "DescribeInstanceHealth", "RegisterInstancesWithLoadBalancer"),
      ...actions("elasticloadbalancing", "DeregisterInstancesFromLoadBalancer", "DescribeTargetGroups"),
      ...actions("elasticloadbalancing", "DescribeTargetGroupAttributes", "DescribeTargetHealth"),
      ...actions("elasticloadbalancing", "RegisterTargets", "DeregisterTargets"),
    ]),
  ),
  "service-role/AWSCodeDeployRoleForLambda": policy(
    3,
    allow([
      "cloudwatch:DescribeAlarms",
      "lambda:UpdateAlias",
      "lambda:GetAlias",
      "lambda:GetProvisionedConcurrencyConfig",
      "sns:Publish",
    ]),
    allow(actions("s3", "GetObject", "GetObjectVersion"), "arn:aws:s3:::*/CodeDeploy/*"),
    allow(actions("s3", "GetObject", "GetObjectVersion"), "*", {
      StringEquals: { "s3:ExistingObjectTag/UseWithCodeDeploy": "true" },
    }),
    allow("lambda:InvokeFunction", "arn:aws:lambda:*:*:function:CodeDeployHook_*"),
  ),
  "service-role/AWSCodeDeployRoleForLambdaLimited": policy(
    1,
    allow([
      "cloudwatch:DescribeAlarms",
      "lambda:UpdateAlias",
      "lambda:GetAlias",
      "lambda:GetProvisionedConcurrencyConfig",
    ]),
    allow(actions("s3", "GetObject", "GetObjectVersion"), "arn:aws:s3:::*/CodeDeploy/*"),
    allow("lambda:InvokeFunction", "arn:aws:lambda:*:*:function:CodeDeployHook_*"),
  ),
};
