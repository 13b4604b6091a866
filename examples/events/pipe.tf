# The pipe: paid orders leave the warehouse's queue, get a parcel from the
# packing function, and are on the bus as shipped. What customers pick up
# themselves stays out of it.

resource "aws_pipes_pipe" "warehouse" {
  name       = "${var.name}-warehouse"
  role_arn   = aws_iam_role.pipe.arn
  source     = aws_sqs_queue.warehouse.arn
  enrichment = aws_lambda_function.pack.arn
  target     = aws_cloudwatch_event_bus.orders.arn

  source_parameters {
    filter_criteria {
      filter {
        pattern = jsonencode({ body = { pickup = [{ exists = false }] } })
      }
    }

    sqs_queue_parameters {
      batch_size = 5
    }
  }

  target_parameters {
    input_template = "{\"id\": <$.id>, \"customer\": <$.customer>, \"parcel\": <$.parcel>}"

    eventbridge_event_bus_parameters {
      detail_type = "Order Shipped"
      source      = "warehouse"
    }
  }

  depends_on = [aws_iam_role_policy.pipe]
}

resource "aws_iam_role" "pipe" {
  name               = "${var.name}-pipe"
  assume_role_policy = data.aws_iam_policy_document.assume["pipes"].json
}

data "aws_iam_policy_document" "pipe" {
  statement {
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.warehouse.arn]
  }

  statement {
    actions   = ["lambda:InvokeFunction"]
    resources = [aws_lambda_function.pack.arn]
  }

  statement {
    actions   = ["events:PutEvents"]
    resources = [aws_cloudwatch_event_bus.orders.arn]
  }
}

resource "aws_iam_role_policy" "pipe" {
  role   = aws_iam_role.pipe.id
  policy = data.aws_iam_policy_document.pipe.json
}
