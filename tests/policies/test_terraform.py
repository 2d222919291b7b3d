"""Terraform: every way around its rules that somebody would try next, and what only looks like one."""

import pytest

from tests.policies.terraform_root import CONTEXT, KNOWN, ids, judged

FUNCTION_IN = 'resource "aws_sns_topic" "x" {{\n  name = {}\n}}\n'

REFUSED: list[tuple[str, str]] = [
    # PT320: types.
    ("PT320", 'resource "aws_lb" "x" {}'),
    ("PT320", 'resource "aws_alb" "x" {}'),
    ("PT320", 'resource "aws_elb" "x" {}'),
    ("PT320", 'resource aws_lb x {}'),
    ("PT320", 'resource "aws_lb_listener" "x" {}'),
    ("PT320", 'resource "aws_lb_target_group_attachment" "x" {}'),
    ("PT320", 'resource "aws_eip" "x" {}'),
    ("PT320", 'resource "aws_instance" "x" { associate_public_ip_address = false }'),
    ("PT320", 'resource "aws_spot_instance_request" "x" {}'),
    ("PT320", 'resource "aws_ecs_service" "x" {}'),
    ("PT320", 'resource "aws_apprunner_service" "x" {}'),
    ("PT320", 'resource "aws_cloudformation_stack" "x" {}'),
    ("PT320", 'resource "aws_cloudcontrolapi_resource" "x" {}'),
    ("PT320", 'resource "aws_route53_traffic_policy_instance" "x" {}'),
    ("PT320", 'resource "aws_route53domains_registered_domain" "x" {}'),
    ("PT320", 'resource "aws_s3_bucket_website_configuration" "x" {}'),
    ("PT320", 'resource "aws_cloudfront_vpc_origin" "x" {}'),
    ("PT320", 'resource "aws_cloudfront_distribution_tenant" "x" {}'),
    ("PT320", 'resource "aws_something_new" "x" {}'),
    ("PT320", 'resource "kubernetes_service" "x" {}'),
    ("PT320", 'resource "kubernetes_manifest" "x" {}'),
    ("PT320", 'resource "helm_release" "x" {}'),
    ("PT320", 'resource "kubectl_manifest" "x" {}'),
    ("PT320", 'resource "aws_eks_addon" "x" {}'),
    ("PT320", 'resource "aws_eks_access_policy_association" "x" {}'),
    ("PT320", 'resource "local_file" "x" {}'),
    ("PT320", 'resource "null_resource" "x" {}'),
    ("PT320", 'resource "AWS_LB" "x" {}'),
    ("PT320", 'data "external" "x" { program = ["sh"] }'),
    ("PT320", 'data "http" "x" {}'),
    ("PT320", 'data "local_file" "x" {}'),
    ("PT320", 'data "aws_lambda_invocation" "x" {}'),
    ("PT320", 'data "terraform_remote_state" "x" {}'),
    ("PT320", 'ephemeral "aws_lambda_invocation" "x" {}'),
    ("PT320", '{"resource": {"aws_l\\u0062": {"x": {}}}}'),
    ("PT320", '{"resource": {"aws_sns_topic": {"a": {}}}, "resource": {"aws_lb": {"x": {}}}}'),
    ("PT320", '{"resource": [{"aws_sns_topic": {"a": {}}}, {"aws_lb": [{"x": [{}]}]}]}'),
    ("PT320", '[{"resource": {"aws_lb": {"x": {}}}}]'),
    # PT321: constructs.
    ("PT321", 'module "x" { source = "./x" }'),
    ("PT321", 'import {\n  to = aws_sns_topic.x\n  id = "y"\n}'),
    ("PT321", 'removed {\n  from = aws_sns_topic.x\n}'),
    ("PT321", 'check "x" {\n  data "aws_lb" "x" {}\n}'),
    ("PT321", 'resource "terraform_data" "x" {\n  provisioner "local-exec" { command = "id" }\n}'),
    ("PT321", 'resource "null_resource" "x" {\n  connection {}\n}'),
    ("PT321", 'resource "aws_security_group" "x" {\n  dynamic "ingress" {\n    for_each = []\n    content {}\n  }\n}'),
    ("PT321", 'data "aws_iam_policy_document" "x" {\n  dynamic "statement" {\n    for_each = []\n    content {}\n  }\n}'),
    ("PT321", 'resource "aws_wafv2_web_acl" "x" {\n  rule {\n    dynamic "action" {\n      for_each = []\n      content {}\n    }\n  }\n}'),
    ("PT321", '{"resource": {"null_resource": {"x": {"provisioner": [{"local-exec": {"command": "id"}}]}}}}'),
    ("PT321", 'store "x" {}'),
    # PT322: expressions.
    ("PT322", FUNCTION_IN.format('file("x")')),
    ("PT322", FUNCTION_IN.format('"${file("x")}"')),
    ("PT322", FUNCTION_IN.format('upper("${trimspace(file("x"))}")')),
    ("PT322", FUNCTION_IN.format('core::file("x")')),
    ("PT322", FUNCTION_IN.format('provider::aws::arn_parse("x")')),
    ("PT322", FUNCTION_IN.format('templatefile("x", {})')),
    ("PT322", FUNCTION_IN.format('templatestring(local.x, {})')),
    ("PT322", FUNCTION_IN.format('join("", fileset(".", "*"))')),
    ("PT322", FUNCTION_IN.format("timestamp()")),
    ("PT322", FUNCTION_IN.format("uuid()")),
    ("PT322", FUNCTION_IN.format('nonsensitive("x")')),
    ("PT322", FUNCTION_IN.format("path.module")),
    ("PT322", FUNCTION_IN.format("terraform.workspace")),
    ("PT322", FUNCTION_IN.format('terraform["workspace"]')),
    ("PT322", FUNCTION_IN.format('"%{ if true }x%{ endif }"')),
    ("PT322", FUNCTION_IN.format('<<E\n%{ for x in [1] }x%{ endfor }\nE')),
    ("PT322", FUNCTION_IN.format('{ (file("x")) = 1 }')),
    ("PT322", 'locals {\n  x = file("x")\n}'),
    ("PT322", 'output "x" { value = file("x") }'),
    ("PT322", 'provider "aws" {\n  region = file("x")\n  allowed_account_ids = ["111122223333"]\n}'),
    ("PT322", 'variable "x" {\n  validation {\n    condition = fileexists("x")\n  }\n}'),
    ("PT322", '{"resource": {"aws_sns_topic": {"x": {"tags": {"${file(\\"x\\")}": 1}}}}}'),
    ("PT322", '{"resource": {"aws_sns_topic": {"x": {"name": "\\u0024{file(1)}"}}}}'),
    ("PT322", '{"resource": {"aws_sns_topic": {"x": {"count": "${length(file(\\"x\\"))}"}}}}'),
    ("PT322", '{"resource": {"aws_sns_topic": {"x": {"name": "${"}}}}'),
    # PT323: providers, backends.
    ("PT323", 'provider "aws" {\n  allowed_account_ids = ["111122223333"]\n  profile = "other"\n}'),
    ("PT323", 'provider "aws" {\n  allowed_account_ids = ["111122223333"]\n  assume_role {}\n}'),
    ("PT323", 'provider "aws" {\n  allowed_account_ids = ["111122223333"]\n  endpoints {}\n}'),
    ("PT323", 'provider "aws" {\n  allowed_account_ids = ["111122223333"]\n  skip_requesting_account_id = true\n}'),
    ("PT323", 'provider "aws" {\n  allowed_account_ids = ["111122223333"]\n}\n' * 2),
    ("PT323", 'provider "kubernetes" {}'),
    ("PT323", 'provider "external" {}'),
    ("PT323", 'terraform {\n  cloud {}\n}'),
    ("PT323", 'terraform {\n  backend "http" {}\n}'),
    ("PT323", 'terraform {\n  backend "local" {}\n}'),
    ("PT323", 'terraform {\n  backend "s3" { profile = "x" }\n}'),
    ("PT323", 'terraform {\n  backend "s3" {\n    endpoints = {}\n  }\n}'),
    ("PT323", 'terraform {\n  backend "s3" {}\n}\nterraform {\n  backend "s3" {}\n}'),
    ("PT323", 'terraform {\n  required_providers {\n    aws = { source = "example/aws" }\n  }\n}'),
    ("PT323", 'terraform {\n  required_providers {\n    aws = { source = "x.example.com/hashicorp/aws" }\n  }\n}'),
    ("PT323", 'terraform {\n  required_providers {\n    helm = {}\n  }\n}'),
    ("PT323", 'terraform {\n  required_providers {\n    tls = { source = "hashicorp/external" }\n  }\n}'),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "text"), REFUSED)
def test_a_way_around_is_refused(rule: str, text: str) -> None:
    assert rule in ids(text)


ACCEPTED = [
    'data "aws_lb" "x" { name = "shared" }',
    'data "aws_caller_identity" "x" {}',
    'data "tls_certificate" "x" { url = "https://example.com" }',
    'resource "terraform_data" "x" { input = 1 }',
    'resource "random_password" "x" { length = 20 }',
    'resource "aws_sns_topic" "x" {\n  count = length(var.names)\n  name = var.names[count.index]\n}',
    'resource "aws_sns_topic" "x" {\n  for_each = toset(["a"])\n  name = each.value\n  tags = { path = "x", terraform = "yes" }\n}',
    'resource "aws_dynamodb_table" "x" {\n  dynamic "attribute" {\n    for_each = []\n    content {}\n  }\n}',
    'moved {\n  from = aws_sns_topic.a\n  to = aws_sns_topic.b\n}',
    'check "x" {\n  assert {\n    condition = true\n    error_message = "no"\n  }\n}',
    'variable "x" {\n  type = object({ a = string })\n  description = "like $${this}"\n  default = { a = "b" }\n}',
    'output "x" {\n  value = [for path in var.paths : upper(path)]\n  description = "of %%{ all }"\n}',
    FUNCTION_IN.format('"$${file(x)} %%{ if true }"'),
    FUNCTION_IN.format('"file(\\"x\\")"'),
    FUNCTION_IN.format('format("%s-%s", var.a, join("-", [for k, v in var.b : "${k}=${v}"]))'),
    FUNCTION_IN.format("<<-E\n  it's $${file(1)} and 100%\n  E"),
    '{"resource": {"aws_sns_topic": {"x": {"//": "as ${file(1)} does", "name": "x"}}}}',
    '{"//": "${file(1)}", "variable": {"x": {"default": "${file(1)}", "description": "%{ x }"}}}',
    'provider "aws" { allowed_account_ids = ["111122223333"] }',
    'provider "aws" {\n  allowed_account_ids = [111122223333]\n  default_tags {\n    tags = { a = "b" }\n  }\n}',
    'provider "aws" {\n  allowed_account_ids = ["111122223333"]\n}\nprovider "aws" {\n  alias = "us"\n  allowed_account_ids = [local.account]\n}\nlocals {\n  account = "111122223333"\n}',
    'provider "random" {}',
    'terraform {\n  required_version = ">= 1.11"\n  backend "s3" {\n    bucket = "x"\n    key = "y"\n    use_lockfile = true\n    allowed_account_ids = ["111122223333"]\n  }\n}',
    'terraform {\n  required_providers {\n    aws = { source = "HashiCorp/aws", version = "~> 5" }\n    tls = { source = "registry.terraform.io/hashicorp/tls" }\n    random = "~> 3"\n  }\n}',
]  # fmt: skip


@pytest.mark.parametrize("context", [CONTEXT, KNOWN], ids=["little known", "much known"])
@pytest.mark.parametrize("text", ACCEPTED)
def test_what_only_looks_like_a_way_around_is_let_be(text: str, context: object) -> None:
    assert judged(text, context) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "argument",
    [
        'region = "eu-west-1"',
        "allowed_account_ids = []",
        "allowed_account_ids = var.accounts",
        "allowed_account_ids = [var.account]",
        'allowed_account_ids = ["111122223333", "999999999999"]',
    ],
)
def test_a_provider_is_bound_to_the_account_that_is_known(argument: str) -> None:
    text = f'provider "aws" {{\n  {argument}\n}}\n'
    assert judged(text) == []
    assert ids(text, KNOWN) == {"PT323"}


def test_another_account_is_refused_where_the_account_is_known() -> None:
    provider = 'provider "aws" { allowed_account_ids = ["999999999999"] }'
    backend = 'terraform {\n  backend "s3" { allowed_account_ids = ["999999999999"] }\n}'
    anywhere = 'terraform {\n  backend "s3" { bucket = "x" }\n}'
    assert judged(provider) == judged(backend) == judged(anywhere) == []
    assert judged(provider, KNOWN) == [
        "PT323 the provider aws may change the account 999999999999, which is not the "
        "environment's: 111122223333"
    ]
    assert ids(backend, KNOWN) == ids(anywhere, KNOWN) == {"PT323"}


def test_a_message_says_what_a_type_would_make() -> None:
    assert judged('resource "aws_globalaccelerator_accelerator" "x" {}') == [
        "PT320 aws_globalaccelerator_accelerator.x makes public addresses that lead into the "
        "network, beside the shared entrance"
    ]
    assert judged('resource "aws_unheard_of" "x" {}') == [
        "PT320 aws_unheard_of.x is of a type that is not known to be harmless"
    ]


LOCALS = 'locals {{\n  a = [{}]\n  b = [{}]\n  c = [{}]\n  d = local.d\n  e = "x"\n}}\n'


def test_locals_that_stand_for_endless_values_take_no_time() -> None:
    many = ", ".join(["local.{}"] * 50)
    text = LOCALS.format(many.replace("{}", "b"), many.replace("{}", "c"), many.replace("{}", "a"))
    text += 'resource "aws_route53_record" "x" {\n  name = local.a\n  type = local.d\n  records = [local.e]\n}'
    assert ids(text) == {"PT332"}
