# Streams into buckets and endpoints, with most of what Terraform can say of them.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_metadata_api_check     = true
}

resource "aws_s3_bucket" "lake" {
  bucket        = "delivery-lake"
  force_destroy = true
}

resource "aws_iam_role" "firehose" {
  name = "delivery"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "firehose.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "firehose" {
  role = aws_iam_role.firehose.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:PutObject", "kinesis:*", "firehose:PutRecord", "logs:PutLogEvents"]
      Resource = "*"
    }]
  })
}

resource "aws_cloudwatch_log_group" "errors" {
  name = "delivery-errors"
}

resource "aws_cloudwatch_log_stream" "errors" {
  name           = "s3"
  log_group_name = aws_cloudwatch_log_group.errors.name
}

resource "aws_kinesis_firehose_delivery_stream" "plain" {
  name        = "delivery-plain"
  destination = "extended_s3"

  extended_s3_configuration {
    role_arn            = aws_iam_role.firehose.arn
    bucket_arn          = aws_s3_bucket.lake.arn
    prefix              = "plain/!{timestamp:yyyy}/"
    error_output_prefix = "failed/!{firehose:error-output-type}/"
    buffering_size      = 1
    buffering_interval  = 0
    custom_time_zone    = "Europe/Zurich"
    file_extension      = ".ndjson"

    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = aws_cloudwatch_log_group.errors.name
      log_stream_name = aws_cloudwatch_log_stream.errors.name
    }
  }

  server_side_encryption {
    enabled = true
  }

  tags = {
    team = "data"
  }

  depends_on = [aws_iam_role_policy.firehose]
}

resource "aws_kinesis_firehose_delivery_stream" "parted" {
  name        = "delivery-parted"
  destination = "extended_s3"

  extended_s3_configuration {
    role_arn            = aws_iam_role.firehose.arn
    bucket_arn          = aws_s3_bucket.lake.arn
    prefix              = "parted/!{partitionKeyFromQuery:kind}/"
    error_output_prefix = "failed/!{firehose:error-output-type}/"
    buffering_size      = 64
    buffering_interval  = 0
    compression_format  = "GZIP"
    s3_backup_mode      = "Enabled"

    s3_backup_configuration {
      role_arn           = aws_iam_role.firehose.arn
      bucket_arn         = aws_s3_bucket.lake.arn
      prefix             = "raw/"
      buffering_interval = 60
    }

    dynamic_partitioning_configuration {
      enabled        = true
      retry_duration = 60
    }

    processing_configuration {
      enabled = true

      processors {
        type = "RecordDeAggregation"
        parameters {
          parameter_name  = "SubRecordType"
          parameter_value = "JSON"
        }
      }
      processors {
        type = "AppendDelimiterToRecord"
      }
      processors {
        type = "MetadataExtraction"
        parameters {
          parameter_name  = "JsonParsingEngine"
          parameter_value = "JQ-1.6"
        }
        parameters {
          parameter_name  = "MetadataExtractionQuery"
          parameter_value = "{kind: .kind}"
        }
      }
      processors {
        type = "Lambda"
        parameters {
          parameter_name  = "LambdaArn"
          parameter_value = "arn:aws:lambda:us-east-1:000000000000:function:delivery:$LATEST"
        }
        parameters {
          parameter_name  = "BufferIntervalInSeconds"
          parameter_value = "0"
        }
      }
    }
  }
}

resource "aws_kinesis_firehose_delivery_stream" "read" {
  name        = "delivery-read"
  destination = "extended_s3"

  kinesis_source_configuration {
    kinesis_stream_arn = "arn:aws:kinesis:us-east-1:000000000000:stream/delivery-events"
    role_arn           = aws_iam_role.firehose.arn
  }

  extended_s3_configuration {
    role_arn           = aws_iam_role.firehose.arn
    bucket_arn         = aws_s3_bucket.lake.arn
    buffering_interval = 60
  }
}

resource "aws_kinesis_firehose_delivery_stream" "endpoint" {
  name        = "delivery-endpoint"
  destination = "http_endpoint"

  http_endpoint_configuration {
    url                = "https://collector.example/in"
    name               = "collector"
    access_key         = "open"
    buffering_size     = 2
    buffering_interval = 60
    role_arn           = aws_iam_role.firehose.arn
    retry_duration     = 30
    s3_backup_mode     = "FailedDataOnly"

    s3_configuration {
      role_arn           = aws_iam_role.firehose.arn
      bucket_arn         = aws_s3_bucket.lake.arn
      compression_format = "GZIP"
    }

    request_configuration {
      content_encoding = "GZIP"

      common_attributes {
        name  = "stage"
        value = "test"
      }
    }
  }
}

resource "aws_kinesis_firehose_delivery_stream" "splunk" {
  name        = "delivery-splunk"
  destination = "splunk"

  splunk_configuration {
    hec_endpoint               = "https://splunk.example:8088"
    hec_token                  = "51D4DA16-C61B-4F5F-8EC7-ED4301342A4A"
    hec_acknowledgment_timeout = 600
    hec_endpoint_type          = "Event"
    s3_backup_mode             = "FailedEventsOnly"

    s3_configuration {
      role_arn   = aws_iam_role.firehose.arn
      bucket_arn = aws_s3_bucket.lake.arn
    }
  }
}

resource "aws_cloudwatch_log_group" "app" {
  name              = "delivery-app"
  retention_in_days = 7
}

resource "aws_cloudwatch_log_subscription_filter" "app" {
  name            = "to-bucket"
  log_group_name  = aws_cloudwatch_log_group.app.name
  filter_pattern  = "{ $.level = \"error\" }"
  destination_arn = aws_kinesis_firehose_delivery_stream.logs.arn
  role_arn        = aws_iam_role.firehose.arn
}

resource "aws_kinesis_firehose_delivery_stream" "logs" {
  name        = "delivery-logs"
  destination = "extended_s3"

  extended_s3_configuration {
    role_arn           = aws_iam_role.firehose.arn
    bucket_arn         = aws_s3_bucket.lake.arn
    prefix             = "logs/"
    buffering_interval = 0

    processing_configuration {
      enabled = true

      processors {
        type = "Decompression"
        parameters {
          parameter_name  = "CompressionFormat"
          parameter_value = "GZIP"
        }
      }
      processors {
        type = "CloudWatchLogProcessing"
        parameters {
          parameter_name  = "DataMessageExtraction"
          parameter_value = "true"
        }
      }
    }
  }

  depends_on = [aws_iam_role_policy.firehose]
}

resource "aws_cloudwatch_log_metric_filter" "app" {
  name           = "errors"
  log_group_name = aws_cloudwatch_log_group.app.name
  pattern        = "ERROR"

  metric_transformation {
    name      = "Errors"
    namespace = "App"
    value     = "1"
  }
}

resource "aws_cloudwatch_query_definition" "app" {
  name            = "delivery/slow"
  log_group_names = [aws_cloudwatch_log_group.app.name]
  query_string    = "fields @timestamp, ms | sort ms desc | limit 20"
}

resource "aws_cloudwatch_log_resource_policy" "app" {
  policy_name = "delivery"
  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "logs:PutLogEvents"
      Resource  = "*"
    }]
  })
}
