terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

resource "aws_iam_role" "function" {
  name = "websocket-function"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_lambda_function" "chat" {
  function_name = "websocket-chat"
  role          = aws_iam_role.function.arn
  runtime       = "nodejs20.x"
  handler       = "index.chat"
  filename      = "${path.root}/function.zip"
}

resource "aws_lambda_permission" "api" {
  statement_id  = "api"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.chat.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.chat.execution_arn}/*"
}

resource "aws_cloudwatch_log_group" "access" {
  name = "websocket-access"
}

resource "aws_apigatewayv2_api" "chat" {
  name                       = "websocket-chat"
  protocol_type              = "WEBSOCKET"
  route_selection_expression = "$request.body.action"
  tags                       = { team = "chat" }
}

resource "aws_apigatewayv2_authorizer" "guard" {
  api_id           = aws_apigatewayv2_api.chat.id
  name             = "guard"
  authorizer_type  = "REQUEST"
  authorizer_uri   = aws_lambda_function.chat.invoke_arn
  identity_sources = ["route.request.querystring.token"]
}

resource "aws_apigatewayv2_integration" "function" {
  api_id             = aws_apigatewayv2_api.chat.id
  integration_type   = "AWS_PROXY"
  integration_method = "POST"
  integration_uri    = aws_lambda_function.chat.invoke_arn
}

resource "aws_apigatewayv2_integration" "mock" {
  api_id                        = aws_apigatewayv2_api.chat.id
  integration_type              = "MOCK"
  template_selection_expression = "\\$default"
  request_templates             = { "$default" = "{\"statusCode\": 200}" }
}

resource "aws_apigatewayv2_integration_response" "mock" {
  api_id                        = aws_apigatewayv2_api.chat.id
  integration_id                = aws_apigatewayv2_integration.mock.id
  integration_response_key      = "/200/"
  template_selection_expression = "\\$default"
  response_templates            = { "$default" = "pong from $context.routeKey at $stageVariables.place" }
}

resource "aws_apigatewayv2_route" "connect" {
  api_id             = aws_apigatewayv2_api.chat.id
  route_key          = "$connect"
  target             = "integrations/${aws_apigatewayv2_integration.function.id}"
  authorization_type = "CUSTOM"
  authorizer_id      = aws_apigatewayv2_authorizer.guard.id
}

resource "aws_apigatewayv2_route" "echo" {
  api_id                              = aws_apigatewayv2_api.chat.id
  route_key                           = "echo"
  target                              = "integrations/${aws_apigatewayv2_integration.function.id}"
  route_response_selection_expression = "$default"
}

resource "aws_apigatewayv2_route" "ping" {
  api_id                              = aws_apigatewayv2_api.chat.id
  route_key                           = "ping"
  target                              = "integrations/${aws_apigatewayv2_integration.mock.id}"
  route_response_selection_expression = "$default"
}

resource "aws_apigatewayv2_route_response" "both" {
  for_each           = { echo = aws_apigatewayv2_route.echo.id, ping = aws_apigatewayv2_route.ping.id }
  api_id             = aws_apigatewayv2_api.chat.id
  route_id           = each.value
  route_response_key = "$default"
}

resource "aws_apigatewayv2_deployment" "chat" {
  api_id     = aws_apigatewayv2_api.chat.id
  depends_on = [
    aws_apigatewayv2_integration_response.mock,
    aws_apigatewayv2_route.connect,
    aws_apigatewayv2_route_response.both,
  ]
}

resource "aws_apigatewayv2_stage" "live" {
  api_id          = aws_apigatewayv2_api.chat.id
  name            = "live"
  deployment_id   = aws_apigatewayv2_deployment.chat.id
  stage_variables = { place = "home" }
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format          = "$context.requestId $context.eventType"
  }
  default_route_settings {
    throttling_burst_limit = 100
    throttling_rate_limit  = 100
  }
}

output "facts" {
  value = {
    api     = aws_apigatewayv2_api.chat.id
    address = aws_apigatewayv2_stage.live.invoke_url
  }
}
