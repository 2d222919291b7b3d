"""Runs the real Terraform on a copy of one root of Terraform JSON.

What a test has to change is changed in the copy itself, and a file that needs no change stays as
it is, byte for byte. Terraform's own way, an override file, would hide mistakes: an argument that
does not exist is no longer refused in a block that something overrides (Terraform 1.11).
"""

import base64
import copy
import fcntl
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests import programs
from tests.aws_server.process import AwsServer

Json = dict[str, Any]

# The account of a root that allows no account in particular; moto's default too.
ANY_ACCOUNT = "123456789012"

# Seconds. Ten times what a quiet machine of two cores needs: a test machine is rarely quiet.
INIT_TIMEOUT = 900.0
READ_TIMEOUT = 600.0
CHANGE_TIMEOUT = 1800.0

# What Terraform gets to put its state in order before it is killed.
GRACE_SECONDS = 30.0

# Nothing listens there: a root planned offline that asks AWS anything fails, and asks nobody.
NOWHERE = "http://127.0.0.1:9"


class TerraformFailed(AssertionError):
    """Terraform refused; the message is all that it said."""


class Finished(NamedTuple):
    """What one run of Terraform left behind."""

    code: int
    stdout: str
    stderr: str


class Root:
    """A copy of the root at `source` in the new folder `folder`.

    Offline (without `server`) it can be validated and planned: state is local, and the providers
    verify nothing. With `server` everything works, against that server only: the root's own
    providers sign in to the account that they allow, and its own S3 backend keeps the state in a
    bucket that is made for it.

    `variables` are the values of the root's input variables. `seconds` tells, after each
    command, how long it took. A `log` gets what Terraform tells only those who look for faults.
    """

    def __init__(
        self,
        source: Path,
        folder: Path,
        *,
        server: AwsServer | None = None,
        variables: Mapping[str, object] | None = None,
    ) -> None:
        self.terraform = programs.require(programs.terraform())
        self.folder = folder
        self.server = server
        self.variables = dict(variables or {})
        self.seconds: dict[str, float] = {}
        self.log: Path | None = None

        self.bodies = {file.name: _read(file) for file in sorted(source.glob("*.tf.json"))}
        if not self.bodies:
            raise ValueError(f"no *.tf.json in {source}")
        self.account = _allowed_account(self.bodies)
        if server and (backend := _s3_backend(self.bodies)):
            server.make_bucket(backend["bucket"], self.account, backend["region"])

        folder.mkdir(parents=True)
        for name in self.bodies:
            shutil.copyfile(source / name, folder / name)
        self._change(self._for_tests)

    def init(self) -> None:
        mirror = programs.provider_mirror()
        linked = [] if isinstance(mirror, programs.Absent) else [f"-plugin-dir={mirror.path}"]
        self._run("init", "-input=false", *linked, timeout=INIT_TIMEOUT)

    def validate(self) -> list[Json]:
        """Terraform's diagnostics, errors and warnings: an empty list is a clean root."""
        done = self._run("validate", "-json", ok=(0, 1))
        diagnostics: list[Json] = json.loads(done.stdout)["diagnostics"]
        return diagnostics

    def plan(self, refresh: bool = False) -> Json:
        """https://developer.hashicorp.com/terraform/internals/json-format#plan-representation"""
        self._run("plan", "-input=false", f"-refresh={json.dumps(refresh)}", "-out=plan")
        plan: Json = json.loads(self._run("show", "-json", "plan").stdout)
        return plan

    def pending(self, *options: str) -> str:
        """The plan as people read it, after a refresh; empty when nothing would change."""
        done = self._run("plan", "-input=false", "-detailed-exitcode", *options, ok=(0, 2))
        return done.stdout if done.code else ""

    def plan_is_empty(self) -> bool:
        return not self.pending()

    def apply(self) -> None:
        self._run("apply", "-input=false", "-auto-approve", timeout=CHANGE_TIMEOUT)

    def destroy(self) -> None:
        """Destroys everything, also what the root protects with `prevent_destroy`."""
        self._change(_unprotect)
        self._run("destroy", "-input=false", "-auto-approve", timeout=CHANGE_TIMEOUT)

    def console(self, expression: str) -> Any:
        """The value of an expression on one line, in the root's scope and state."""
        # The console prints strings as HCL source, where `${` is escaped: base64 has none.
        done = self._run("console", stdin=f"base64encode(jsonencode({expression}))\n")
        if not done.stdout.startswith('"'):
            raise TerraformFailed(f"{expression} is {done.stdout.strip()}")
        return json.loads(base64.b64decode(done.stdout.strip().strip('"')))

    def _change(self, change: Callable[[Json], None]) -> None:
        for name, body in self.bodies.items():
            before = copy.deepcopy(body)
            change(body)
            if body != before:
                text = json.dumps(body, indent=2, ensure_ascii=False) + "\n"
                (self.folder / name).write_text(text, "utf-8")

    def _for_tests(self, body: Json) -> None:
        for provider in _blocks(body, "provider", "aws"):
            self._change_provider(provider)
        for terraform in _blocks(body, "terraform"):
            if "backend" in terraform:
                terraform["backend"] = self._backend(terraform["backend"])
        for distribution in (
            body.get("resource", {}).get("aws_cloudfront_distribution", {}).values()
        ):
            # The provider sleeps 30 s before it first looks whether a distribution is deployed.
            distribution["wait_for_deployment"] = False

    def _change_provider(self, provider: Json) -> None:
        if self.server:
            provider |= {"s3_use_path_style": True, "max_retries": 2}
        else:
            provider |= {
                "skip_credentials_validation": True,
                "skip_requesting_account_id": True,
                "max_retries": 1,
            }
            # Without a request the account is unknown, and an unknown account is not allowed.
            provider.pop("allowed_account_ids", None)

    def _backend(self, backend: Json) -> Json:
        if not self.server or "s3" not in backend:
            return {"local": {}}
        return {"s3": {**backend["s3"], "use_path_style": True, "skip_s3_checksum": True}}

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in programs.terraform_environment().items()
            if not name.startswith(("AWS_", "TF_")) or name == "TF_CLI_CONFIG_FILE"
        }
        missing = str(self.folder / "no-such-file")
        plugin_cache = Path(tempfile.gettempdir()) / f"portico-terraform-plugins-{os.getuid()}"
        plugin_cache.mkdir(exist_ok=True)
        return {
            **kept,
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
            "TF_INPUT": "0",
            **({"TF_LOG": "DEBUG", "TF_LOG_PATH": str(self.log)} if self.log else {}),
            # Only where no mirror was found: one download for all roots.
            "TF_PLUGIN_CACHE_DIR": str(plugin_cache),
            "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE": "1",
            # The provider's schemas are one big allocation; collecting less saves a third.
            "GOGC": "400",
            # The server reads the account out of the key.
            "AWS_ACCESS_KEY_ID": self.account,
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_CONFIG_FILE": missing,
            "AWS_SHARED_CREDENTIALS_FILE": missing,
            "AWS_EC2_METADATA_DISABLED": "true",
            # For every service, so that none is reached at AWS.
            "AWS_ENDPOINT_URL": self.server.url if self.server else NOWHERE,
            "NO_PROXY": f"127.0.0.1,{kept.get('NO_PROXY', '')}",
            "no_proxy": f"127.0.0.1,{kept.get('no_proxy', '')}",
            **{
                f"TF_VAR_{name}": value if isinstance(value, str) else json.dumps(value)
                for name, value in self.variables.items()
            },
        }

    def _run(
        self,
        command: str,
        *arguments: str,
        ok: tuple[int, ...] = (0,),
        stdin: str = "",
        timeout: float = READ_TIMEOUT,
    ) -> Finished:
        line = [str(self.terraform.path), command, *arguments]
        if command != "console" and "-json" not in arguments:
            line.insert(2, "-no-color")
        with _one_at_a_time():
            begun = time.monotonic()
            done = _finish(line, self.folder, self._environment(), stdin, timeout)
            self.seconds[command] = round(time.monotonic() - begun, 1)
        if done.code not in ok:
            raise TerraformFailed(
                f"{' '.join(line)}\nexit code {done.code}\n{done.stdout}\n{done.stderr}"
            )
        return done


def _finish(
    line: list[str], folder: Path, environment: dict[str, str], stdin: str, timeout: float
) -> Finished:
    """Runs Terraform and its providers as one process group, which never outlives this call."""
    process = subprocess.Popen(
        line,
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        stdout, stderr = process.communicate(stdin, timeout)
    except subprocess.TimeoutExpired:
        stdout, stderr = _end(process)
        raise TerraformFailed(
            f"{' '.join(line)}\nnot done after {timeout:.0f} s\n{stdout}\n{stderr}"
        ) from None
    except BaseException:
        _end(process)
        raise
    return Finished(process.returncode, stdout, stderr)


def _end(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Ends the process group: asks once, which lets Terraform save its state, then insists."""
    for signal_number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, signal_number)
            return process.communicate(timeout=GRACE_SECONDS)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    return process.communicate(timeout=GRACE_SECONDS)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """One Terraform per user of this machine, whatever number of test processes there are.

    One run takes up to 1.3 GiB and two cores; two at a time take longer than one after the other.
    """
    path = Path(tempfile.gettempdir()) / f"portico-terraform-{os.getuid()}.lock"
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# Reading a root ------------------------------------------------------------------------------


def _read(file: Path) -> Json:
    """A second value under the same key would be lost here and be used by Terraform."""

    def unique(pairs: list[tuple[str, Any]]) -> Json:
        if len(dict(pairs)) < len(pairs):
            raise ValueError(f"{file}: a key occurs twice in {[key for key, _ in pairs]}")
        return dict(pairs)

    body: Json = json.loads(file.read_text("utf-8"), object_pairs_hook=unique)
    return body


def _blocks(body: Json, *path: str) -> list[Json]:
    """The blocks at `path`: Terraform JSON writes several as a list, and one also as itself."""
    found: Any = body
    for key in path:
        found = found.get(key, {})
    if isinstance(found, list):
        return found
    return [found] if found else []


def _allowed_account(bodies: dict[str, Json]) -> str:
    for body in bodies.values():
        for provider in _blocks(body, "provider", "aws"):
            for account in provider.get("allowed_account_ids") or []:
                return str(account)
    return ANY_ACCOUNT


def _s3_backend(bodies: dict[str, Json]) -> Json | None:
    for body in bodies.values():
        for terraform in _blocks(body, "terraform"):
            backend: Json | None = terraform.get("backend", {}).get("s3")
            if backend:
                return backend
    return None


def _unprotect(body: Json) -> None:
    for named in body.get("resource", {}).values():
        for resource in named.values():
            resource.get("lifecycle", {}).pop("prevent_destroy", None)
