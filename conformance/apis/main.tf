# APIs of every kind, each a module: one plan for all, since the provider takes
# seconds to start.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {}

module "rest" {
  source = "./rest"
}

output "rest" {
  value = module.rest.facts
}

variable "issuer" {
  type = string
}

variable "queue" {
  type = string
}

module "http" {
  source = "./http"
  issuer = var.issuer
  queue  = var.queue
}

output "http" {
  value = module.http.facts
}

module "websocket" {
  source = "./websocket"
}

output "websocket" {
  value = module.websocket.facts
}
