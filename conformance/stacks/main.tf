# What Terraform has of CloudFormation: stacks with parameters and outputs, and
# single resources by Cloud Control.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {}

resource "aws_sns_topic" "news" {
  name = "stack-news"
}

resource "aws_iam_role" "deployer" {
  name               = "deployer"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "cloudformation.amazonaws.com" }, Action = "sts:AssumeRole" }] })

  inline_policy {
    name   = "everything"
    policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
  }
}

resource "aws_cloudformation_stack" "queue" {
  name               = "terraformed"
  iam_role_arn       = aws_iam_role.deployer.arn
  notification_arns  = [aws_sns_topic.news.arn]
  timeout_in_minutes = 5
  on_failure         = "DELETE"
  capabilities       = ["CAPABILITY_NAMED_IAM"]
  parameters         = { Delay = 1 }
  tags               = { team = "blue" }
  policy_body        = jsonencode({ Statement = [{ Effect = "Allow", Action = "Update:*", Principal = "*", Resource = "*" }] })

  template_body = jsonencode({
    Parameters = { Delay = { Type = "Number" } }
    Resources = {
      Queue = { Type = "AWS::SQS::Queue", Properties = { DelaySeconds = { Ref = "Delay" } } }
    }
    Outputs = {
      Url = { Value = { Ref = "Queue" }, Export = { Name = "terraformed-url" } }
    }
  })
}

data "aws_cloudformation_stack" "queue" {
  name = aws_cloudformation_stack.queue.name
}

data "aws_cloudformation_export" "url" {
  name       = "terraformed-url"
  depends_on = [aws_cloudformation_stack.queue]
}

data "aws_cloudformation_type" "queue" {
  type      = "RESOURCE"
  type_name = "AWS::SQS::Queue"
}

resource "aws_cloudcontrolapi_resource" "group" {
  type_name     = "AWS::Logs::LogGroup"
  desired_state = jsonencode({ LogGroupName = "/controlled", RetentionInDays = 7 })
}

data "aws_cloudcontrolapi_resource" "group" {
  type_name  = "AWS::Logs::LogGroup"
  identifier = aws_cloudcontrolapi_resource.group.id
}

output "facts" {
  value = {
    url      = aws_cloudformation_stack.queue.outputs.Url
    read     = data.aws_cloudformation_stack.queue.outputs.Url
    exported = data.aws_cloudformation_export.url.value
    type     = data.aws_cloudformation_type.queue.provisioning_type
    group    = jsondecode(data.aws_cloudcontrolapi_resource.group.properties).RetentionInDays
  }
}
