variable "subnets" {
  description = "Subnets, like \"a\" or ${"$"}{b}"
  type = map(object({
    cidr = string
    az   = optional(string, "eu-west-1a")
    tags = optional(map(string), {})
  }))
  default = {}
  validation {
    condition     = alltrue([for s in var.subnets : can(cidrhost(s.cidr, 0))])
    error_message = "Each must be a CIDR."
  }
}
variable "create" { default = true }

locals {
  # comment
  names = [for k, v in var.subnets : upper(k) if v.az != null && length(v.tags) > 0]
  by_az = {
    for k, v in var.subnets : v.az => k...
  }
  max = max(length(var.subnets), 3)
  tags = merge(
    { "Name" = "x", Env : "dev" },
    var.create ? { managed-by = "terraform" } : {},
  )
  cond = (
    var.create
    ? "a"
    : "b"
  )
  regex   = regex("^(\\d+)-(.*)$", "12-ab")[0]
  y-1     = 1 - 2
  neg     = -local.max
  policy  = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::${local.cond}/*"}]
    }
  EOT
  tmpl = <<EOT
%{for n in local.names~}
${n}
%{endfor~}
EOT
  n = { 80 = "http", "a.b/c" = "d", (local.cond) = "e" }
}

resource "aws_subnet" "this" {
  for_each = var.create ? var.subnets : {}

  vpc_id            = element(concat(aws_vpc.this.*.id, [""]), 0)
  cidr_block        = each.value.cidr
  availability_zone = try(each.value.az, null)

  tags = merge(local.tags, each.value.tags, { "Name" = format("%s-%s", "x", each.key) })

  lifecycle {
    create_before_destroy = true
    ignore_changes        = [tags["a"], map_public_ip_on_launch]
  }
}

resource "aws_vpc" "this" {
  count      = var.create ? 1 : 0
  cidr_block = "10.0.0.0/16"
}

resource "aws_security_group" "this" {
  name   = "x"
  vpc_id = aws_vpc.this[0].id
  dynamic "ingress" {
    for_each = toset([80, 443])
    iterator = port
    content {
      from_port   = port.value
      to_port     = port.value
      protocol    = "tcp"
      cidr_blocks = [for s in aws_subnet.this : s.cidr_block]
    }
  }
  timeouts { create = "5m" }
}
output "x" {
  value       = { for k, s in aws_subnet.this : k => s.id if s.id != "" }
  sensitive   = false
  depends_on  = [aws_vpc.this]
}
output "splat" { value = [aws_vpc.this[*].id, values(aws_subnet.this)[*].id, length(aws_vpc.this.0.id)] }
