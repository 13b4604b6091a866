// AWS managed policies for containers: ECR, ECS and EKS.

import { actions, allow, type ManagedPolicies, policy } from "./statement.ts";

const pull = actions(
  "ecr",
  "GetAuthorizationToken",
  "BatchCheckLayerAvailability",
  "GetDownloadUrlForLayer",
  "BatchGetImage",
);
const read = [
  ...actions("ecr", "GetAuthorizationToken", "BatchCheckLayerAvailability", "GetDownloadUrlForLayer"),
  ...actions(
    "ecr",
    "GetRepositoryPolicy",
    "DescribeRepositories",
    "ListImages",
    "DescribeImages",
    "BatchGetImage",
  ),
  ...actions("ecr", "GetLifecyclePolicy", "GetLifecyclePolicyPreview", "ListTagsForResource"),
  ...actions("ecr", "DescribeImageScanFindings"),
];
const balance = [
  ...actions("elasticloadbalancing", "DeregisterInstancesFromLoadBalancer", "DeregisterTargets", "Describe*"),
  ...actions("elasticloadbalancing", "RegisterInstancesWithLoadBalancer", "RegisterTargets"),
];

export const containerPolicies: ManagedPolicies = {
  AmazonEC2ContainerRegistryFullAccess: policy(
    3,
    allow(["ecr:*", "cloudtrail:LookupEvents"]),
    allow(["iam:CreateServiceLinkedRole"], "*", {
      StringEquals: { "iam:AWSServiceName": ["replication.ecr.amazonaws.com"] },
    }),
  ),
  AmazonEC2ContainerRegistryPowerUser: policy(
    3,
    allow([
      ...read,
      ...actions("ecr", "InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload", "PutImage"),
    ]),
  ),
  AmazonEC2ContainerRegistryReadOnly: policy(3, allow(read)),
  AmazonEC2ContainerRegistryPullOnly: policy(
    1,
    allow(
      actions(
        "ecr",
        "GetAuthorizationToken",
        "BatchCheckLayerAvailability",
        "GetDownloadUrlForLayer",
        "BatchGetImage",
        "BatchImportUpstreamImage",
      ),
    ),
  ),
  "service-role/AmazonECSTaskExecutionRolePolicy": policy(
    1,
    allow([...pull, ...actions("logs", "CreateLogStream", "PutLogEvents")]),
  ),
  "service-role/AmazonEC2ContainerServiceforEC2Role": policy(
    7,
    allow([
      ...actions("ec2", "DescribeTags"),
      ...actions("ecs", "CreateCluster", "DeregisterContainerInstance", "DiscoverPollEndpoint", "Poll"),
      ...actions("ecs", "RegisterContainerInstance", "StartTelemetrySession"),
      ...actions("ecs", "UpdateContainerInstancesState", "Submit*"),
      ...pull,
      ...actions("logs", "CreateLogStream", "PutLogEvents"),
    ]),
    allow("ecs:TagResource", "*", {
      StringEquals: { "ecs:CreateAction": ["CreateCluster", "RegisterContainerInstance"] },
    }),
  ),
  "service-role/AmazonEC2ContainerServiceRole": policy(
    2,
    allow([...actions("ec2", "AuthorizeSecurityGroupIngress", "Describe*"), ...balance]),
  ),
  "service-role/AmazonEC2ContainerServiceAutoscaleRole": policy(
    2,
    allow(
      [
        ...actions("ecs", "DescribeServices", "UpdateService"),
        ...actions("cloudwatch", "DescribeAlarms", "PutMetricAlarm"),
      ],
      ["*"],
    ),
  ),
  "service-role/AmazonEC2ContainerServiceEventsRole": policy(
    3,
    allow(["ecs:RunTask"], ["*"]),
    allow("iam:PassRole", ["*"], { StringLike: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } }),
    allow("ecs:TagResource", "*", { StringEquals: { "ecs:CreateAction": ["RunTask"] } }),
  ),
  AmazonECS_FullAccess: policy(
    21,
    allow(
      [
        ...actions("application-autoscaling", "*"),
        ...actions("autoscaling", "*"),
        ...actions("cloudformation", "CreateStack", "DeleteStack", "DescribeStack*", "UpdateStack"),
        ...actions("cloudwatch", "DeleteAlarms", "DescribeAlarms", "GetMetricStatistics", "PutMetricAlarm"),
        ...actions("codedeploy", "*"),
        ...actions("ec2", "*"),
        ...actions("ecs", "*"),
        ...actions("elasticfilesystem", "DescribeAccessPoints", "DescribeFileSystems"),
        ...actions("elasticloadbalancing", "*"),
        ...actions("events", "DeleteRule", "DescribeRule", "ListRuleNamesByTarget", "ListTargetsByRule"),
        ...actions("events", "PutRule", "PutTargets", "RemoveTargets"),
        ...actions("iam", "ListAttachedRolePolicies", "ListInstanceProfiles", "ListRoles"),
        ...actions("lambda", "ListFunctions"),
        ...actions("logs", "CreateLogGroup", "DescribeLogGroups", "FilterLogEvents"),
        ...actions("route53", "*"),
        ...actions("servicediscovery", "*"),
        ...actions("sns", "ListTopics"),
      ],
      ["*"],
    ),
    allow(
      actions("ssm", "GetParameter", "GetParameters", "GetParametersByPath"),
      "arn:aws:ssm:*:*:parameter/aws/service/ecs*",
    ),
    allow("iam:PassRole", ["*"], { StringLike: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } }),
    allow("iam:CreateServiceLinkedRole", "*", {
      StringLike: {
        "iam:AWSServiceName": [
          "autoscaling.amazonaws.com",
          "ecs.amazonaws.com",
          "ecs.application-autoscaling.amazonaws.com",
          "spot.amazonaws.com",
          "spotfleet.amazonaws.com",
        ],
      },
    }),
  ),
  AmazonEKSClusterPolicy: policy(
    7,
    allow([
      ...actions("autoscaling", "DescribeAutoScalingGroups", "UpdateAutoScalingGroup"),
      ...actions(
        "ec2",
        "AttachVolume",
        "AuthorizeSecurityGroupIngress",
        "CreateRoute",
        "CreateSecurityGroup",
      ),
      ...actions("ec2", "CreateTags", "CreateVolume", "DeleteRoute", "DeleteSecurityGroup", "DeleteVolume"),
      ...actions("ec2", "Describe*", "DetachVolume", "ModifyInstanceAttribute", "ModifyVolume"),
      ...actions("ec2", "RevokeSecurityGroupIngress"),
      ...actions(
        "elasticloadbalancing",
        "AddTags",
        "ApplySecurityGroupsToLoadBalancer",
        "AttachLoadBalancerToSubnets",
      ),
      ...actions(
        "elasticloadbalancing",
        "ConfigureHealthCheck",
        "Create*",
        "Delete*",
        "Deregister*",
        "Describe*",
      ),
      ...actions("elasticloadbalancing", "DetachLoadBalancerFromSubnets", "Modify*", "Register*", "Set*"),
      ...actions("kms", "DescribeKey"),
    ]),
    allow("iam:CreateServiceLinkedRole", "*", {
      StringEquals: { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" },
    }),
  ),
  AmazonEKSServicePolicy: policy(
    5,
    allow([
      ...actions(
        "ec2",
        "CreateNetworkInterface",
        "CreateNetworkInterfacePermission",
        "DeleteNetworkInterface",
      ),
      ...actions("ec2", "DescribeInstances", "DescribeNetworkInterfaces", "DetachNetworkInterface"),
      ...actions(
        "ec2",
        "DescribeSecurityGroups",
        "DescribeSubnets",
        "DescribeVpcs",
        "ModifyNetworkInterfaceAttribute",
      ),
      ...actions("iam", "ListAttachedRolePolicies"),
      ...actions("eks", "UpdateClusterVersion"),
    ]),
    allow("route53:AssociateVPCWithHostedZone"),
    allow(
      actions("logs", "CreateLogGroup", "CreateLogStream", "DescribeLogStreams", "PutLogEvents"),
      "arn:aws:logs:*:*:log-group:/aws/eks/*:*",
    ),
  ),
  AmazonEKSVPCResourceController: policy(
    1,
    allow("ec2:CreateNetworkInterfacePermission", "*", {
      "ForAnyValue:StringEquals": { "ec2:ResourceTag/eks:eni:owner": "eks-vpc-resource-controller" },
    }),
    allow(
      actions(
        "ec2",
        "CreateNetworkInterface",
        "DetachNetworkInterface",
        "ModifyNetworkInterfaceAttribute",
        "DeleteNetworkInterface",
        "AttachNetworkInterface",
        "UnassignPrivateIpAddresses",
        "AssignPrivateIpAddresses",
      ),
    ),
  ),
  AmazonEKSWorkerNodePolicy: policy(
    3,
    allow([
      ...actions(
        "ec2",
        "DescribeInstances",
        "DescribeInstanceTypes",
        "DescribeRouteTables",
        "DescribeSecurityGroups",
      ),
      ...actions("ec2", "DescribeSubnets", "DescribeVolumes", "DescribeVolumesModifications", "DescribeVpcs"),
      ...actions("eks", "DescribeCluster"),
      ...actions("eks-auth", "AssumeRoleForPodIdentity"),
    ]),
  ),
  AmazonEKS_CNI_Policy: policy(
    5,
    allow([
      ...actions("ec2", "AssignPrivateIpAddresses", "AttachNetworkInterface", "CreateNetworkInterface"),
      ...actions(
        "ec2",
        "DeleteNetworkInterface",
        "DescribeInstances",
        "DescribeTags",
        "DescribeNetworkInterfaces",
      ),
      ...actions("ec2", "DescribeInstanceTypes", "DescribeSubnets", "DetachNetworkInterface"),
      ...actions("ec2", "ModifyNetworkInterfaceAttribute", "UnassignPrivateIpAddresses"),
    ]),
    allow(["ec2:CreateTags"], ["arn:aws:ec2:*:*:network-interface/*"]),
  ),
};
