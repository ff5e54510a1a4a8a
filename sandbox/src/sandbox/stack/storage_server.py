"""`python -m sandbox.stack.storage_server PORT BUCKET FOLDER [HOST]`: S3 by moto, with its objects in a folder."""

import hashlib
import json
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import quote

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import Client, TestResponse

KEPT_HEADERS = (
    "content-type",
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "expires",
)
# moto treats an unsigned request as public, and never checks a signature.
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=sandbox/20260101/us-east-1/s3/aws4_request"}

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Bucket:
    """A bucket of moto's WSGI application, and the folder that mirrors it."""

    def __init__(self, app: WsgiApp, name: str, folder: Path, base_url: str) -> None:
        self.name = name
        self.folder = folder
        self._client = Client(app)
        self._base_url = base_url

    def create(self) -> None:
        """Create the bucket, make its objects publicly readable, and load them from the folder."""
        policy = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": "s3:GetObject",
                    "Resource": f"arn:aws:s3:::{self.name}/*",
                }
            ],
        }
        self._succeed(self._request("PUT", f"/{self.name}"))
        self._succeed(self._request("PUT", f"/{self.name}?policy", json.dumps(policy).encode()))
        for facts, body in self._kept():
            self._succeed(self._request("PUT", self._path(facts["key"]), body.read_bytes(), facts["headers"]))

    def keep(self, key: str) -> None:
        """Mirror the object under a key to the folder. Removes the copy if there is no such object."""
        response = self._request("GET", self._path(key))
        body, facts = self._files(key)
        if response.status_code != 200:
            facts.unlink(missing_ok=True)
            body.unlink(missing_ok=True)
            return
        headers = {
            name: value
            for name, value in response.headers.items()
            if name.lower() in KEPT_HEADERS or name.lower().startswith("x-amz-meta-")
        }
        _write(body, response.data)
        _write(facts, json.dumps({"key": key, "headers": headers}).encode())

    def keep_all(self) -> None:
        """Mirror every stored object again, after a request that may have removed several."""
        for facts, _ in list(self._kept()):
            self.keep(facts["key"])

    def _kept(self) -> Iterator[tuple[dict[str, Any], Path]]:
        for facts in sorted(self.folder.glob("*.json")):
            yield json.loads(facts.read_bytes()), facts.with_suffix(".bin")

    def _files(self, key: str) -> tuple[Path, Path]:
        name = hashlib.sha256(key.encode()).hexdigest()
        return self.folder / f"{name}.bin", self.folder / f"{name}.json"

    def _path(self, key: str) -> str:
        return f"/{self.name}/{quote(key)}"

    def _request(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> TestResponse:
        return self._client.open(
            path, method=method, data=body, base_url=self._base_url, headers={**SIGNED, **(headers or {})}
        )

    def _succeed(self, response: TestResponse) -> None:
        if response.status_code >= 300:
            raise RuntimeError(f"moto answered {response.status}: {response.get_data(as_text=True)}")


def kept(app: WsgiApp, bucket: Bucket) -> WsgiApp:
    """Wrap an application so that a successful write to the bucket is on disk before the response."""

    def handle(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        first, _, key = environ["PATH_INFO"].lstrip("/").partition("/")
        if environ["REQUEST_METHOD"] not in {"PUT", "POST", "DELETE"} or first != bucket.name:
            return app(environ, start_response)
        body = list(app(environ, start_response))
        if key:
            # WSGI passes paths as latin-1 (PEP 3333)
            bucket.keep(key.encode("latin-1").decode(errors="replace"))
        elif environ["REQUEST_METHOD"] != "PUT":
            bucket.keep_all()
        return body

    return handle


class _QuietHandler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing for each request."""


def _write(file: Path, content: bytes) -> None:
    unfinished = file.with_name(file.name + ".new")
    unfinished.write_bytes(content)
    unfinished.replace(file)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def main(port: int, name: str, folder: Path, host: str = "127.0.0.1") -> None:
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    app: WsgiApp = DomainDispatcherApplication(create_backend_app)
    bucket = Bucket(app, name, folder, f"http://127.0.0.1:{port}")
    bucket.create()
    make_server(host, port, kept(app, bucket), threaded=True, request_handler=_QuietHandler).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), *sys.argv[4:])
