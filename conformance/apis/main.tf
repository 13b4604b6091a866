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
