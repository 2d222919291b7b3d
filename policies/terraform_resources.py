"""PT320: no resource of a type that could be another entrance."""

from collections.abc import Iterator

from compiler.policies.shape import Block, Context, Finding

ID = "PT320"
TITLE = "Terraform resource that could be another entrance"
SEVERITY = "error"
RATIONALE = (
    "AWS has dozens of services that give an app a public address of its own: load balancers, API "
    "gateways, function URLs, accelerators. A list of those would be out of date with the next "
    "release of the provider, so the list is of what is known to be none."
)
WHAT = (
    "Refuses resources of every type that is not known to be harmless, and data sources that run "
    "programs, ask other servers or read files."
)
FIX = (
    "Let an app's spec expose it through the shared entrance. What is needed beside it, and is not "
    "on the list, belongs in a root of the platform's own that is not checked here."
)
BLOCKS = ("resource", "data", "ephemeral", "list", "action")
ONE_DOOR = True

FAILING = """\
{
  "resource": {
    "aws_lb": {
      "shop": {
        "name": "shop"
      }
    }
  }
}
"""
PASSING = """\
{
  "data": {
    "aws_lb": {
      "shared": {
        "name": "shared"
      }
    }
  }
}
"""

# What a type makes, by how it begins; only for the message: what is not allowed is refused anyway.
_ENTRANCES = {
    "aws_alb": "a load balancer",
    "aws_amplify_": "a web site with an address of its own",
    "aws_api_gateway_": "an API gateway",
    "aws_apigatewayv2_": "an API gateway",
    "aws_apprunner_": "a service with an address of its own",
    "aws_appsync_": "an API with an address of its own",
    "aws_autoscaling_": "virtual machines, which may have public addresses",
    "aws_cloudcontrolapi_": "a resource of any type",
    "aws_cloudformation_": "whatever resources its template names",
    "aws_cloudfront_continuous_deployment_policy": "a second distribution for the same hosts",
    "aws_cloudfront_vpc_origin": "another way for CloudFront into the network",
    "aws_cloudwatch_event_target": "whatever its rule starts: containers, commands, functions",
    "aws_cognito_user_pool_domain": "a host of its own",
    "aws_ec2_client_vpn_": "a way into the network",
    "aws_ec2_fleet": "virtual machines, which may have public addresses",
    "aws_ecs_": "containers that may have public addresses",
    "aws_eip": "a public address",
    "aws_eks_access_": "rights in the cluster, with which anything can be exposed",
    "aws_eks_addon": "workloads in the cluster that no manifest shows",
    "aws_elastic_beanstalk_": "an app with a load balancer of its own",
    "aws_elb": "a load balancer",
    "aws_gamelift_": "servers with public addresses",
    "aws_globalaccelerator_": "public addresses that lead into the network",
    "aws_instance": "a virtual machine, which may have a public address",
    "aws_iot_": "an endpoint that is reached from the internet",
    "aws_lambda_function_url": "a public address for a function",
    "aws_launch_": "virtual machines, which may have public addresses",
    "aws_lb": "a load balancer",
    "aws_lightsail_": "servers with public addresses",
    "aws_network_interface": "an interface that may have a public address",
    "aws_opsworks_": "servers with public addresses",
    "aws_route53_records_exclusive": "all records of a zone at once",
    "aws_route53_traffic_policy": "records that lead wherever its document says",
    "aws_route53domains_": "a domain whose name servers it decides",
    "aws_s3_access_point": "another address of a bucket",
    "aws_s3_bucket_website_configuration": "a public web site of a bucket",
    "aws_s3control_": "another address of a bucket",
    "aws_spot_": "virtual machines, which may have public addresses",
    "aws_transfer_": "a file server that is reached from the internet",
    "aws_verifiedaccess_": "public endpoints that lead into the network",
    "aws_vpc_endpoint_service": "a load balancer offered to other accounts",
    "aws_vpc_peering_": "a way into the network",
    "aws_vpclattice_": "services with addresses of their own",
    "aws_vpn_": "a way into the network",
    "aws_ec2_transit_gateway": "a way into the network",
    "helm_": "objects in the cluster that no manifest shows",
    "kubectl_": "objects in the cluster that no manifest shows",
    "kubernetes_": "objects in the cluster that no manifest shows",
    "kustomization_": "objects in the cluster that no manifest shows",
}

# Types that make nothing reachable, or whose arguments another rule judges.
_ALLOWED = frozenset(
    f"aws_{name}"
    for name in (
        *("acm_certificate", "acm_certificate_validation"),
        *("budgets_budget", "cloudtrail"),
        *("cloudfront_cache_policy", "cloudfront_distribution", "cloudfront_function"),
        *("cloudfront_field_level_encryption_config", "cloudfront_field_level_encryption_profile"),
        *("cloudfront_key_group", "cloudfront_key_value_store", "cloudfront_public_key"),
        *("cloudfront_monitoring_subscription", "cloudfront_origin_access_control"),
        *("cloudfront_origin_access_identity", "cloudfront_origin_request_policy"),
        *("cloudfront_realtime_log_config", "cloudfront_response_headers_policy"),
        *("cloudfrontkeyvaluestore_key", "cloudfrontkeyvaluestore_keys_exclusive"),
        *("cloudwatch_composite_alarm", "cloudwatch_dashboard", "cloudwatch_event_rule"),
        *("cloudwatch_log_delivery", "cloudwatch_log_delivery_source"),
        *("cloudwatch_log_delivery_destination", "cloudwatch_log_delivery_destination_policy"),
        *("cloudwatch_log_data_protection_policy", "cloudwatch_log_group"),
        *("cloudwatch_log_metric_filter", "cloudwatch_log_resource_policy"),
        *("cloudwatch_log_stream", "cloudwatch_log_subscription_filter"),
        *("cloudwatch_metric_alarm", "cloudwatch_query_definition"),
        *("db_instance", "db_option_group", "db_parameter_group", "db_subnet_group"),
        *("default_security_group", "dynamodb_table", "dynamodb_table_item"),
        *("ebs_volume", "ebs_encryption_by_default"),
        *("ec2_managed_prefix_list", "ec2_managed_prefix_list_entry", "ec2_tag"),
        *("ecr_lifecycle_policy", "ecr_pull_through_cache_rule", "ecr_repository"),
        *("ecr_registry_scanning_configuration", "ecr_replication_configuration"),
        "ecr_repository_policy",
        *("efs_access_point", "efs_backup_policy", "efs_file_system", "efs_mount_target"),
        *("egress_only_internet_gateway", "eks_cluster", "eks_fargate_profile", "eks_node_group"),
        *("eks_pod_identity_association", "elasticache_cluster", "elasticache_parameter_group"),
        *("elasticache_replication_group", "elasticache_subnet_group"),
        "flow_log",
        *("iam_group", "iam_group_policy", "iam_group_policy_attachment", "iam_instance_profile"),
        *("iam_openid_connect_provider", "iam_policy", "iam_policy_attachment", "iam_role"),
        *("iam_role_policy", "iam_role_policy_attachment", "iam_service_linked_role"),
        *("iam_user_policy", "iam_user_policy_attachment"),
        *("internet_gateway", "kinesis_firehose_delivery_stream", "kinesis_stream"),
        *("kms_alias", "kms_key", "kms_key_policy", "kms_replica_key"),
        *("lambda_alias", "lambda_event_source_mapping", "lambda_function"),
        *("lambda_layer_version", "lambda_permission", "main_route_table_association"),
        *("nat_gateway", "network_acl", "network_acl_rule", "placement_group"),
        *("rds_cluster", "rds_cluster_instance", "rds_cluster_parameter_group"),
        *("resourcegroups_group", "route", "route_table", "route_table_association"),
        *("route53_delegation_set", "route53_health_check", "route53_hosted_zone_dnssec"),
        *("route53_key_signing_key", "route53_query_log", "route53_record", "route53_zone"),
        "route53_zone_association",
        *("s3_account_public_access_block", "s3_bucket", "s3_bucket_acl"),
        *("s3_bucket_cors_configuration", "s3_bucket_intelligent_tiering_configuration"),
        *("s3_bucket_inventory", "s3_bucket_lifecycle_configuration", "s3_bucket_logging"),
        *("s3_bucket_metric", "s3_bucket_notification", "s3_bucket_object"),
        *("s3_bucket_object_lock_configuration", "s3_bucket_ownership_controls"),
        *("s3_bucket_policy", "s3_bucket_public_access_block", "s3_bucket_versioning"),
        *("s3_bucket_replication_configuration", "s3_object"),
        "s3_bucket_server_side_encryption_configuration",
        *("secretsmanager_secret", "secretsmanager_secret_policy"),
        *("secretsmanager_secret_rotation", "secretsmanager_secret_version"),
        *("security_group", "security_group_rule"),
        *("sns_topic", "sns_topic_policy", "sns_topic_subscription"),
        *("sqs_queue", "sqs_queue_policy", "sqs_queue_redrive_allow_policy"),
        *("sqs_queue_redrive_policy", "ssm_parameter", "subnet"),
        *("vpc", "vpc_dhcp_options", "vpc_dhcp_options_association", "vpc_endpoint"),
        *("vpc_endpoint_policy", "vpc_endpoint_route_table_association"),
        *("vpc_endpoint_security_group_association", "vpc_endpoint_subnet_association"),
        *("vpc_ipv4_cidr_block_association", "vpc_ipv6_cidr_block_association"),
        *("vpc_security_group_egress_rule", "vpc_security_group_ingress_rule"),
        *("wafv2_ip_set", "wafv2_regex_pattern_set", "wafv2_rule_group", "wafv2_web_acl"),
        *("wafv2_web_acl_association", "wafv2_web_acl_logging_configuration"),
    )
)
# Of providers that reach nothing; what they make is a value in the state.
_VALUES = frozenset(
    (
        "terraform_data",
        *("random_bytes", "random_id", "random_integer", "random_password", "random_pet"),
        *("random_shuffle", "random_string", "random_uuid"),
        *("time_offset", "time_rotating", "time_sleep", "time_static"),
        *("tls_cert_request", "tls_locally_signed_cert", "tls_private_key", "tls_self_signed_cert"),
    )
)
# Data sources of AWS that do more than look something up.
_ACTING_DATA = ("aws_lambda_invocation",)
_OTHER_DATA = ("tls_certificate", "tls_public_key")


def findings(block: Block, context: Context) -> Iterator[Finding]:
    """Judge the type of one block."""
    type = block.type
    if block.kind == "data":
        reads = type.startswith("aws_") and type not in _ACTING_DATA
        if not reads and type not in _OTHER_DATA:
            yield Finding(
                (),
                f"{block.address} does more than look something up in AWS: it may run a program, "
                "read a file, or ask another server, while the plan is made",
                "write the value down, or look it up in AWS",
            )
    elif block.kind != "resource":
        yield Finding(
            (),
            f'`{block.kind} "{type}"` is not known here: what it does cannot be judged',
            "use a resource",
        )
    elif type not in _ALLOWED and type not in _VALUES:
        makes = [what for begins, what in _ENTRANCES.items() if type.startswith(begins)]
        if makes:
            yield Finding(
                (),
                f"{block.address} makes {makes[0]}, beside the shared entrance",
                "remove it, and let an app spec expose the app through the shared entrance",
            )
        else:
            yield Finding(
                (),
                f"{block.address} is of a type that is not known to be harmless",
                "remove it; what belongs to the platform stands in a root that is not checked here",
            )
