import { describe, expect, it } from "vitest";
import { exceptionName, sdkErrorPrefix, sdkMemberName, sdkService } from "./names.ts";

describe("names of aws-sdk integrations", () => {
  it.each([
    ["DBInstanceIdentifier", "DbInstanceIdentifier"],
    ["SSEKMSKeyId", "SsekmsKeyId"],
    ["ETag", "ETag"],
    ["MD5OfMessageBody", "Md5OfMessageBody"],
    ["logGroupName", "LogGroupName"],
    ["BOOL", "Bool"],
    ["NULL", "Nul"],
    ["S", "S"],
    ["ACL", "Acl"],
  ])("a member %s is %s", (name, expected) => {
    expect(sdkMemberName(name)).toBe(expected);
  });

  it.each([
    ["dynamodb", "dynamodb"],
    ["cloudwatchlogs", "logs"],
    ["sfn", "stepfunctions"],
    ["eventbridge", "events"],
    ["elasticloadbalancingv2", "elbv2"],
    ["rdsdata", "rds-data"],
    ["cognitoidentityprovider", "cognito-idp"],
  ])("the service %s is the CLI's %s", (name, expected) => {
    expect(sdkService(name)?.name).toBe(expected);
  });

  it.each([
    ["DynamoDB", "DynamoDb"],
    ["S3", "S3"],
    ["EC2", "Ec2"],
    ["SFN", "Sfn"],
    ["CloudWatch Logs", "CloudWatchLogs"],
    ["SESv2", "SesV2"],
    ["RDS Data", "RdsData"],
    ["Secrets Manager", "SecretsManager"],
  ])("errors of %s begin with %s", (serviceId, expected) => {
    expect(sdkErrorPrefix(serviceId)).toBe(expected);
  });

  it.each([
    ["NoSuchKey", "NoSuchKeyException"],
    ["DBInstanceNotFoundFault", "DbInstanceNotFoundException"],
    ["ResourceNotFoundException", "ResourceNotFoundException"],
  ])("the error %s is %s", (code, expected) => {
    expect(exceptionName(code)).toBe(expected);
  });
});
