import os
import sys
from pathlib import Path

import pytest
from sandbox.stack.errors import ServerFailedError
from sandbox.stack.ports import free_port
from sandbox.stack.processes import ChildProcess, http_get

from .conftest import processes_in

SERVER = """
import http.server, signal, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    asked = 0
    def do_GET(self):
        Handler.asked += 1
        self.send_response(200 if Handler.asked > 2 else 503)
        self.end_headers()
        self.wfile.write(b"the queue is missing" if Handler.asked < 3 else b"ok")
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); time.sleep(60)"
)


def child(directory: Path, code: str, *words: str, ready_url: str | None = None) -> ChildProcess:
    return ChildProcess(
        "example",
        [sys.executable, "-c", code, *words],
        environ=dict(os.environ),
        log=directory / "logs" / "example.log",
        ready_url=ready_url,
        directory=directory,
    )


async def test_a_child_is_ready_when_its_url_returns_200(tmp_path: Path) -> None:
    port = free_port()
    server = child(tmp_path, SERVER, str(port), ready_url=f"http://127.0.0.1:{port}/readyz?full=1")
    await server.start()
    try:
        await server.wait_until_ready(10)
        assert await http_get(f"http://127.0.0.1:{port}/") == (200, "ok")
    finally:
        await server.stop()

    assert server.returncode == -15
    assert processes_in(tmp_path) == []


async def test_a_late_child_is_reported_with_the_last_response(tmp_path: Path) -> None:
    port = free_port()
    server = child(tmp_path, SERVER, str(port), ready_url=f"http://127.0.0.1:{port}/")
    await server.start()
    try:
        while (await http_get(f"http://127.0.0.1:{port}/"))[0] == 0:
            pass
        with pytest.raises(ServerFailedError, match="the queue is missing"):
            await server.wait_until_ready(0)
    finally:
        await server.stop()


async def test_a_child_that_exits_is_reported_with_the_last_lines_of_its_log(tmp_path: Path) -> None:
    broken = child(
        tmp_path, "print('line 1'); raise SystemExit('set TOKEN_SIGNING_KEY')", ready_url="http://127.0.0.1:1/"
    )
    await broken.start()

    with pytest.raises(ServerFailedError, match=r"exited with code 1 (.|\n)*set TOKEN_SIGNING_KEY"):
        await broken.wait_until_ready(10)


async def test_a_failed_run_is_reported(tmp_path: Path) -> None:
    await child(tmp_path, "print('fine')").run()
    with pytest.raises(ServerFailedError, match="exit code 3"):
        await child(tmp_path, "raise SystemExit(3)").run()


async def test_a_child_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    stubborn = child(tmp_path, STUBBORN)
    await stubborn.start()
    while "here" not in stubborn.log.read_text():
        pass
    await stubborn.stop(grace_seconds=0.1)

    assert stubborn.returncode == -9


async def test_a_refused_connection_is_status_0() -> None:
    status, why = await http_get(f"http://127.0.0.1:{free_port()}/")
    assert status == 0
    assert why
