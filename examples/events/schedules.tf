# Schedules: the desk makes one for each unpaid order, which is gone when it has
# fired; and every evening the day is closed.

resource "aws_scheduler_schedule_group" "reminders" {
  name = "${var.name}-reminders"
}

resource "aws_scheduler_schedule" "evening" {
  name                         = "${var.name}-evening"
  description                  = "Closes the day"
  schedule_expression          = "cron(0 18 * * ? *)"
  schedule_expression_timezone = "Europe/Berlin"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = "arn:aws:scheduler:::aws-sdk:sqs:sendMessage"
    role_arn = aws_iam_role.scheduler.arn

    # Not jsonencode: it would hide the angle brackets from the scheduler.
    input = <<-JSON
      {
        "QueueUrl": "${aws_sqs_queue.ledger.url}",
        "MessageGroupId": "days",
        "MessageDeduplicationId": "<aws.scheduler.execution-id>",
        "MessageBody": "{\"kind\": \"Day Closed\", \"at\": \"<aws.scheduler.scheduled-time>\"}"
      }
    JSON
  }
}

resource "aws_iam_role" "scheduler" {
  name               = "${var.name}-scheduler"
  assume_role_policy = data.aws_iam_policy_document.assume["scheduler"].json
}

data "aws_iam_policy_document" "scheduler" {
  statement {
    actions   = ["events:PutEvents"]
    resources = [aws_cloudwatch_event_bus.orders.arn]
  }

  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.ledger.arn]
  }
}

resource "aws_iam_role_policy" "scheduler" {
  role   = aws_iam_role.scheduler.id
  policy = data.aws_iam_policy_document.scheduler.json
}
