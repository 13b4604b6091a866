# The approval workflow with its queue: whoever reads a message from it decides
# with its task token.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {}

variable "name" {
  description = "Prefix of every name"
  type        = string
  default     = "approval"
}

resource "aws_sqs_queue" "decisions" {
  name = "${var.name}-decisions"
}

resource "aws_iam_role" "workflow" {
  name = "${var.name}-workflow"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "states.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "workflow" {
  role = aws_iam_role.workflow.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "sqs:SendMessage"
      Resource = aws_sqs_queue.decisions.arn
    }]
  })
}

resource "aws_sfn_state_machine" "approval" {
  name     = var.name
  role_arn = aws_iam_role.workflow.arn

  definition = templatefile("${path.module}/approval.asl.json", {
    queue_url = aws_sqs_queue.decisions.url
  })

  tags = { example = "workflows" }
}

output "state_machine_arn" {
  value = aws_sfn_state_machine.approval.arn
}

output "queue_url" {
  value = aws_sqs_queue.decisions.url
}
