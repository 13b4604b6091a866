# Streams, their consumers, and all that reads them: event source mappings and
# pipes, with every kind of setting.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {}

# Made beforehand: the provider takes half a minute for each.
locals {
  queue   = "arn:aws:sqs:us-east-1:000000000000:read-in"
  out     = "arn:aws:sqs:us-east-1:000000000000:read-out"
  ordered = "arn:aws:sqs:us-east-1:000000000000:read-out.fifo"
  dead    = "arn:aws:sqs:us-east-1:000000000000:read-dead"
}

resource "aws_iam_role" "reader" {
  name = "reader"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["lambda.amazonaws.com", "pipes.amazonaws.com"] }
    }]
  })
}

resource "aws_iam_role_policy" "reader" {
  role = aws_iam_role.reader.id

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]
  })
}

resource "aws_kms_key" "main" {}

# Imported, since the provider waits ten seconds after each step of making one.
import {
  to = aws_kinesis_stream.main
  id = "read-made"
}

resource "aws_kinesis_stream" "main" {
  name        = "read-made"
  shard_count = 1
  tags        = { team = "streams" }
}

resource "aws_kinesis_stream_consumer" "main" {
  name       = "fast"
  stream_arn = aws_kinesis_stream.main.arn
}

resource "aws_kinesis_resource_policy" "main" {
  resource_arn = aws_kinesis_stream.main.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::000000000000:root" }
      Action    = ["kinesis:PutRecord", "kinesis:DescribeStreamSummary"]
      Resource  = aws_kinesis_stream.main.arn
    }]
  })
}

resource "aws_dynamodb_table" "main" {
  name             = "read"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_cloudwatch_log_group" "main" {
  name = "/aws/pipes/read"
}

resource "aws_lambda_function" "main" {
  function_name    = "read"
  role             = aws_iam_role.reader.arn
  runtime          = "nodejs20.x"
  handler          = "index.handler"
  filename         = "${path.module}/function.zip"
  source_code_hash = filebase64sha256("${path.module}/function.zip")
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.main.function_name
  function_version = "$LATEST"
}

resource "aws_lambda_function_event_invoke_config" "main" {
  function_name                = aws_lambda_function.main.function_name
  maximum_event_age_in_seconds = 120
  maximum_retry_attempts       = 1

  destination_config {
    on_failure {
      destination = local.dead
    }
    on_success {
      destination = local.out
    }
  }
}

resource "aws_lambda_function_event_invoke_config" "live" {
  function_name          = aws_lambda_function.main.function_name
  qualifier              = aws_lambda_alias.live.name
  maximum_retry_attempts = 0
}

resource "aws_lambda_event_source_mapping" "stream" {
  event_source_arn                   = aws_kinesis_stream.main.arn
  function_name                      = aws_lambda_function.main.arn
  starting_position                  = "AT_TIMESTAMP"
  starting_position_timestamp        = "2024-01-01T00:00:00Z"
  batch_size                         = 50
  maximum_batching_window_in_seconds = 1
  parallelization_factor             = 2
  maximum_retry_attempts             = 3
  maximum_record_age_in_seconds      = 3600
  bisect_batch_on_function_error     = true
  tumbling_window_in_seconds         = 0
  function_response_types            = ["ReportBatchItemFailures"]
  enabled                            = false

  destination_config {
    on_failure {
      destination_arn = local.dead
    }
  }

  filter_criteria {
    filter {
      pattern = jsonencode({ data = { kind = ["order"] } })
    }
  }

  tags = { team = "streams" }
}

resource "aws_lambda_event_source_mapping" "consumer" {
  event_source_arn  = aws_kinesis_stream_consumer.main.arn
  function_name     = aws_lambda_alias.live.arn
  starting_position = "LATEST"
}

resource "aws_lambda_event_source_mapping" "table" {
  event_source_arn           = aws_dynamodb_table.main.stream_arn
  function_name              = aws_lambda_function.main.function_name
  starting_position          = "LATEST"
  tumbling_window_in_seconds = 30
}

resource "aws_lambda_event_source_mapping" "queue" {
  event_source_arn                   = local.queue
  function_name                      = aws_lambda_function.main.arn
  batch_size                         = 100
  maximum_batching_window_in_seconds = 2
  kms_key_arn                        = aws_kms_key.main.arn
  enabled                            = false

  scaling_config {
    maximum_concurrency = 5
  }

  filter_criteria {
    filter {
      pattern = jsonencode({ body = { kind = ["order"] } })
    }
  }

  metrics_config {
    metrics = ["EventCount"]
  }
}

resource "aws_pipes_pipe" "plain" {
  name     = "plain"
  role_arn = aws_iam_role.reader.arn
  source   = aws_kinesis_stream.main.arn
  target   = local.out

  source_parameters {
    kinesis_stream_parameters {
      starting_position = "TRIM_HORIZON"
      batch_size        = 10
    }
  }

  target_parameters {
    input_template = "{\"id\": <$.data.id>, \"pipe\": <aws.pipes.pipe-name>}"
  }
}

resource "aws_pipes_pipe" "queue" {
  name          = "queue"
  description   = "From queue to queue, by way of a function"
  desired_state = "STOPPED"
  role_arn      = aws_iam_role.reader.arn
  source        = local.queue
  enrichment    = aws_lambda_function.main.arn
  target        = local.ordered

  source_parameters {
    filter_criteria {
      filter {
        pattern = jsonencode({ body = { kind = ["order"] } })
      }
    }
    sqs_queue_parameters {
      batch_size                         = 5
      maximum_batching_window_in_seconds = 2
    }
  }

  enrichment_parameters {
    input_template = "{\"id\": <$.body.id>}"
  }

  target_parameters {
    sqs_queue_parameters {
      message_group_id         = "$.id"
      message_deduplication_id = "$.id"
    }
  }

  log_configuration {
    level                  = "TRACE"
    include_execution_data = ["ALL"]

    cloudwatch_logs_log_destination {
      log_group_arn = aws_cloudwatch_log_group.main.arn
    }
  }

  tags = { team = "streams" }
}

resource "aws_pipes_pipe" "stream" {
  name     = "stream"
  role_arn = aws_iam_role.reader.arn
  source   = aws_kinesis_stream.main.arn
  target   = aws_lambda_function.main.arn

  source_parameters {
    kinesis_stream_parameters {
      starting_position                  = "LATEST"
      batch_size                         = 20
      maximum_batching_window_in_seconds = 1
      maximum_record_age_in_seconds      = 600
      maximum_retry_attempts             = 2
      on_partial_batch_item_failure      = "AUTOMATIC_BISECT"
      parallelization_factor             = 2

      dead_letter_config {
        arn = local.dead
      }
    }
  }

  target_parameters {
    lambda_function_parameters {
      invocation_type = "FIRE_AND_FORGET"
    }
  }
}

resource "aws_pipes_pipe" "table" {
  name               = "table"
  role_arn           = aws_iam_role.reader.arn
  source             = aws_dynamodb_table.main.stream_arn
  target             = aws_cloudwatch_log_group.main.arn
  kms_key_identifier = aws_kms_key.main.arn

  source_parameters {
    dynamodb_stream_parameters {
      starting_position = "LATEST"
    }
  }

  target_parameters {
    cloudwatch_logs_parameters {
      log_stream_name = "changes"
    }
  }
}

resource "aws_pipes_pipe" "bare" {
  name     = "bare"
  role_arn = aws_iam_role.reader.arn
  source   = local.queue
  target   = aws_kinesis_stream.main.arn

  target_parameters {
    kinesis_stream_parameters {
      partition_key = "$.messageId"
    }
  }
}
