"""Downloading RabbitMQ's packages, with fake apt and dpkg on PATH. The broker's tests use the real ones."""

import subprocess
import sys
from pathlib import Path

import pytest
from sandbox.stack import rabbitmq_packages as packages
from sandbox.stack.errors import PrerequisiteError

RABBIT = "usr/lib/rabbitmq/lib/rabbitmq_server-3.10.8"
TOOLS = {
    "apt-cache": """
case "$*" in *Dir::State::lists=*) known=yes ;; *) known=$SYSTEM_LISTS ;; esac
[ "$known" = yes ] && printf 'rabbitmq-server\\n  Depends: erlang-base\\nerlang-base\\nadduser\\n' || exit 100
""",
    "apt-get": """
echo "$*" >> "$CALLS"
case "$*" in
  *download*) [ "$NETWORK" = no ] && { echo "E: could not resolve deb.debian.org" >&2; exit 100; }
              touch rabbitmq-server.deb erlang-base.deb; sleep 0.3 ;;
esac
""",
    "dpkg": f"""
[ -d "$3/usr" ] && exit 0
mkdir -p "$3/{RABBIT}/sbin" "$3/usr/lib/erlang/erts-13/bin"
touch "$3/{RABBIT}/sbin/rabbitmq-server" "$3/usr/lib/erlang/erts-13/bin/epmd"
for name in rabbit ra getopt rabbitmq_management; do
  mkdir -p "$3/{RABBIT}/plugins/$name-3.10.8/ebin"
  echo "{{application, $name, [{{applications, [kernel,$([ $name = rabbit ] && echo ra || echo stdlib)]}}]}}." \\
    > "$3/{RABBIT}/plugins/$name-3.10.8/ebin/$name.app"
done
""",
}


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, script in TOOLS.items():
        (tools / name).write_text(f"#!/bin/sh\n{script}")
        (tools / name).chmod(0o755)
    for name, value in {"CALLS": str(tmp_path / "calls"), "SYSTEM_LISTS": "yes", "NETWORK": "yes"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", str(tools), prepend=":")
    return {"PULSEWORKS_CACHE": str(tmp_path / "cache")}


def downloads(tmp_path: Path) -> list[str]:
    return [line for line in (tmp_path / "calls").read_text().splitlines() if "download" in line]


def test_packages_are_downloaded_once(tmp_path: Path, environ: dict[str, str]) -> None:
    first = packages.unpacked(environ)
    again = packages.unpacked(environ)

    assert first == again
    assert first.server.is_relative_to(tmp_path / "cache")
    assert len(downloads(tmp_path)) == 1
    assert downloads(tmp_path)[0].endswith("download erlang-base rabbitmq-server"), "nothing but Erlang and RabbitMQ"


def test_plugins_that_the_broker_does_not_need_are_left_out(environ: dict[str, str]) -> None:
    plugins = packages.unpacked(environ).server.parent.parent / "plugins"

    assert sorted(folder.name for folder in plugins.iterdir()) == ["ra-3.10.8", "rabbit-3.10.8"]


def test_without_the_systems_package_lists_its_own_are_downloaded(
    tmp_path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYSTEM_LISTS", "no")

    packages.unpacked(environ)

    calls = (tmp_path / "calls").read_text().splitlines()
    assert [line.split()[-1] for line in calls] == ["update", "rabbitmq-server"]
    assert all(f"Dir::State::lists={tmp_path}" in line for line in calls), "the system's lists stay as they are"


def test_two_concurrent_downloads_do_not_conflict(tmp_path: Path, environ: dict[str, str]) -> None:
    code = f"from sandbox.stack.rabbitmq_packages import unpacked; print(unpacked({environ!r}).server)"
    both = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = {process.communicate(timeout=30)[0] for process in both}

    assert [process.returncode for process in both] == [0, 0]
    assert len(said) == 1
    assert len(downloads(tmp_path)) == 1


def test_without_a_network_the_error_says_what_to_do(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETWORK", "no")

    with pytest.raises(PrerequisiteError, match=r"AMQP_URL(.|\n)*could not resolve deb.debian.org"):
        packages.unpacked(environ)


def test_without_apt_the_error_says_what_to_do(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(PrerequisiteError, match=r"without apt-get, apt-cache, dpkg.* set AMQP_URL"):
        packages.unpacked(environ)
