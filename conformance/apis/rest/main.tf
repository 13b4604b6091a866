terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

data "aws_caller_identity" "me" {}

resource "aws_iam_role" "logs" {
  name = "rest-logs"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "apigateway.amazonaws.com" }
    }]
  })
}

resource "aws_api_gateway_account" "account" {
  cloudwatch_role_arn = aws_iam_role.logs.arn
}

resource "aws_cloudwatch_log_group" "access" {
  name = "rest-access"
}

resource "aws_api_gateway_rest_api" "shop" {
  name                     = "rest-shop"
  description              = "by hand"
  binary_media_types       = ["image/png", "application/x-gzip"]
  minimum_compression_size = "1024"
  api_key_source           = "HEADER"
  endpoint_configuration {
    types = ["REGIONAL"]
  }
  tags = { team = "shop" }
}

resource "aws_api_gateway_rest_api_policy" "shop" {
  rest_api_id = aws_api_gateway_rest_api.shop.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action    = "execute-api:Invoke"
      Resource  = "${aws_api_gateway_rest_api.shop.execution_arn}/*"
    }]
  })
}

resource "aws_api_gateway_resource" "orders" {
  rest_api_id = aws_api_gateway_rest_api.shop.id
  parent_id   = aws_api_gateway_rest_api.shop.root_resource_id
  path_part   = "orders"
}

resource "aws_api_gateway_resource" "order" {
  rest_api_id = aws_api_gateway_rest_api.shop.id
  parent_id   = aws_api_gateway_resource.orders.id
  path_part   = "{id}"
}

resource "aws_api_gateway_model" "order" {
  rest_api_id  = aws_api_gateway_rest_api.shop.id
  name         = "Order"
  content_type = "application/json"
  schema       = jsonencode({ type = "object", required = ["id"] })
}

resource "aws_api_gateway_request_validator" "all" {
  rest_api_id                 = aws_api_gateway_rest_api.shop.id
  name                        = "all"
  validate_request_body       = true
  validate_request_parameters = true
}

resource "aws_iam_role" "function" {
  name = "rest-function"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_lambda_function" "hello" {
  function_name = "rest-hello"
  role          = aws_iam_role.function.arn
  runtime       = "nodejs20.x"
  handler       = "index.handler"
  filename      = "${path.root}/function.zip"
}

resource "aws_lambda_permission" "hello" {
  function_name = aws_lambda_function.hello.function_name
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.shop.execution_arn}/*"
}

resource "aws_api_gateway_authorizer" "token" {
  rest_api_id                      = aws_api_gateway_rest_api.shop.id
  name                             = "token"
  type                             = "TOKEN"
  authorizer_uri                   = aws_lambda_function.hello.invoke_arn
  authorizer_result_ttl_in_seconds = 10
  identity_validation_expression   = "^Bearer .+"
}

resource "aws_api_gateway_method" "get" {
  rest_api_id          = aws_api_gateway_rest_api.shop.id
  resource_id          = aws_api_gateway_resource.order.id
  http_method          = "GET"
  authorization        = "NONE"
  request_validator_id = aws_api_gateway_request_validator.all.id
  request_parameters = {
    "method.request.path.id"          = true
    "method.request.querystring.full" = false
  }
}

resource "aws_api_gateway_integration" "get" {
  rest_api_id       = aws_api_gateway_rest_api.shop.id
  resource_id       = aws_api_gateway_resource.order.id
  http_method       = aws_api_gateway_method.get.http_method
  type              = "MOCK"
  request_templates = { "application/json" = jsonencode({ statusCode = 200 }) }
}

resource "aws_api_gateway_method_response" "ok" {
  rest_api_id         = aws_api_gateway_rest_api.shop.id
  resource_id         = aws_api_gateway_resource.order.id
  http_method         = aws_api_gateway_method.get.http_method
  status_code         = "200"
  response_models     = { "application/json" = "Empty" }
  response_parameters = { "method.response.header.X-Shop" = true }
}

resource "aws_api_gateway_integration_response" "ok" {
  rest_api_id         = aws_api_gateway_rest_api.shop.id
  resource_id         = aws_api_gateway_resource.order.id
  http_method         = aws_api_gateway_method.get.http_method
  status_code         = aws_api_gateway_method_response.ok.status_code
  response_parameters = { "method.response.header.X-Shop" = "'open'" }
  response_templates  = { "application/json" = "{\"order\":\"$input.params('id')\",\"table\":\"$stageVariables.table\"}" }
  depends_on          = [aws_api_gateway_integration.get]
}

resource "aws_api_gateway_method" "post" {
  rest_api_id      = aws_api_gateway_rest_api.shop.id
  resource_id      = aws_api_gateway_resource.orders.id
  http_method      = "POST"
  authorization    = "CUSTOM"
  authorizer_id    = aws_api_gateway_authorizer.token.id
  api_key_required = true
  request_models   = { "application/json" = aws_api_gateway_model.order.name }
}

resource "aws_api_gateway_integration" "post" {
  rest_api_id             = aws_api_gateway_rest_api.shop.id
  resource_id             = aws_api_gateway_resource.orders.id
  http_method             = aws_api_gateway_method.post.http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = aws_lambda_function.hello.invoke_arn
  timeout_milliseconds    = 5000
}

resource "aws_api_gateway_method" "forward" {
  rest_api_id        = aws_api_gateway_rest_api.shop.id
  resource_id        = aws_api_gateway_rest_api.shop.root_resource_id
  http_method        = "ANY"
  authorization      = "AWS_IAM"
  request_parameters = { "method.request.header.X-Key" = false }
}

resource "aws_api_gateway_integration" "forward" {
  rest_api_id             = aws_api_gateway_rest_api.shop.id
  resource_id             = aws_api_gateway_rest_api.shop.root_resource_id
  http_method             = aws_api_gateway_method.forward.http_method
  type                    = "HTTP_PROXY"
  integration_http_method = "ANY"
  uri                     = "https://example.com/"
  cache_key_parameters    = ["method.request.header.X-Key"]
  request_parameters      = { "integration.request.header.X-Key" = "method.request.header.X-Key" }
}

resource "aws_api_gateway_gateway_response" "denied" {
  rest_api_id         = aws_api_gateway_rest_api.shop.id
  response_type       = "ACCESS_DENIED"
  status_code         = "418"
  response_templates  = { "application/json" = "{\"why\":$context.error.messageString}" }
  response_parameters = { "gatewayresponse.header.X-Denied" = "'yes'" }
}

resource "aws_api_gateway_documentation_part" "api" {
  rest_api_id = aws_api_gateway_rest_api.shop.id
  properties  = jsonencode({ description = "A shop" })
  location {
    type = "API"
  }
}

resource "aws_api_gateway_documentation_version" "one" {
  rest_api_id = aws_api_gateway_rest_api.shop.id
  version     = "1"
  description = "first"
  depends_on  = [aws_api_gateway_documentation_part.api]
}

resource "aws_api_gateway_deployment" "now" {
  rest_api_id = aws_api_gateway_rest_api.shop.id
  triggers = {
    redeployment = sha1(jsonencode([
      aws_api_gateway_integration.get.id,
      aws_api_gateway_integration.post.uri,
      aws_api_gateway_integration.forward.uri,
      aws_api_gateway_integration_response.ok.response_templates,
      aws_api_gateway_rest_api_policy.shop.policy,
    ]))
  }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_client_certificate" "one" {
  description = "shown to backends"
}

resource "aws_api_gateway_stage" "prod" {
  rest_api_id           = aws_api_gateway_rest_api.shop.id
  deployment_id         = aws_api_gateway_deployment.now.id
  stage_name            = "prod"
  description           = "served"
  variables             = { table = "orders" }
  client_certificate_id = aws_api_gateway_client_certificate.one.id
  documentation_version = aws_api_gateway_documentation_version.one.version
  xray_tracing_enabled  = true
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format          = "$context.requestId $context.status"
  }
  tags       = { team = "shop" }
  depends_on = [aws_api_gateway_account.account]
}

resource "aws_api_gateway_method_settings" "all" {
  rest_api_id = aws_api_gateway_rest_api.shop.id
  stage_name  = aws_api_gateway_stage.prod.stage_name
  method_path = "*/*"
  settings {
    metrics_enabled        = true
    logging_level          = "ERROR"
    throttling_rate_limit  = 500
    throttling_burst_limit = 200
  }
}

resource "aws_api_gateway_method_settings" "order" {
  rest_api_id = aws_api_gateway_rest_api.shop.id
  stage_name  = aws_api_gateway_stage.prod.stage_name
  method_path = "orders/GET"
  settings {
    data_trace_enabled = true
    logging_level      = "INFO"
  }
}

resource "aws_api_gateway_api_key" "key" {
  name = "rest-key"
  tags = { team = "shop" }
}

resource "aws_api_gateway_usage_plan" "basic" {
  name         = "rest-basic"
  product_code = "shop"
  api_stages {
    api_id = aws_api_gateway_rest_api.shop.id
    stage  = aws_api_gateway_stage.prod.stage_name
    throttle {
      path        = "/orders/POST"
      burst_limit = 5
      rate_limit  = 10
    }
  }
  quota_settings {
    limit  = 100
    offset = 1
    period = "WEEK"
  }
  throttle_settings {
    burst_limit = 5
    rate_limit  = 10
  }
}

resource "aws_api_gateway_usage_plan_key" "key" {
  key_id        = aws_api_gateway_api_key.key.id
  key_type      = "API_KEY"
  usage_plan_id = aws_api_gateway_usage_plan.basic.id
}

resource "aws_api_gateway_domain_name" "shop" {
  domain_name              = "rest.example.com"
  regional_certificate_arn = "arn:aws:acm:us-east-1:${data.aws_caller_identity.me.account_id}:certificate/one"
  security_policy          = "TLS_1_2"
  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_base_path_mapping" "shop" {
  domain_name = aws_api_gateway_domain_name.shop.domain_name
  api_id      = aws_api_gateway_rest_api.shop.id
  stage_name  = aws_api_gateway_stage.prod.stage_name
  base_path   = "shop"
}

resource "aws_api_gateway_rest_api" "described" {
  name = "rest-described"
  body = jsonencode({
    openapi = "3.0.1"
    info    = { title = "rest-described", version = "1.0" }
    paths = {
      "/ip" = {
        get = {
          responses = { "200" = { description = "ok" } }
          x-amazon-apigateway-integration = {
            type      = "mock"
            responses = { default = { statusCode = "200" } }
            requestTemplates = {
              "application/json" = "{\"statusCode\":200}"
            }
          }
        }
      }
    }
  })
  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_deployment" "described" {
  rest_api_id = aws_api_gateway_rest_api.described.id
  triggers    = { redeployment = sha1(aws_api_gateway_rest_api.described.body) }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "described" {
  rest_api_id   = aws_api_gateway_rest_api.described.id
  deployment_id = aws_api_gateway_deployment.described.id
  stage_name    = "test"
}

# Of a private domain name, and what may reach it.
resource "aws_api_gateway_domain_name" "private" {
  domain_name     = "rest.private.example.com"
  certificate_arn = "arn:aws:acm:us-east-1:${data.aws_caller_identity.me.account_id}:certificate/one"
  policy          = jsonencode({ Version = "2012-10-17", Statement = [] })
  endpoint_configuration {
    types = ["PRIVATE"]
  }
}

resource "aws_api_gateway_domain_name_access_association" "private" {
  access_association_source      = "vpce-0123456789abcdef0"
  access_association_source_type = "VPCE"
  domain_name_arn                = aws_api_gateway_domain_name.private.arn
}

resource "aws_api_gateway_vpc_link" "private" {
  name        = "rest-link"
  target_arns = ["arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/a/b"]
}

resource "aws_api_gateway_rest_api" "merged" {
  name              = "rest-merged"
  put_rest_api_mode = "merge"
  fail_on_warnings  = true
  parameters        = { basepath = "prepend" }
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = "execute-api:Invoke", Resource = "*" }]
  })
  body = jsonencode({
    swagger  = "2.0"
    basePath = "/v1"
    info     = { title = "other", version = "1.0" }
    paths    = { "/a" = { get = { x-amazon-apigateway-integration = { type = "mock" } } } }
  })
  disable_execute_api_endpoint = true
}

data "aws_api_gateway_resource" "order" {
  rest_api_id = aws_api_gateway_rest_api.shop.id
  path        = "/orders/{id}"
  depends_on  = [aws_api_gateway_resource.order]
}

data "aws_api_gateway_export" "shop" {
  rest_api_id = aws_api_gateway_stage.prod.rest_api_id
  stage_name  = aws_api_gateway_stage.prod.stage_name
  export_type = "oas30"
  parameters  = { extensions = "apigateway" }
}

output "facts" {
  value = {
    api      = aws_api_gateway_rest_api.shop.id
    arn      = aws_api_gateway_rest_api.shop.execution_arn
    order    = data.aws_api_gateway_resource.order.id
    exported = jsondecode(data.aws_api_gateway_export.shop.body).info.title
    url      = aws_api_gateway_stage.prod.invoke_url
    key      = nonsensitive(aws_api_gateway_api_key.key.value)
    expiry   = aws_api_gateway_client_certificate.one.expiration_date
    regional = aws_api_gateway_domain_name.shop.regional_zone_id
  }
}
