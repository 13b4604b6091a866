# Topics with every kind of setting, their subscriptions, keys that encrypt them, and secrets.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {}

provider "aws" {
  alias  = "elsewhere"
  region = "eu-west-1"
}

data "aws_caller_identity" "me" {}

resource "aws_kms_key" "main" {
  description             = "topics"
  enable_key_rotation     = true
  rotation_period_in_days = 180
  deletion_window_in_days = 7
  tags                    = { team = "blue" }

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "owner"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}

resource "aws_kms_alias" "main" {
  name          = "alias/topics"
  target_key_id = aws_kms_key.main.key_id
}

resource "aws_kms_key" "signing" {
  customer_master_key_spec = "ECC_NIST_P256"
  key_usage                = "SIGN_VERIFY"
  deletion_window_in_days  = 7
}

resource "aws_kms_key" "everywhere" {
  multi_region            = true
  deletion_window_in_days = 7
}

resource "aws_kms_replica_key" "elsewhere" {
  provider                = aws.elsewhere
  primary_key_arn         = aws_kms_key.everywhere.arn
  deletion_window_in_days = 7
}

resource "aws_kms_external_key" "imported" {
  description             = "imported"
  deletion_window_in_days = 7
  enabled                 = true
  key_material_base64     = "Wblj06fduthWggmsT0cLVoIMOkeLbc2kVfMud77i/JY="
}

resource "aws_kms_grant" "reader" {
  name              = "reader"
  key_id            = aws_kms_key.main.key_id
  grantee_principal = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root"
  operations        = ["Encrypt", "Decrypt"]

  constraints {
    encryption_context_equals = { app = "topics" }
  }
}

resource "aws_sns_topic" "main" {
  name              = "main"
  display_name      = "Main"
  kms_master_key_id = aws_kms_alias.main.name
  signature_version = 2
  tracing_config    = "Active"
  tags              = { team = "blue" }

  delivery_policy = jsonencode({
    http = {
      defaultHealthyRetryPolicy = { minDelayTarget = 5, maxDelayTarget = 10, numRetries = 4 }
    }
  })
}

resource "aws_sns_topic_policy" "main" {
  arn = aws_sns_topic.main.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.main.arn
    }]
  })
}

resource "aws_sns_topic" "ordered" {
  name                        = "ordered.fifo"
  fifo_topic                  = true
  content_based_deduplication = true
  archive_policy              = jsonencode({ MessageRetentionPeriod = "30" })
}

# The provider watches a new queue for half a minute: these are there already.
variable "queue_arn" {
  type = string
}

variable "ordered_queue_arn" {
  type = string
}

resource "aws_sns_topic_subscription" "main" {
  topic_arn            = aws_sns_topic.main.arn
  protocol             = "sqs"
  endpoint             = var.queue_arn
  raw_message_delivery = true
  filter_policy_scope  = "MessageBody"
  filter_policy        = jsonencode({ kind = ["order", { prefix = "re" }] })
  redrive_policy       = jsonencode({ deadLetterTargetArn = var.queue_arn })
}

resource "aws_sns_topic_subscription" "ordered" {
  topic_arn = aws_sns_topic.ordered.arn
  protocol  = "sqs"
  endpoint  = var.ordered_queue_arn
}

resource "aws_sns_topic_subscription" "function" {
  topic_arn = aws_sns_topic.main.arn
  protocol  = "lambda"
  endpoint  = "arn:aws:lambda:us-east-1:${data.aws_caller_identity.me.account_id}:function:planned"
}

resource "aws_sns_topic_data_protection_policy" "main" {
  arn = aws_sns_topic.main.arn
  policy = jsonencode({
    Name    = "cards"
    Version = "2021-06-01"
    Statement = [{
      Sid            = "deny"
      DataDirection  = "Inbound"
      Principal      = ["*"]
      DataIdentifier = ["arn:aws:dataprotection::aws:data-identifier/CreditCardNumber"]
      Operation      = { Deny = {} }
    }]
  })
}

resource "aws_sns_topic_subscription" "mail" {
  topic_arn = aws_sns_topic.main.arn
  protocol  = "sms"
  endpoint  = "+15550100"
}

resource "aws_secretsmanager_secret" "database" {
  name                    = "database"
  description             = "of the application"
  kms_key_id              = aws_kms_key.main.arn
  recovery_window_in_days = 0
  tags                    = { team = "blue" }

  replica {
    region = "eu-west-1"
  }
}

resource "aws_secretsmanager_secret_version" "database" {
  secret_id     = aws_secretsmanager_secret.database.id
  secret_string = jsonencode({ user = "ann", password = "secret" })
}

resource "aws_secretsmanager_secret_policy" "database" {
  secret_arn = aws_secretsmanager_secret.database.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }
      Action    = "secretsmanager:GetSecretValue"
      Resource  = "*"
    }]
  })
}
