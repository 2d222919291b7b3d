"""Functions with their two stages: what is written, and what a distribution runs.

moto knows neither how to publish nor to change one, and deletes one that is in use.
https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_PublishFunction.html
"""

import copy
from typing import Any

from moto.cloudfront import urls
from moto.cloudfront.exceptions import CloudFrontException, NoSuchFunctionExists
from moto.cloudfront.models import CloudFrontBackend, CloudFrontFunction, random_id
from moto.cloudfront.responses import CloudFrontResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow

Json = dict[str, Any]

# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
MOST_CODE = 10 * 1024

_NAME = "/(?P<function_name>[^/]+)"
_PATHS = ("$", f"{_NAME}$", f"{_NAME}/describe$", f"{_NAME}/publish$")


def install() -> None:
    for path in [path for path in urls.url_paths if "/function" in path]:
        del urls.url_paths[path]
    for tail in _PATHS:
        urls.url_paths[f"{{0}}/2020-05-31/function{tail}"] = Requests.dispatch


class Function(CloudFrontFunction):
    """One function. `live` is what was last published of it."""

    live: CloudFrontFunction | None = None

    def publish(self) -> CloudFrontFunction:
        self.live = copy.copy(self)
        self.live.stage, self.live.status = "LIVE", "UNASSOCIATED"
        return self.live


def require_live(backend: CloudFrontBackend, arn: str) -> None:
    """Raises what AWS says of a distribution that names a function which is not published."""
    for function in backend.functions.values():
        if function.arn == arn and getattr(function, "live", None) is not None:
            return
    raise CloudFrontException(
        "InvalidFunctionAssociation", f"the function {arn} does not exist in the LIVE stage"
    )


class Requests(CloudFrontResponse):
    """moto calls the method that has the name of the operation."""

    def create_function(self) -> ActionResult:
        name, config, code = self._asked()
        if name in self.backend.functions:
            raise CloudFrontException("FunctionAlreadyExists", f"{name} exists")
        function = Function(self.current_account, self.region, name, config, code)
        self.backend.functions[name] = function
        return _summary(function, Location=f"https://cloudfront.amazonaws.com/{name}")

    def update_function(self) -> ActionResult:
        function = self._matching()
        _, function.config, function.code = self._asked()
        function.etag, function.last_modified_time = random_id(), utcnow()
        return _summary(function)

    def publish_function(self) -> ActionResult:
        return _summary(self._matching().publish())

    def describe_function(self) -> ActionResult:
        return _summary(self._of_stage())

    def get_function(self) -> ActionResult:
        function = self._of_stage()
        return ActionResult(
            {
                "FunctionCode": function.code,
                "ETag": function.etag,
                "ContentType": "application/octet-stream",
            }
        )

    def delete_function(self) -> ActionResult:
        function = self._matching()
        for distribution in self.backend.distributions.values():
            if function.arn in str(_associated(distribution.distribution_config)):
                raise CloudFrontException("FunctionInUse", f"{function.name} is in use")
        del self.backend.functions[function.name]
        return EmptyResult()

    def _asked(self) -> tuple[str, Json, bytes]:
        code = self._get_param("FunctionCode")
        if len(code) > MOST_CODE:
            raise CloudFrontException("FunctionSizeLimitExceeded", f"{len(code)} bytes of code")
        return self._get_param("Name"), self._get_param("FunctionConfig", {}), code

    def _written(self) -> Function:
        function = self.backend.functions.get(self._get_param("Name"))
        if not isinstance(function, Function):
            raise NoSuchFunctionExists(self._get_param("Name"))
        return function

    def _of_stage(self) -> CloudFrontFunction:
        function = self._written()
        if self._get_param("Stage") != "LIVE":
            return function
        if function.live is None:
            raise NoSuchFunctionExists(function.name)
        return function.live

    def _matching(self) -> Function:
        function = self._written()
        if self._get_param("IfMatch") != function.etag:
            raise CloudFrontException("PreconditionFailed", "the function has changed meanwhile")
        return function


def _associated(config: Any) -> Any:
    return vars(config.DefaultCacheBehavior).get("function_associations")


def _summary(function: CloudFrontFunction, **more: str) -> ActionResult:
    return ActionResult(
        {"FunctionSummary": function.function_summary, "ETag": function.etag, **more}
    )
