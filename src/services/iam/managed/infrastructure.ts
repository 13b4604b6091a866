// AWS managed policies for machines, networks and names.

import { actions, allow, createLinkedRoleFor, type ManagedPolicies, policy } from "./statement.ts";

export const infrastructurePolicies: ManagedPolicies = {
  AmazonEC2FullAccess: policy(
    5,
    allow("ec2:*"),
    allow("elasticloadbalancing:*"),
    allow("cloudwatch:*"),
    allow("autoscaling:*"),
    createLinkedRoleFor(
      "autoscaling.amazonaws.com",
      "ec2scheduled.amazonaws.com",
      "elasticloadbalancing.amazonaws.com",
      "spot.amazonaws.com",
      "spotfleet.amazonaws.com",
      "transitgateway.amazonaws.com",
    ),
  ),
  AmazonEC2ReadOnlyAccess: policy(
    2,
    allow("ec2:Describe*"),
    allow(actions("ec2", "GetSecurityGroupsForVpc")),
    allow("elasticloadbalancing:Describe*"),
    allow(actions("cloudwatch", "ListMetrics", "GetMetricStatistics", "Describe*")),
    allow("autoscaling:Describe*"),
  ),
  AmazonVPCFullAccess: policy(
    11,
    allow(
      actions(
        "ec2",
        "*Vpc*",
        "*Subnet*",
        "*Gateway*",
        "*Route*",
        "*Address*",
        "*SecurityGroup*",
        "*NetworkAcl*",
        "*NetworkInterface*",
        "*DhcpOptions",
        "*FlowLogs",
        "*VpnConnection*",
        "*PrefixList*",
        "CreateTags",
        "DeleteTags",
        "Describe*",
      ),
    ),
  ),
  AmazonVPCReadOnlyAccess: policy(9, allow(actions("ec2", "Describe*", "GetSecurityGroupsForVpc"))),
  AutoScalingFullAccess: policy(
    2,
    allow("autoscaling:*"),
    allow("cloudwatch:PutMetricAlarm"),
    allow([
      ...actions("ec2", "DescribeAccountAttributes", "DescribeAvailabilityZones", "DescribeImages"),
      ...actions("ec2", "DescribeInstanceAttribute", "DescribeInstances", "DescribeKeyPairs"),
      ...actions(
        "ec2",
        "DescribeLaunchTemplateVersions",
        "DescribePlacementGroups",
        "DescribeSecurityGroups",
      ),
      ...actions("ec2", "DescribeSpotInstanceRequests", "DescribeSubnets", "DescribeVpcClassicLink"),
    ]),
    allow(actions("elasticloadbalancing", "DescribeLoadBalancers", "DescribeTargetGroups")),
    createLinkedRoleFor("autoscaling.amazonaws.com"),
  ),
  ElasticLoadBalancingFullAccess: policy(
    8,
    allow("elasticloadbalancing:*"),
    allow(actions("ec2", "Describe*", "GetCoipPoolUsage", "GetSecurityGroupsForVpc")),
    allow(["cognito-idp:DescribeUserPoolClient"]),
    createLinkedRoleFor("elasticloadbalancing.amazonaws.com"),
  ),
  AmazonRoute53FullAccess: policy(
    5,
    allow([
      ...actions("route53", "*"),
      ...actions("route53domains", "*"),
      ...actions("cloudfront", "ListDistributions"),
      ...actions("elasticloadbalancing", "DescribeLoadBalancers"),
      ...actions("elasticbeanstalk", "DescribeEnvironments"),
      ...actions("s3", "ListBucket", "GetBucketLocation", "GetBucketWebsite"),
      ...actions("ec2", "DescribeVpcs", "DescribeVpcEndpoints", "DescribeRegions"),
      ...actions("sns", "ListTopics", "ListSubscriptionsByTopic"),
      ...actions("cloudwatch", "DescribeAlarms", "GetMetricStatistics"),
    ]),
    allow("apigateway:GET", "arn:aws:apigateway:*::/domainnames"),
  ),
  AmazonRoute53ReadOnlyAccess: policy(2, allow(actions("route53", "Get*", "List*", "TestDNSAnswer"))),
  CloudFrontFullAccess: policy(
    9,
    allow(["s3:ListAllMyBuckets"], "arn:aws:s3:::*"),
    allow([
      ...actions("acm", "ListCertificates"),
      ...actions("cloudfront", "*"),
      ...actions("cloudfront-keyvaluestore", "*"),
      ...actions("iam", "ListServerCertificates"),
      ...actions("waf", "ListWebACLs", "GetWebACL"),
      ...actions("wafv2", "ListWebACLs", "GetWebACL"),
      ...actions("kinesis", "ListStreams"),
    ]),
    allow(actions("kinesis", "DescribeStream"), "arn:aws:kinesis:*:*:*"),
    allow(["iam:ListRoles"], "arn:aws:iam::*:*"),
  ),
  AWSCertificateManagerFullAccess: policy(
    2,
    allow(["acm:*"]),
    allow(
      "iam:CreateServiceLinkedRole",
      "arn:aws:iam::*:role/aws-service-role/acm.amazonaws.com/AWSServiceRoleForCertificateManager*",
      {
        StringEquals: { "iam:AWSServiceName": "acm.amazonaws.com" },
      },
    ),
  ),
  AWSCertificateManagerReadOnly: policy(
    4,
    allow(
      actions(
        "acm",
        "DescribeCertificate",
        "ListCertificates",
        "GetCertificate",
        "ListTagsForCertificate",
        "GetAccountConfiguration",
      ),
    ),
  ),
  "service-role/AWSBatchServiceRole": policy(
    13,
    allow([
      ...actions("ec2", "Describe*", "CreateLaunchTemplate", "DeleteLaunchTemplate", "RequestSpotFleet"),
      ...actions(
        "ec2",
        "CancelSpotFleetRequests",
        "ModifySpotFleetRequest",
        "TerminateInstances",
        "RunInstances",
      ),
      ...actions("autoscaling", "*"),
      ...actions("ecs", "*"),
      ...actions("logs", "CreateLogGroup", "CreateLogStream", "DescribeLogGroups", "PutLogEvents"),
      ...actions("iam", "GetInstanceProfile", "GetRole"),
    ]),
    allow("iam:PassRole", ["*"], {
      StringEquals: {
        "iam:PassedToService": ["ec2.amazonaws.com", "ec2.amazonaws.com.cn", "ecs-tasks.amazonaws.com"],
      },
    }),
  ),
  "service-role/AmazonEBSCSIDriverPolicy": policy(
    3,
    allow([
      ...actions("ec2", "CreateSnapshot", "AttachVolume", "DetachVolume", "ModifyVolume", "CreateVolume"),
      ...actions("ec2", "DeleteVolume", "DeleteSnapshot", "DescribeAvailabilityZones", "DescribeInstances"),
      ...actions(
        "ec2",
        "DescribeSnapshots",
        "DescribeTags",
        "DescribeVolumes",
        "DescribeVolumesModifications",
      ),
      ...actions("ec2", "EnableFastSnapshotRestores"),
    ]),
    allow(["ec2:CreateTags"], ["arn:aws:ec2:*:*:volume/*", "arn:aws:ec2:*:*:snapshot/*"], {
      StringEquals: { "ec2:CreateAction": ["CreateVolume", "CreateSnapshot"] },
    }),
  ),
};
