import asyncio
import hashlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from . import rabbitmq_packages as packages
from .errors import PrerequisiteError, ServerFailedError
from .lifetime import read_pid, stop_orphan
from .ports import free_ports, is_listening
from .rabbitmq_container import Container, container
from .server import PrivateServer, end_process, load_or_create_secret

NODE = "pulseworks@localhost"  # RabbitMQ's data belongs to this node name
AMQP_HEADER = b"AMQP\x00\x00\x09\x01"
# Two schedulers are enough for a demo on one machine.
ERLANG_ARGUMENTS = "+S 2:2 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}"
CONFIG = """[{{rabbit, [
  {{tcp_listeners, [{{"127.0.0.1", {port}}}]}},
  {{collect_statistics, none}},
  {{collect_statistics_interval, 60000}}
]}}].
"""


class RabbitMQ(PrivateServer):
    """A private RabbitMQ on 127.0.0.1 with the user guest.

    It is the installed program, else Debian's packages from a cache folder, else a container. It has its own Erlang
    port mapper, home, cookie and ports, so any number can run side by side and beside a system installation.
    For about three seconds after each restart, clean ones included, declaring a stream returns NOT_FOUND, so callers
    that declare topology must retry.
    """

    title: ClassVar[str] = "RabbitMQ"

    def __init__(self, directory: Path | str | None = None, *, environ: Mapping[str, str] | None = None) -> None:
        super().__init__(directory)
        self._environ = dict(os.environ if environ is None else environ)
        self._epmd: subprocess.Popen[bytes] | None = None
        self._distribution_port = 0
        self._epmd_port = 0

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}/"

    def _prepare(self) -> None:
        for name, marker in (("node", self._marker), ("epmd", "epmd ")):
            stop_orphan(read_pid(self.directory / f"{name}.pid"), marker, grace_seconds=self.stop_seconds)
        if isinstance(self._program, Container):
            self._program.remove()
        for folder in (self.directory, self.home):
            folder.mkdir(exist_ok=True, mode=0o700)
        load_or_create_secret(self.home / ".erlang.cookie", mode=0o400)
        self.port, self._distribution_port, self._epmd_port = free_ports(3)
        (self.directory / "enabled_plugins").write_text("[].\n")
        (self.directory / "rabbitmq-env.conf").write_text("")
        (self.directory / "rabbitmq.config").write_text(CONFIG.format(port=self.port))

    @property
    def home(self) -> Path:
        return self.directory / "home"

    @property
    def _marker(self) -> str:
        """Text on the node's command line that identifies an orphan as belonging to this directory."""
        stat = self.directory.stat()
        return f"-pulseworks {stat.st_dev}.{stat.st_ino} "

    @cached_property
    def _program(self) -> packages.Installation | Container:
        found = packages.installed()
        if found:
            return found
        try:
            return packages.unpacked(self._environ)
        except PrerequisiteError:
            fallback = container(f"pulseworks-rabbitmq-{hashlib.sha256(bytes(self.directory)).hexdigest()[:12]}")
            if fallback is None:
                raise
            return fallback

    def _spawn(self) -> None:
        program = self._program
        if isinstance(program, Container):
            self._process = self._run(program.command(self.port, keep_data=not self._temporary))
            return
        if self._epmd is None or self._epmd.poll() is not None:
            self._epmd = self._start_epmd(program)
        self._process = self._run([str(program.server)], environ=self._node_environ(program))
        (self.directory / "node.pid").write_text(f"{self._process.pid}\n")

    def _start_epmd(self, program: packages.Installation) -> subprocess.Popen[bytes]:
        """Start Erlang's port mapper as a child: the node would start it as a daemon, which nothing stops."""
        epmd = self._run(
            [str(program.epmd), "-port", str(self._epmd_port), "-address", "127.0.0.1"],
            ends_by=signal.SIGKILL,
            log=self.directory / "epmd.log",
        )
        (self.directory / "epmd.pid").write_text(f"{epmd.pid}\n")
        wait_for_port(self._epmd_port)
        return epmd

    def control(self, *arguments: str, given: str | None = None) -> str:
        """Run `rabbitmqctl` on the running node with `given` on its standard input; return its output."""
        program = self._program
        if isinstance(program, Container):
            command, environ = program.control(), None
        else:
            command, environ = [str(program.control)], self._node_environ(program)
        done = subprocess.run(
            [*command, *arguments], env=environ, input=given, text=True, capture_output=True, check=False
        )
        if done.returncode != 0:
            raise ServerFailedError(f"rabbitmqctl {arguments[0]} failed: {done.stderr.strip()}", self.log)
        return done.stdout

    def _node_environ(self, program: packages.Installation) -> dict[str, str]:
        path = self._environ.get("PATH", os.defpath)
        own = {
            "PATH": f"{program.path}:{path}" if program.path else path,
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": NODE,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "RABBITMQ_MNESIA_BASE": str(self.directory / "data"),
            "RABBITMQ_LOG_BASE": str(self.directory),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONF_ENV_FILE": str(self.directory / "rabbitmq-env.conf"),
            "RABBITMQ_CONFIG_FILE": str(self.directory / "rabbitmq.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.directory / "enabled_plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"{ERLANG_ARGUMENTS} {self._marker}",
            # The start script then becomes the node instead of waiting for it: one process, which we control.
            "RUNNING_UNDER_SYSTEMD": "true",
            "detached": "true",
        }
        passed = {name: value for name, value in self._environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))}
        return passed | own

    def _is_ready(self) -> bool:
        return answers_amqp(self.port) and asyncio.run(accepts_connections(self.url))

    def _end(self, number: signal.Signals) -> None:
        if number is signal.SIGKILL and self._process and isinstance(self._program, Container):
            self._program.remove()
        super()._end(number)

    def _clean_up(self) -> None:
        if self._epmd is not None:
            end_process(self._epmd, signal.SIGTERM, self.stop_seconds)
            self._epmd = None


def wait_for_port(port: int, seconds: float = 5.0) -> None:
    """Wait until the port is listening, or until the time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_listening(port):
            return
        time.sleep(0.005)


def answers_amqp(port: int) -> bool:
    try:
        with closing(socket.create_connection(("127.0.0.1", port), timeout=1)) as probe:
            probe.sendall(AMQP_HEADER)
            return bool(probe.recv(1))
    except OSError:
        return False


async def accepts_connections(url: str) -> bool:
    """Return whether a client gets a channel. The port accepts connections slightly earlier."""
    import aio_pika

    try:
        connection = await aio_pika.connect(url, timeout=2)
    except (OSError, aio_pika.exceptions.AMQPError):
        return False
    async with connection:
        await connection.channel()
    return True
