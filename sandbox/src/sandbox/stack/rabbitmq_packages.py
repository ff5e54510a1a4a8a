"""RabbitMQ from Debian's packages, unpacked into a user's cache folder. Needs no root and changes no system files."""

import fcntl
import os
import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .errors import PrerequisiteError, last_lines

WHAT_TO_DO = (
    "Install RabbitMQ (Debian, Ubuntu: `sudo apt-get install rabbitmq-server`, macOS: `brew install rabbitmq`), "
    "or set AMQP_URL to a running one, or start Docker."
)
INSTALLED = (
    "/usr/lib/rabbitmq/bin/rabbitmq-server",
    "/usr/local/sbin/rabbitmq-server",
    "/opt/homebrew/sbin/rabbitmq-server",
)
ROOT_SCRIPT = "usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server"
WANTED = re.compile(r"^(rabbitmq-server|erlang-[a-z0-9-]+)$")
NO_EXTRAS = [f"--no-{kind}" for kind in ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")]
APPLICATIONS = re.compile(r"\{applications,\s*\[([^\]]*)\]")
# Debian's `erl` has its install folder compiled in, so our own script goes before it on PATH.
ERL = """#!/bin/sh
ROOTDIR=$(cd "${0%/*}/../usr/lib/erlang" && pwd)
BINDIR=$(echo "$ROOTDIR"/erts-*/bin)
export ROOTDIR BINDIR EMU=beam PROGNAME=erl
exec "$BINDIR/erlexec" "$@"
"""


@dataclass(frozen=True)
class Installation:
    """One RabbitMQ: its start script, Erlang's port mapper, and the folder to put first on PATH."""

    server: Path
    epmd: Path
    path: Path | None = None

    @property
    def control(self) -> Path:
        return self.server.with_name("rabbitmqctl")


def installed() -> Installation | None:
    """Return the installed RabbitMQ.

    Never /usr/sbin/rabbitmq-server: Debian's wrapper switches to the user `rabbitmq` and refuses other users.
    """
    server = next((Path(name) for name in INSTALLED if os.access(name, os.X_OK)), None)
    if server is None:
        server = next(iter(sorted(Path("/").glob(ROOT_SCRIPT), reverse=True)), None)
    epmd = shutil.which("epmd")
    return Installation(server, Path(epmd)) if server and epmd else None


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder for unpacked packages. It must contain no space, since RabbitMQ's scripts do not quote it."""
    base = environ.get("XDG_CACHE_HOME") or Path(environ.get("HOME") or Path.home()) / ".cache"
    folder = Path(environ.get("PULSEWORKS_CACHE") or Path(base) / "pulseworks").absolute() / "rabbitmq"
    if any(character.isspace() or character in "'\"$*?[" for character in str(folder)):
        return Path("/tmp") / f"pulseworks-cache-{os.geteuid()}" / "rabbitmq"  # noqa: S108 - created with mode 0700, owner checked
    return folder


def unpacked(environ: Mapping[str, str]) -> Installation:
    """Return RabbitMQ from the cache folder. Downloads (33 MB) and unpacks it first if it is missing."""
    folder = cache_folder(environ)
    found = _in(folder)
    if found:
        return found
    missing = [tool for tool in ("apt-get", "apt-cache", "dpkg") if not shutil.which(tool)]
    if missing:
        raise PrerequisiteError(
            f"RabbitMQ is not installed and can't be downloaded without {', '.join(missing)}. {WHAT_TO_DO}"
        )
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.parent.stat().st_uid != os.geteuid():
        raise PrerequisiteError(f"{folder.parent} belongs to another user: set PULSEWORKS_CACHE to your own folder.")
    with _only_one_process(folder.with_suffix(".lock")):
        found = _in(folder)  # another process may have finished first
        if found:
            return found
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix="unpacking-") as name:
            work = Path(name)
            _download(work)
            _unpack(work, folder)
    found = _in(folder)
    if not found:
        raise PrerequisiteError(f"Debian's packages in {folder} do not contain RabbitMQ as expected. {WHAT_TO_DO}")
    return found


def _in(folder: Path) -> Installation | None:
    server = next(iter(sorted(folder.glob(ROOT_SCRIPT))), None)
    epmd = next(iter(sorted(folder.glob("usr/lib/erlang/erts-*/bin/epmd"))), None)
    return (
        Installation(server, epmd, folder / "path") if server and epmd and (folder / "path" / "erl").exists() else None
    )


@contextmanager
def _only_one_process(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _download(work: Path) -> None:
    """Download with the system's package lists, else with lists fetched into our own folder."""
    packages = work / "packages"
    packages.mkdir()
    options = ["-o", "Debug::NoLocking=1"]
    if os.geteuid() == 0:
        options += ["-o", "APT::Sandbox::User=root"]  # apt's own user can't write here
    log = work / "apt.log"
    if _fetch(packages, options, log):
        return
    lists = work / "lists"
    (lists / "partial").mkdir(parents=True)
    (work / "cache" / "archives" / "partial").mkdir(parents=True)
    options += ["-o", f"Dir::State::lists={lists}", "-o", f"Dir::Cache={work / 'cache'}"]
    _apt(["apt-get", *options, "update"], log)
    if not _fetch(packages, options, log):
        raise PrerequisiteError(
            f"RabbitMQ is not installed, and apt-get could not download it. {WHAT_TO_DO} Its output:\n{last_lines(log)}"
        )


def _fetch(packages: Path, options: list[str], log: Path) -> bool:
    listed = _apt(["apt-cache", *options, "depends", "--recurse", *NO_EXTRAS, "rabbitmq-server"], log)
    names = sorted({line for line in (listed or "").splitlines() if WANTED.match(line)})
    if "rabbitmq-server" not in names:
        return False
    return _apt(["apt-get", *options, "download", *names], log, folder=packages) is not None


def _apt(command: list[str], log: Path, folder: Path | None = None) -> str | None:
    """Run an apt command and return its output, or None if it failed."""
    with log.open("ab") as errors:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"},
            text=True,
            check=False,
        )
    return done.stdout if done.returncode == 0 else None


def _unpack(work: Path, folder: Path) -> None:
    root = work / "root"
    for package in sorted((work / "packages").glob("*.deb")):
        subprocess.run(["dpkg", "-x", package, root], check=True, stdin=subprocess.DEVNULL)
    runtime = next(root.glob("usr/lib/erlang/erts-*/bin"))
    (root / "path").mkdir()
    erl = root / "path" / "erl"
    erl.write_text(ERL)
    erl.chmod(0o755)
    _leave_out_plugins(next(root.glob("usr/lib/rabbitmq/lib/rabbitmq_server-*/plugins")))
    _check_libraries(runtime / "beam.smp", *root.glob("usr/lib/erlang/lib/crypto-*/priv/lib/crypto.so"))
    shutil.rmtree(folder, ignore_errors=True)
    root.rename(folder)


def _leave_out_plugins(plugins: Path) -> None:
    """Remove the plugins that the broker does not need: it reads all modules on start (6 s became 3 s).

    Measured with version 3. Other versions keep their plugins.
    """
    found = {folder.name.rpartition("-")[0]: folder for folder in plugins.iterdir() if folder.is_dir()}
    if not found["rabbit"].name.startswith("rabbit-3."):
        return
    needed: set[str] = set()
    waiting = ["rabbit"]
    while waiting:
        name = waiting.pop()
        if name in needed or name not in found:
            continue
        needed.add(name)
        listed = APPLICATIONS.search((found[name] / "ebin" / f"{name}.app").read_text())
        waiting += re.split(r"[\s,]+", listed[1]) if listed else []
    for name in found.keys() - needed:
        shutil.rmtree(found[name])


def _check_libraries(*programs: Path) -> None:
    """Name missing system libraries now, instead of failing when the server starts."""
    if platform.system() != "Linux" or not shutil.which("ldd"):
        return
    for program in programs:
        shown = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
        missing = re.findall(r"(\S+) => not found", shown)
        if missing:
            raise PrerequisiteError(f"RabbitMQ's Erlang needs {', '.join(missing)} from the system. {WHAT_TO_DO}")
