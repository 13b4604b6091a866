terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

variable "issuer" {
  type = string
}

# Made beforehand: the provider takes half a minute for one.
variable "queue" {
  type = string
}

resource "aws_iam_role" "function" {
  name = "http-function"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["lambda.amazonaws.com", "apigateway.amazonaws.com"] }
    }]
  })
}

resource "aws_lambda_function" "pets" {
  function_name = "http-pets"
  role          = aws_iam_role.function.arn
  runtime       = "nodejs20.x"
  handler       = "index.echo"
  filename      = "${path.root}/function.zip"
}

resource "aws_lambda_permission" "api" {
  statement_id  = "api"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.pets.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.pets.execution_arn}/*"
}

resource "aws_cloudwatch_log_group" "access" {
  name = "http-access"
}

resource "aws_apigatewayv2_api" "pets" {
  name          = "http-pets"
  description   = "by hand"
  protocol_type = "HTTP"
  version       = "1"
  cors_configuration {
    allow_origins = ["https://app.example"]
    allow_methods = ["GET", "POST"]
    allow_headers = ["authorization"]
    max_age       = 60
  }
  tags = { team = "a" }
}

resource "aws_apigatewayv2_integration" "function" {
  api_id                 = aws_apigatewayv2_api.pets.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_function.pets.invoke_arn
  payload_format_version = "2.0"
  timeout_milliseconds   = 10000
  response_parameters {
    status_code = 200
    mappings    = { "append:header.x-stage" = "$context.stage" }
  }
}

resource "aws_apigatewayv2_integration" "queue" {
  api_id              = aws_apigatewayv2_api.pets.id
  integration_type    = "AWS_PROXY"
  integration_subtype = "SQS-SendMessage"
  credentials_arn     = aws_iam_role.function.arn
  request_parameters = {
    QueueUrl    = var.queue
    MessageBody = "$request.body.order"
  }
}

resource "aws_apigatewayv2_authorizer" "users" {
  api_id           = aws_apigatewayv2_api.pets.id
  name             = "users"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]
  jwt_configuration {
    issuer   = var.issuer
    audience = ["app"]
  }
}

resource "aws_apigatewayv2_authorizer" "asked" {
  api_id                            = aws_apigatewayv2_api.pets.id
  name                              = "asked"
  authorizer_type                   = "REQUEST"
  authorizer_uri                    = aws_lambda_function.pets.invoke_arn
  authorizer_payload_format_version = "2.0"
  identity_sources                  = ["$request.header.x-key"]
  enable_simple_responses           = true
}

resource "aws_apigatewayv2_route" "pet" {
  api_id    = aws_apigatewayv2_api.pets.id
  route_key = "GET /pets/{id}"
  target    = "integrations/${aws_apigatewayv2_integration.function.id}"
}

resource "aws_apigatewayv2_route" "mine" {
  api_id               = aws_apigatewayv2_api.pets.id
  route_key            = "GET /mine"
  target               = "integrations/${aws_apigatewayv2_integration.function.id}"
  authorization_type   = "JWT"
  authorizer_id        = aws_apigatewayv2_authorizer.users.id
  authorization_scopes = ["pets.read"]
}

resource "aws_apigatewayv2_route" "order" {
  api_id    = aws_apigatewayv2_api.pets.id
  route_key = "POST /orders"
  target    = "integrations/${aws_apigatewayv2_integration.queue.id}"
}

resource "aws_apigatewayv2_stage" "live" {
  api_id      = aws_apigatewayv2_api.pets.id
  name        = "$default"
  auto_deploy = true
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format          = jsonencode({ id = "$context.requestId", route = "$context.routeKey", status = "$context.status" })
  }
  default_route_settings {
    throttling_burst_limit = 100
    throttling_rate_limit  = 100
  }
  route_settings {
    route_key              = aws_apigatewayv2_route.pet.route_key
    throttling_burst_limit = 50
    throttling_rate_limit  = 50
  }
  stage_variables = { colour = "red" }
}

resource "aws_apigatewayv2_deployment" "by_hand" {
  api_id      = aws_apigatewayv2_api.pets.id
  description = "by hand"
  depends_on  = [aws_apigatewayv2_route.pet]
}

resource "aws_apigatewayv2_stage" "by_hand" {
  api_id        = aws_apigatewayv2_api.pets.id
  name          = "dev"
  deployment_id = aws_apigatewayv2_deployment.by_hand.id
}

resource "aws_apigatewayv2_domain_name" "pets" {
  domain_name = "pets.example.com"
  domain_name_configuration {
    certificate_arn = "arn:aws:acm:us-east-1:000000000000:certificate/1"
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
}

resource "aws_apigatewayv2_api_mapping" "v1" {
  api_id          = aws_apigatewayv2_api.pets.id
  domain_name     = aws_apigatewayv2_domain_name.pets.id
  stage           = aws_apigatewayv2_stage.live.id
  api_mapping_key = "v1"
}

resource "aws_apigatewayv2_vpc_link" "link" {
  name               = "http-link"
  security_group_ids = ["sg-1"]
  subnet_ids         = ["subnet-1", "subnet-2"]
}

resource "aws_apigatewayv2_api" "described" {
  name          = "http-described"
  protocol_type = "HTTP"
  version       = "1"
  body = jsonencode({
    openapi = "3.0.1"
    info    = { title = "http-described", version = "1" }
    paths = {
      "/hello" = {
        get = {
          "x-amazon-apigateway-integration" = {
            type                 = "aws_proxy"
            httpMethod           = "POST"
            payloadFormatVersion = "2.0"
            uri                  = aws_lambda_function.pets.arn
          }
        }
      }
    }
  })
}

resource "aws_apigatewayv2_api" "quick" {
  name          = "http-quick"
  protocol_type = "HTTP"
  target        = aws_lambda_function.pets.arn
}

output "facts" {
  value = {
    api      = aws_apigatewayv2_api.pets.id
    endpoint = aws_apigatewayv2_api.pets.api_endpoint
    quick    = aws_apigatewayv2_api.quick.id
    domain   = aws_apigatewayv2_domain_name.pets.domain_name
  }
}
