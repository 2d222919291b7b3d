"""What is known of Helm charts: which make a load balancer unless they are told not to."""

from typing import Any

OPEN_BY_DEFAULT = frozenset(
    (
        # Bitnami's applications and servers, whose values had `service.type: LoadBalancer` by 2025.
        # One that is missing here is still warned of, unless its values say otherwise.
        *("apache", "concourse", "dokuwiki", "drupal", "ejbca", "ghost", "jasperreports"),
        *("jenkins", "joomla", "jupyterhub", "magento", "matomo", "mediawiki", "moodle", "odoo"),
        *("opencart", "osclass", "parse", "phpbb", "prestashop", "redmine", "sonarqube"),
        *("suitecrm", "tomcat", "wildfly", "wordpress"),
        # Others whose own values say so.
        *("neo4j", "openvpn", "gitlab", "airbyte", "unifi", "pihole"),
    )
)
"""Charts whose Service is a load balancer by default, by the name of the chart."""


def is_pinned(values: Any) -> bool:
    """Whether the values of a release say of a Service that its type is ClusterIP."""
    if not isinstance(values, dict):
        return False
    for key, item in values.items():
        if not isinstance(item, dict):
            continue
        if "service" in str(key).lower() and item.get("type") == "ClusterIP":
            return True
        if is_pinned(item):
            return True
    return False
