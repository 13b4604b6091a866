# A table with every kind of setting, in two regions.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  s3_use_path_style = true
}

# The provider waits half a minute for a Kinesis stream of its own.
variable "stream_arn" {
  type = string
}

resource "aws_dynamodb_table" "orders" {
  name                        = "orders"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "customer"
  range_key                   = "placed"
  stream_enabled              = true
  stream_view_type            = "NEW_AND_OLD_IMAGES"
  deletion_protection_enabled = false
  table_class                 = "STANDARD"
  tags                        = { team = "blue" }

  attribute {
    name = "customer"
    type = "S"
  }
  attribute {
    name = "placed"
    type = "N"
  }
  attribute {
    name = "state"
    type = "S"
  }

  global_secondary_index {
    name               = "by-state"
    hash_key           = "state"
    range_key          = "placed"
    projection_type    = "INCLUDE"
    non_key_attributes = ["total"]
  }
  local_secondary_index {
    name            = "by-state-local"
    range_key       = "state"
    projection_type = "KEYS_ONLY"
  }
  ttl {
    attribute_name = "until"
    enabled        = true
  }
  point_in_time_recovery {
    enabled = true
  }
  replica {
    region_name = "eu-west-1"
  }
}

resource "aws_dynamodb_table" "provisioned" {
  name           = "provisioned"
  read_capacity  = 5
  write_capacity = 5
  hash_key       = "id"

  attribute {
    name = "id"
    type = "S"
  }
  server_side_encryption {
    enabled = true
  }
}

resource "aws_dynamodb_kinesis_streaming_destination" "changes" {
  stream_arn = var.stream_arn
  table_name = aws_dynamodb_table.provisioned.name
}

resource "aws_dynamodb_contributor_insights" "provisioned" {
  table_name = aws_dynamodb_table.provisioned.name
}

resource "aws_dynamodb_resource_policy" "provisioned" {
  resource_arn = aws_dynamodb_table.provisioned.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::111111111111:root" }
      Action    = "dynamodb:GetItem"
      Resource  = aws_dynamodb_table.provisioned.arn
    }]
  })
}

resource "aws_dynamodb_table_item" "first" {
  table_name = aws_dynamodb_table.provisioned.name
  hash_key   = aws_dynamodb_table.provisioned.hash_key
  item       = jsonencode({ id = { S = "first" }, n = { N = "1" } })
}

resource "aws_s3_bucket" "exports" {
  bucket        = "exports"
  force_destroy = true
}

resource "aws_dynamodb_table_export" "orders" {
  s3_bucket = aws_s3_bucket.exports.id
  s3_prefix = "orders"
  table_arn = aws_dynamodb_table.orders.arn
}

resource "aws_s3_object" "items" {
  bucket  = aws_s3_bucket.exports.id
  key     = "items/one.csv"
  content = "id,name\na,Ann\nb,Bob\n"
}

resource "aws_dynamodb_table" "imported" {
  name         = "imported"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
  point_in_time_recovery {
    enabled = true
  }
  import_table {
    input_format = "CSV"
    s3_bucket_source {
      bucket     = aws_s3_object.items.bucket
      key_prefix = "items/"
    }
  }
}

resource "aws_dynamodb_table" "restored" {
  name                   = "restored"
  billing_mode           = "PAY_PER_REQUEST"
  hash_key               = "id"
  restore_source_name    = aws_dynamodb_table.imported.name
  restore_to_latest_time = true

  attribute {
    name = "id"
    type = "S"
  }
}
