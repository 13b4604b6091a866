# An order system that is driven by events. Every step tells the bus what
# happened, and rules, a FIFO topic, a pipe and schedules decide what follows.

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
  description = "Prefix of every name, so that several order systems can stand side by side"
  type        = string
  default     = "shop"
}

variable "payment_minutes" {
  description = "Minutes after which an unpaid order is reminded of"
  type        = number
  default     = 30
}

resource "aws_cloudwatch_event_bus" "orders" {
  name        = var.name
  description = "All that happens to orders"
  tags        = { application = var.name }
}

resource "aws_cloudwatch_event_archive" "orders" {
  name             = var.name
  description      = "To replay what went wrong"
  event_source_arn = aws_cloudwatch_event_bus.orders.arn
  retention_days   = 30
}

# Orders and payments go to the desk, which puts them in order.

resource "aws_cloudwatch_event_rule" "desk" {
  name           = "${var.name}-desk"
  event_bus_name = aws_cloudwatch_event_bus.orders.name

  event_pattern = jsonencode({
    source      = ["shop"]
    detail-type = ["Order Placed", "Order Paid"]
    detail = {
      id     = [{ prefix = "o-" }]
      amount = [{ numeric = [">", 0] }]
    }
  })
}

resource "aws_cloudwatch_event_target" "desk" {
  rule           = aws_cloudwatch_event_rule.desk.name
  event_bus_name = aws_cloudwatch_event_bus.orders.name
  arn            = aws_lambda_function.desk.arn

  retry_policy {
    maximum_event_age_in_seconds = 3600
    maximum_retry_attempts       = 20
  }

  dead_letter_config {
    arn = aws_sqs_queue.dead.arn
  }
}

# What customers hear of.

resource "aws_cloudwatch_event_rule" "mail" {
  for_each = {
    "Order Shipped"   = "is on its way"
    "Payment Overdue" = "waits for your payment"
  }

  name           = "${var.name}-${lower(replace(each.key, " ", "-"))}"
  description    = each.value
  event_bus_name = aws_cloudwatch_event_bus.orders.name
  event_pattern  = jsonencode({ detail-type = [each.key] })
}

resource "aws_cloudwatch_event_target" "mail" {
  for_each = aws_cloudwatch_event_rule.mail

  rule           = each.value.name
  event_bus_name = aws_cloudwatch_event_bus.orders.name
  arn            = aws_sqs_queue.mail.arn

  input_transformer {
    input_paths    = { id = "$.detail.id", customer = "$.detail.customer" }
    input_template = "{\"to\": <customer>, \"text\": \"Order <id> ${each.value.description}.\"}"
  }

  dead_letter_config {
    arn = aws_sqs_queue.dead.arn
  }
}

resource "aws_sqs_queue" "mail" {
  name   = "${var.name}-mail"
  policy = data.aws_iam_policy_document.from_rules.json
}

resource "aws_sqs_queue" "dead" {
  name                      = "${var.name}-dead"
  message_retention_seconds = 1209600
  policy                    = data.aws_iam_policy_document.from_rules.json
}

data "aws_iam_policy_document" "from_rules" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["${replace(aws_cloudwatch_event_bus.orders.arn, ":event-bus/", ":rule/")}/*"]
    }
  }
}

output "bus_name" {
  value = aws_cloudwatch_event_bus.orders.name
}

output "archive_name" {
  value = aws_cloudwatch_event_archive.orders.name
}

output "mail_url" {
  value = aws_sqs_queue.mail.url
}

output "ledger_url" {
  value = aws_sqs_queue.ledger.url
}

output "dead_letter_url" {
  value = aws_sqs_queue.dead.url
}

output "reminders_group" {
  value = aws_scheduler_schedule_group.reminders.name
}
