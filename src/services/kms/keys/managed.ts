// AWS's own keys, one per account, region and service (`alias/aws/s3`), made
// when first asked for.

import type { Transaction } from "../../../core/transaction.ts";
import { Alias, Key, type KeyState, keyArn } from "./key.ts";
import { randomMaterial } from "./material.ts";
import { enqueueRotation, yearDays } from "./rotation.ts";

const managedName = /^(?:arn:aws:kms:[^:]+:(\d{12}):)?(alias\/aws\/([a-z0-9/-]+))$/;

/** The services that have one. */
const services = new Set(
  "acm backup cloud9 cloudtrail codeartifact codecommit codebuild connect dax dms dynamodb ebs ecr elasticfilesystem es fsx glue imagebuilder kafka kinesis kinesisvideo lambda lex lightsail logs mq neptune rds redshift s3 secretsmanager ses sns sqs ssm states workspaces xray".split(
    " ",
  ),
);

export async function ensureManagedKey(caller: Transaction, name: string): Promise<void> {
  const [, account, alias, service = ""] = managedName.exec(name) ?? [];
  if (alias === undefined || !services.has(service)) return;
  if (account !== undefined && account !== caller.account) return;
  if ((await caller.get(Alias, alias)) !== undefined) return;
  const id = caller.ids.uuid();
  const nextAt = caller.now + yearDays * 86_400_000;
  const key: KeyState = {
    id,
    arn: keyArn(id, caller),
    account: caller.account,
    region: caller.region,
    createdAt: caller.now,
    description: `Default key that protects my ${service} data when no other key is defined`,
    usage: "ENCRYPT_DECRYPT",
    spec: "SYMMETRIC_DEFAULT",
    origin: "AWS_KMS",
    manager: "AWS",
    managedFor: service,
    enabled: true,
    policy: policyFor(caller.account, caller.region, service),
    tags: {},
    materials: [randomMaterial(caller.ids, "SYMMETRIC_DEFAULT", caller.now)],
    rotation: { periodDays: yearDays, nextAt },
  };
  caller.put(Key, key);
  caller.put(Alias, { name: alias, keyId: id, createdAt: caller.now, updatedAt: caller.now });
  enqueueRotation(caller, key);
}

/** Everybody of the account may use it through its service; nobody may change it. */
function policyFor(account: string, region: string, service: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Id: `auto-${service}-2`,
    Statement: [
      {
        Sid: `Allow access through ${service} for all principals in the account that are authorized to use it`,
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "kms:Encrypt",
          "kms:Decrypt",
          "kms:ReEncrypt*",
          "kms:GenerateDataKey*",
          "kms:CreateGrant",
          "kms:DescribeKey",
        ],
        Resource: "*",
        Condition: {
          StringEquals: {
            "kms:CallerAccount": account,
            "kms:ViaService": `${service}.${region}.amazonaws.com`,
          },
        },
      },
      {
        Sid: "Allow direct access to key metadata to the account",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"],
        Resource: "*",
      },
    ],
  });
}
