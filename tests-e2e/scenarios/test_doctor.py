"""`doctor` finds the running system fine, and names what is wrong with a setting."""

import asyncio
import io
import sys

import pytest
from rich.console import Console
from sandbox.doctor import examine
from sandbox.stack.stack import Stack

pytestmark = pytest.mark.asyncio(loop_scope="session")

OWN_CHECKS = {
    "identity": ["signing key"],
    "content": ["token keys", "OpenAI", "storage"],
    "scheduler": ["token keys"],
    "publisher": ["token keys", "Ayrshare"],
    "billing": ["token keys", "Stripe"],
    "gateway": ["token keys", "identity", "billing", "content", "scheduler", "publisher"],
}
# service, setting, wrong value, the check that fails, what its cure names
WRONG = [
    ("content", "DATABASE_URL", "postgresql://content:hunter2@127.0.0.1:1/d", "database", "DATABASE_URL"),
    ("content", "AMQP_URL", "amqp://user:hunter2@127.0.0.1:1/", "broker", "AMQP_URL"),
    ("content", "IDENTITY_JWKS_URL", "http://127.0.0.1:1/keys", "token keys", "http://127.0.0.1:1/keys"),
    ("content", "OPENAI_API_KEY", "sk-hunter2", "OpenAI", "OPENAI_API_KEY"),
    ("content", "OPENAI_MODEL", "gpt-none", "OpenAI", "OPENAI_MODEL"),
    ("content", "S3_BUCKET", "no-such-bucket", "storage", "S3_BUCKET"),
    ("publisher", "AYRSHARE_API_KEY", "hunter2", "Ayrshare", "AYRSHARE_API_KEY"),
    ("billing", "STRIPE_API_KEY", "hunter2", "Stripe", "STRIPE_API_KEY"),
    ("billing", "PRICE_GROWTH", "price_none", "Stripe", "PRICE_"),
    ("gateway", "CONTENT_URL", "http://127.0.0.1:1", "content", "CONTENT_URL"),
]


@pytest.mark.slow  # starts a process for each part of the system
async def test_the_running_system_is_fine(stack: Stack) -> None:
    said = io.StringIO()
    assert await examine(stack.wiring, Console(file=said, width=200)) == 0, said.getvalue()
    lines = said.getvalue().splitlines()
    checked: dict[str, list[str]] = {}
    for line in lines:
        if line.startswith("  "):
            assert line.startswith("  ok   ")
            list(checked.values())[-1].append(line[7:20].strip())
        else:
            checked[line] = []
    for service, own in OWN_CHECKS.items():
        database = [] if service == "gateway" else ["database", "clock", "schema", "roles"]
        assert checked[service] == ["zone data", *database, "broker", "queues", *own]


@pytest.mark.slow  # starts a process for each setting; each service's own tests hold the checks
async def test_a_wrong_setting_is_found_with_its_cure(stack: Stack) -> None:
    found = await asyncio.gather(*(diagnosed(stack, *wrong[:3]) for wrong in WRONG))
    for (_, setting, _, check, cure), (code, said) in zip(WRONG, found, strict=True):
        failed = [line for line in said.splitlines() if line.startswith("FAIL")]
        assert (code, len(failed)) == (1, 1), (setting, said)
        assert failed[0].removeprefix("FAIL ").startswith(check), setting
        assert cure in failed[0].partition("Cure: ")[2], setting
        assert "hunter2" not in said, setting


@pytest.mark.slow  # as above
@pytest.mark.parametrize(
    ("process", "setting", "value"),
    [("worker", "IDENTITY_JWKS_URL", "http://127.0.0.1:1/keys"), ("api", "AMQP_URL", "amqp://127.0.0.1:1/")],
)
async def test_a_process_is_not_checked_for_what_only_the_other_one_uses(
    stack: Stack, process: str, setting: str, value: str
) -> None:
    code, said = await diagnosed(stack, "scheduler", setting, value, "--process", process)
    assert (code, "FAIL" in said, "database" in said) == (0, False, True), said


async def diagnosed(stack: Stack, service: str, setting: str, value: str, *arguments: str) -> tuple[int | None, str]:
    environ = stack.wiring.service_environ(service) | {setting: value}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", service, "doctor", *arguments, env=environ, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()
