# The FIFO topic: what happens to one order arrives in the order in which it
# happened. The ledger hears everything, the warehouse what is paid.

resource "aws_sns_topic" "orders" {
  name                        = "${var.name}.fifo"
  fifo_topic                  = true
  content_based_deduplication = false
}

resource "aws_sqs_queue" "ledger" {
  name       = "${var.name}-ledger.fifo"
  fifo_queue = true
  policy     = data.aws_iam_policy_document.from_topic.json
}

resource "aws_sqs_queue" "warehouse" {
  name                       = "${var.name}-warehouse.fifo"
  fifo_queue                 = true
  visibility_timeout_seconds = 60
  policy                     = data.aws_iam_policy_document.from_topic.json
}

resource "aws_sns_topic_subscription" "ledger" {
  topic_arn            = aws_sns_topic.orders.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.ledger.arn
  raw_message_delivery = true
}

resource "aws_sns_topic_subscription" "warehouse" {
  topic_arn            = aws_sns_topic.orders.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.warehouse.arn
  raw_message_delivery = true
  filter_policy        = jsonencode({ kind = ["Order Paid"] })
}

data "aws_iam_policy_document" "from_topic" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["sns.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_sns_topic.orders.arn]
    }
  }
}
