"""A private nginx that forwards to one service: the installed program, else Debian's package."""

import os
import shutil
import socket
from contextlib import closing
from pathlib import Path
from typing import ClassVar

from debian import unpacked
from sandbox.stack.ports import free_port
from sandbox.stack.server import PrivateServer

_CONFIG = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path {folder}/bodies;
  proxy_temp_path {folder}/responses;
  fastcgi_temp_path {folder}/unused;
  uwsgi_temp_path {folder}/unused;
  scgi_temp_path {folder}/unused;
  client_max_body_size 32m;
  keepalive_requests 1000000;
{servers}
}}
"""
_SERVER = """
  upstream {name} {{ server 127.0.0.1:{upstream}; keepalive 64; keepalive_requests 1000000; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://{name};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Request-Id $request_id;
    }}
  }}
"""


class Nginx(PrivateServer):
    """nginx with one worker, as the gateway has one process; a port for each service."""

    title: ClassVar[str] = "nginx"

    def __init__(self, directory: Path, cache: Path, upstreams: dict[str, int]) -> None:
        super().__init__(directory)
        self._cache = cache
        self._upstreams = upstreams
        self.ports: dict[str, int] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _prepare(self) -> None:
        self.ports = {name: free_port() for name in self._upstreams}
        self.port = next(iter(self.ports.values()))
        servers = "".join(
            _SERVER.format(name=name, upstream=upstream, port=self.ports[name])
            for name, upstream in self._upstreams.items()
        )
        (self.directory / "nginx.conf").write_text(_CONFIG.format(folder=self.directory, servers=servers))
        self._program = shutil.which("nginx") or str(
            unpacked(self.title, ("nginx",), self._cache / "nginx") / "usr" / "sbin" / "nginx"
        )

    def _spawn(self) -> None:
        configuration = str(self.directory / "nginx.conf")
        self._process = self._run(
            [self._program, "-p", str(self.directory), "-e", str(self.directory / "error.log"), "-c", configuration],
            environ=dict(os.environ),
        )

    def _is_ready(self) -> bool:
        try:
            with closing(socket.create_connection(("127.0.0.1", self.port), timeout=1)):
                return True
        except OSError:
            return False
