# Buses, rules and targets, connections and destinations, archives, schedules
# and schemas, with every kind of setting, beside the order system of the examples.

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
  alias  = "west"
  region = "us-west-2"
}

variable "web" {
  description = "An HTTP server that gives tokens and takes calls"
  type        = string
}

data "aws_caller_identity" "me" {}
# Made beforehand: the provider takes half a minute for each.
locals {
  queue   = "arn:aws:sqs:us-east-1:000000000000:wide"
  dead    = "arn:aws:sqs:us-east-1:000000000000:wide-dead"
  ordered = "arn:aws:sqs:us-east-1:000000000000:wide.fifo"
  stream  = "arn:aws:kinesis:us-east-1:000000000000:stream/wide"
}

resource "aws_cloudwatch_log_group" "main" {
  name = "/aws/events/wide"
}

resource "aws_iam_role" "deliver" {
  name = "wide-deliver"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["events.amazonaws.com", "scheduler.amazonaws.com"] }
    }]
  })
}

resource "aws_iam_role_policy" "deliver" {
  role = aws_iam_role.deliver.id

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]
  })
}

resource "aws_cloudwatch_event_bus" "main" {
  name        = "wide"
  description = "All of it"
  tags        = { team = "blue" }

  dead_letter_config {
    arn = local.dead
  }
}

resource "aws_cloudwatch_event_bus" "west" {
  provider = aws.west
  name     = "wide"
}

resource "aws_cloudwatch_event_bus" "policied" {
  name = "policied"
}

resource "aws_cloudwatch_event_bus_policy" "main" {
  event_bus_name = aws_cloudwatch_event_bus.main.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "others"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::111122223333:root" }
      Action    = "events:PutEvents"
      Resource  = aws_cloudwatch_event_bus.main.arn
    }]
  })
}

resource "aws_cloudwatch_event_permission" "other" {
  event_bus_name = aws_cloudwatch_event_bus.policied.name
  principal      = "111122223333"
  statement_id   = "other"
}

resource "aws_cloudwatch_event_permission" "organization" {
  event_bus_name = aws_cloudwatch_event_bus.policied.name
  principal      = "*"
  statement_id   = "organization"

  condition {
    key   = "aws:PrincipalOrgID"
    type  = "StringEquals"
    value = "o-a1b2c3d4e5"
  }
}

resource "aws_cloudwatch_event_rule" "pattern" {
  name           = "wide-pattern"
  description    = "By pattern"
  event_bus_name = aws_cloudwatch_event_bus.main.name
  tags           = { team = "blue" }

  event_pattern = jsonencode({
    source = ["shop"]
    detail = {
      total = [{ numeric = [">", 10, "<=", 100] }]
      file  = [{ "anything-but" = { suffix = ".tmp" } }]
      "$or" = [{ city = [{ prefix = { "equals-ignore-case" = "b" } }] }, { city = [{ exists = false }] }]
    }
  })
}

resource "aws_cloudwatch_event_rule" "rate" {
  name                = "wide-rate"
  schedule_expression = "rate(5 minutes)"
  state               = "DISABLED"
}

resource "aws_cloudwatch_event_rule" "cron" {
  name_prefix         = "wide-"
  schedule_expression = "cron(0 9 ? * MON-FRI *)"
}

resource "aws_cloudwatch_event_target" "queue" {
  rule           = aws_cloudwatch_event_rule.pattern.name
  event_bus_name = aws_cloudwatch_event_bus.main.name
  arn            = local.queue

  input_transformer {
    input_paths    = { total = "$.detail.total" }
    input_template = "{\"total\": <total>, \"rule\": \"<aws.events.rule-name>\"}"
  }

  retry_policy {
    maximum_event_age_in_seconds = 3600
    maximum_retry_attempts       = 5
  }

  dead_letter_config {
    arn = local.dead
  }
}

resource "aws_cloudwatch_event_target" "ordered" {
  rule           = aws_cloudwatch_event_rule.pattern.name
  event_bus_name = aws_cloudwatch_event_bus.main.name
  target_id      = "ordered"
  arn            = local.ordered
  input_path     = "$.detail"

  sqs_target {
    message_group_id = "all"
  }
}

resource "aws_cloudwatch_event_target" "stream" {
  rule           = aws_cloudwatch_event_rule.pattern.name
  event_bus_name = aws_cloudwatch_event_bus.main.name
  target_id      = "stream"
  arn            = local.stream
  role_arn       = aws_iam_role.deliver.arn

  kinesis_target {
    partition_key_path = "$.detail.city"
  }
}

resource "aws_cloudwatch_event_target" "web" {
  rule           = aws_cloudwatch_event_rule.pattern.name
  event_bus_name = aws_cloudwatch_event_bus.main.name
  target_id      = "web"
  arn            = aws_cloudwatch_event_api_destination.main.arn
  role_arn       = aws_iam_role.deliver.arn

  http_target {
    path_parameter_values   = ["$.detail.city"]
    query_string_parameters = { total = "$.detail.total" }
    header_parameters       = { "x-from" = "terraform" }
  }
}

resource "aws_cloudwatch_event_target" "west" {
  rule           = aws_cloudwatch_event_rule.pattern.name
  event_bus_name = aws_cloudwatch_event_bus.main.name
  target_id      = "west"
  arn            = aws_cloudwatch_event_bus.west.arn
  role_arn       = aws_iam_role.deliver.arn
}

resource "aws_cloudwatch_event_target" "log" {
  rule      = aws_cloudwatch_event_rule.cron.name
  target_id = "log"
  arn       = aws_cloudwatch_log_group.main.arn
  input     = jsonencode({ timestamp = 1700000000000, message = "tick" })
}

resource "aws_cloudwatch_event_archive" "main" {
  name             = "wide"
  description      = "Kept"
  event_source_arn = aws_cloudwatch_event_bus.main.arn
  retention_days   = 7
  event_pattern    = jsonencode({ source = ["shop"] })
}

resource "aws_cloudwatch_event_connection" "key" {
  name               = "wide-key"
  authorization_type = "API_KEY"

  auth_parameters {
    api_key {
      key   = "x-key"
      value = "secret"
    }
  }
}

resource "aws_cloudwatch_event_connection" "basic" {
  name               = "wide-basic"
  description        = "By password"
  authorization_type = "BASIC"

  auth_parameters {
    basic {
      username = "user"
      password = "secret"
    }

    invocation_http_parameters {
      header {
        key             = "x-shown"
        value           = "yes"
        is_value_secret = false
      }

      body {
        key             = "hidden"
        value           = "yes"
        is_value_secret = true
      }
    }
  }
}

resource "aws_cloudwatch_event_connection" "oauth" {
  name               = "wide-oauth"
  authorization_type = "OAUTH_CLIENT_CREDENTIALS"

  auth_parameters {
    oauth {
      authorization_endpoint = "${var.web}/token"
      http_method            = "POST"

      client_parameters {
        client_id     = "client"
        client_secret = "secret"
      }

      oauth_http_parameters {
        body {
          key             = "scope"
          value           = "orders"
          is_value_secret = false
        }
      }
    }
  }
}

resource "aws_cloudwatch_event_api_destination" "main" {
  name                             = "wide"
  description                      = "Takes calls"
  invocation_endpoint              = "${var.web}/orders/*"
  http_method                      = "POST"
  invocation_rate_limit_per_second = 20
  connection_arn                   = aws_cloudwatch_event_connection.oauth.arn
}

resource "aws_cloudwatch_event_endpoint" "main" {
  name     = "wide"
  role_arn = aws_iam_role.deliver.arn

  event_bus {
    event_bus_arn = aws_cloudwatch_event_bus.main.arn
  }

  event_bus {
    event_bus_arn = aws_cloudwatch_event_bus.west.arn
  }

  replication_config {
    state = "DISABLED"
  }

  routing_config {
    failover_config {
      primary {
        health_check = "arn:aws:route53:::healthcheck/0000"
      }

      secondary {
        route = "us-west-2"
      }
    }
  }
}

resource "aws_scheduler_schedule_group" "main" {
  name = "wide"
  tags = { team = "blue" }
}

resource "aws_scheduler_schedule" "cron" {
  name                         = "wide-cron"
  group_name                   = aws_scheduler_schedule_group.main.name
  description                  = "Every working day"
  schedule_expression          = "cron(30 8 ? * MON-FRI *)"
  schedule_expression_timezone = "Europe/Berlin"
  start_date                   = "2030-01-01T00:00:00Z"
  end_date                     = "2031-01-01T00:00:00Z"
  state                        = "DISABLED"

  flexible_time_window {
    mode                      = "FLEXIBLE"
    maximum_window_in_minutes = 15
  }

  target {
    arn      = local.ordered
    role_arn = aws_iam_role.deliver.arn
    input    = "{\"at\": \"<aws.scheduler.scheduled-time>\"}"

    sqs_parameters {
      message_group_id = "all"
    }

    dead_letter_config {
      arn = local.dead
    }

    retry_policy {
      maximum_event_age_in_seconds = 600
      maximum_retry_attempts       = 3
    }
  }
}

resource "aws_scheduler_schedule" "rate" {
  name_prefix         = "wide-"
  schedule_expression = "rate(1 hours)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_cloudwatch_event_bus.main.arn
    role_arn = aws_iam_role.deliver.arn

    eventbridge_parameters {
      detail_type = "Hour"
      source      = "clock"
    }
  }
}

resource "aws_scheduler_schedule" "universal" {
  name                = "wide-universal"
  schedule_expression = "at(2037-01-01T00:00:00)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = "arn:aws:scheduler:::aws-sdk:sqs:createQueue"
    role_arn = aws_iam_role.deliver.arn
    input    = jsonencode({ QueueName = "made-later" })
  }
}

resource "aws_schemas_registry" "main" {
  name        = "wide"
  description = "Ours"
  tags        = { team = "blue" }
}

resource "aws_schemas_registry_policy" "main" {
  registry_name = aws_schemas_registry.main.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "read"
      Effect    = "Allow"
      Principal = { AWS = "111122223333" }
      Action    = ["schemas:*"]
      Resource  = [aws_schemas_registry.main.arn]
    }]
  })
}

resource "aws_schemas_schema" "main" {
  name          = "shop@Sold"
  registry_name = aws_schemas_registry.main.name
  type          = "OpenApi3"
  description   = "A sale"

  content = jsonencode({
    openapi = "3.0.0"
    info    = { version = "1.0.0", title = "Sold" }
    paths   = {}
    components = {
      schemas = {
        Sold = {
          type       = "object"
          properties = { total = { type = "number" } }
        }
      }
    }
  })
}

resource "aws_schemas_discoverer" "main" {
  source_arn  = aws_cloudwatch_event_bus.main.arn
  description = "Learns"
}

data "aws_cloudwatch_event_bus" "main" {
  name = aws_cloudwatch_event_bus.main.name
}

data "aws_cloudwatch_event_connection" "basic" {
  name = aws_cloudwatch_event_connection.basic.name
}

module "orders" {
  source = "./orders"
}

output "orders" {
  value = module.orders
}

output "bus_arn" {
  value = data.aws_cloudwatch_event_bus.main.arn
}

output "connection_secret" {
  value = data.aws_cloudwatch_event_connection.basic.secret_arn
}
