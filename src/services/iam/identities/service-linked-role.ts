// Service-linked roles: what each AWS service calls its own, and the tasks that
// delete them.

import { defineJob } from "../../../core/job.ts";
import { defineResource } from "../../../core/resource.ts";
import { nameKey } from "../name.ts";
import { AttachmentRecord, attachments } from "../policies/attachment.ts";
import { RoleRecord } from "./role.ts";

export interface LinkedService {
  /** What follows `AWSServiceRoleFor`. */
  readonly role: string;
  /** The service takes a suffix, and so more than one role. */
  readonly suffix?: boolean;
}

export const linkedServices: Readonly<Record<string, LinkedService>> = {
  "access-analyzer.amazonaws.com": { role: "AccessAnalyzer" },
  "acm.amazonaws.com": { role: "CertificateManager" },
  "apidestinations.events.amazonaws.com": { role: "AmazonEventBridgeApiDestinations" },
  "appmesh.amazonaws.com": { role: "AppMesh" },
  "appsync.amazonaws.com": { role: "AppSync" },
  "autoscaling.amazonaws.com": { role: "AutoScaling", suffix: true },
  "backup.amazonaws.com": { role: "Backup" },
  "batch.amazonaws.com": { role: "Batch" },
  "cks.kms.amazonaws.com": { role: "KeyManagementServiceCustomKeyStores" },
  "cloudtrail.amazonaws.com": { role: "CloudTrail" },
  "cloudwatch.amazonaws.com": { role: "CloudWatchCrossAccount" },
  "codestar-notifications.amazonaws.com": { role: "CodeStarNotifications" },
  "cognito-idp.amazonaws.com": { role: "AmazonCognitoIdp" },
  "config.amazonaws.com": { role: "Config" },
  "contributorinsights.dynamodb.amazonaws.com": { role: "DynamoDBCloudWatchContributorInsights" },
  "dax.amazonaws.com": { role: "DAX" },
  "dms.amazonaws.com": { role: "DMSServerless" },
  "dynamodb.application-autoscaling.amazonaws.com": { role: "ApplicationAutoScaling_DynamoDBTable" },
  "ecs.amazonaws.com": { role: "ECS" },
  "ecs.application-autoscaling.amazonaws.com": { role: "ApplicationAutoScaling_ECSService" },
  "eks-fargate.amazonaws.com": { role: "AmazonEKSForFargate" },
  "eks-nodegroup.amazonaws.com": { role: "AmazonEKSNodegroup" },
  "eks.amazonaws.com": { role: "AmazonEKS" },
  "elasticache.amazonaws.com": { role: "ElastiCache" },
  "elasticache.application-autoscaling.amazonaws.com": { role: "ApplicationAutoScaling_ElastiCacheRG" },
  "elasticbeanstalk.amazonaws.com": { role: "ElasticBeanstalk" },
  "elasticfilesystem.amazonaws.com": { role: "AmazonElasticFileSystem" },
  "elasticloadbalancing.amazonaws.com": { role: "ElasticLoadBalancing" },
  "elasticmapreduce.amazonaws.com": { role: "EMRCleanup" },
  "email.cognito-idp.amazonaws.com": { role: "AmazonCognitoIdpEmailService" },
  "es.amazonaws.com": { role: "AmazonElasticsearchService" },
  "events.amazonaws.com": { role: "CloudWatchEvents" },
  "fis.amazonaws.com": { role: "FIS" },
  "guardduty.amazonaws.com": { role: "AmazonGuardDuty" },
  "imagebuilder.amazonaws.com": { role: "ImageBuilder" },
  "kafka.amazonaws.com": { role: "Kafka" },
  "lambda.application-autoscaling.amazonaws.com": { role: "ApplicationAutoScaling_LambdaConcurrency" },
  "lex.amazonaws.com": { role: "LexBots" },
  "memorydb.amazonaws.com": { role: "MemoryDB" },
  "mq.amazonaws.com": { role: "AmazonMQ" },
  "opensearchservice.amazonaws.com": { role: "AmazonOpenSearchService" },
  "ops.apigateway.amazonaws.com": { role: "APIGateway" },
  "organizations.amazonaws.com": { role: "Organizations" },
  "rds.amazonaws.com": { role: "RDS" },
  "rds.application-autoscaling.amazonaws.com": { role: "ApplicationAutoScaling_RDSCluster" },
  "redshift.amazonaws.com": { role: "Redshift" },
  "replication.dynamodb.amazonaws.com": { role: "DynamoDBReplication" },
  "replication.ecr.amazonaws.com": { role: "ECRReplication" },
  "resource-groups.amazonaws.com": { role: "ResourceGroups" },
  "schemas.amazonaws.com": { role: "Schemas" },
  "securityhub.amazonaws.com": { role: "SecurityHub" },
  "servicecatalog.amazonaws.com": { role: "ServiceCatalogOrgsDataSync" },
  "spot.amazonaws.com": { role: "EC2Spot" },
  "spotfleet.amazonaws.com": { role: "EC2SpotFleet" },
  "ssm.amazonaws.com": { role: "AmazonSSM" },
  "sso.amazonaws.com": { role: "SSO" },
  "support.amazonaws.com": { role: "Support" },
  "transitgateway.amazonaws.com": { role: "VPCTransitGateway" },
  "trustedadvisor.amazonaws.com": { role: "TrustedAdvisor" },
  "wafv2.amazonaws.com": { role: "WAFV2Logging" },
};

export interface DeletionTask {
  /** `task/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS/<uuid>` */
  readonly id: string;
  readonly role: string;
  readonly status: "IN_PROGRESS" | "SUCCEEDED";
}

export const DeletionTaskRecord = defineResource<DeletionTask>()({
  service: "iam",
  type: "deletion-task",
  scope: "account",
  key: (task) => [task.id],
});

export const deleteLinkedRole = defineJob<{ readonly taskId: string }>({
  name: "iam.deleteLinkedRole",
  run: async ({ taskId }, tx) => {
    const task = await tx.get(DeletionTaskRecord, taskId);
    if (task === undefined || task.status !== "IN_PROGRESS") return;
    for (const { owner, policyArn } of await attachments(tx, { type: "role", name: task.role })) {
      tx.delete(AttachmentRecord, owner.type, nameKey(owner.name), policyArn);
    }
    tx.delete(RoleRecord, nameKey(task.role));
    tx.put(DeletionTaskRecord, { ...task, status: "SUCCEEDED" });
  },
});
