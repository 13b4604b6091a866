# The desk publishes in order and reminds; the packing function finds a parcel.

data "aws_iam_policy_document" "assume" {
  for_each = toset(["lambda", "scheduler", "pipes"])

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["${each.key}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "desk" {
  name               = "${var.name}-desk"
  assume_role_policy = data.aws_iam_policy_document.assume["lambda"].json
}

data "aws_iam_policy_document" "desk" {
  statement {
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.orders.arn]
  }

  statement {
    actions   = ["scheduler:CreateSchedule", "scheduler:DeleteSchedule"]
    resources = ["${replace(aws_scheduler_schedule_group.reminders.arn, ":schedule-group/", ":schedule/")}/*"]
  }

  statement {
    actions   = ["iam:PassRole"]
    resources = [aws_iam_role.scheduler.arn]
  }
}

resource "aws_iam_role_policy" "desk" {
  role   = aws_iam_role.desk.id
  policy = data.aws_iam_policy_document.desk.json
}

resource "aws_iam_role_policy_attachment" "desk_logs" {
  role       = aws_iam_role.desk.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_lambda_function" "desk" {
  function_name    = "${var.name}-desk"
  role             = aws_iam_role.desk.arn
  runtime          = "nodejs20.x"
  handler          = "index.handler"
  filename         = "${path.module}/build/desk.zip"
  source_code_hash = filebase64sha256("${path.module}/build/desk.zip")
  timeout          = 30
  memory_size      = 256

  environment {
    variables = {
      TOPIC           = aws_sns_topic.orders.arn
      BUS             = aws_cloudwatch_event_bus.orders.arn
      REMINDERS       = aws_scheduler_schedule_group.reminders.name
      REMINDER_ROLE   = aws_iam_role.scheduler.arn
      PAYMENT_MINUTES = var.payment_minutes
    }
  }
}

resource "aws_lambda_permission" "desk" {
  function_name = aws_lambda_function.desk.function_name
  action        = "lambda:InvokeFunction"
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.desk.arn
}

resource "aws_iam_role" "pack" {
  name               = "${var.name}-pack"
  assume_role_policy = data.aws_iam_policy_document.assume["lambda"].json
}

resource "aws_lambda_function" "pack" {
  function_name    = "${var.name}-pack"
  role             = aws_iam_role.pack.arn
  runtime          = "python3.11"
  handler          = "pack.handler"
  filename         = "${path.module}/build/pack.zip"
  source_code_hash = filebase64sha256("${path.module}/build/pack.zip")
  timeout          = 10
}
