"""RabbitMQ in a container: the last resort, for machines with neither RabbitMQ nor Debian's packages."""

import shutil
import subprocess
from dataclasses import dataclass

from .errors import PrerequisiteError

IMAGE = "docker.io/library/rabbitmq:3.13-alpine"
ENGINES = ("docker", "podman")
ANSWER_SECONDS = 10.0


@dataclass(frozen=True)
class Container:
    """A named container that runs in the foreground as a child process. Its client forwards our signals."""

    engine: str
    name: str

    def command(self, port: int, *, keep_data: bool) -> list[str]:
        volume = ["--volume", f"{self.name}:/var/lib/rabbitmq"] if keep_data else []
        # RabbitMQ's data belongs to the host name.
        identity = ["--name", self.name, "--hostname", "pulseworks"]
        return [self.engine, "run", "--rm", *identity, "--publish", f"127.0.0.1:{port}:5672", *volume, IMAGE]

    def control(self) -> list[str]:
        return [self.engine, "exec", "--interactive", self.name, "rabbitmqctl"]

    def remove(self) -> None:
        """Remove the container immediately, if it exists."""
        subprocess.run([self.engine, "rm", "--force", self.name], capture_output=True, check=False)


def container(name: str) -> Container | None:
    """Return a container that is ready to run, with its image pulled, or None if no engine responds."""
    for engine in filter(shutil.which, ENGINES):
        try:
            response = subprocess.run([engine, "info"], capture_output=True, check=False, timeout=ANSWER_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        if response.returncode == 0:
            pulled = subprocess.run([engine, "pull", "--quiet", IMAGE], capture_output=True, text=True, check=False)
            if pulled.returncode != 0:
                raise PrerequisiteError(f"`{engine} pull {IMAGE}` failed: {pulled.stderr.strip()}")
            return Container(engine, name)
    return None
