terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "environment" {
  type        = string
  description = "For instance pr-123."
}

variable "owner" {
  type = string
}

variable "ttl" {
  type        = string
  default     = "3d"
  description = "How long after its creation a resource may go. Empty: it carries no expiry tag."
  validation {
    condition     = var.ttl == "" || can(regex("^(\\d+w)?(\\d+d)?(\\d+h)?(\\d+min)?$", var.ttl))
    error_message = "Write 4h, 3d, 2w or 1w2d6h. A bare m or y is ambiguous."
  }
}

locals {
  expiry = var.ttl == "" ? {} : { ttl = var.ttl }
  tags   = merge({ environment = var.environment, owner = var.owner }, local.expiry)
}

provider "aws" {
  default_tags {
    tags = local.tags
  }

  # mayfly extend writes expires-at; the next apply must not take it off again.
  ignore_tags {
    keys = ["expires-at"]
  }
}

resource "aws_sqs_queue" "orders" {
  name = "orders-${var.environment}"
}

# Default tags do not reach Auto Scaling groups: they have tag blocks of their own.
resource "aws_autoscaling_group" "web" {
  name_prefix        = "web-${var.environment}-"
  min_size           = 0
  max_size           = 2
  availability_zones = ["eu-west-1a"]

  launch_template {
    id = aws_launch_template.web.id
  }

  dynamic "tag" {
    for_each = local.tags
    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }
}

resource "aws_launch_template" "web" {
  name_prefix   = "web-${var.environment}-"
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t4g.small"
}
