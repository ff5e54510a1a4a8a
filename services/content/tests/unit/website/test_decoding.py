"""Images of strangers are decoded in few threads, not on the event loop."""

import asyncio
import io
import threading
import time

import pytest
from content.clients.decoding import in_decoding_thread
from content.clients.website import logo
from content.clients.website.fetched import Fetched
from content.clients.website.fetcher import Kind
from content.clients.website.pages import Page
from PIL import Image


async def test_at_most_two_images_are_decoded_at_a_time_while_the_loop_runs() -> None:
    lock = threading.Lock()
    running = most = 0

    def decode() -> str:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)  # the work of a decoder
        with lock:
            running -= 1
        return threading.current_thread().name

    work = asyncio.gather(*(in_decoding_thread(decode) for _ in range(8)))
    turns = 0
    while not work.done():
        await asyncio.sleep(0.001)
        turns += 1

    assert most == 2
    assert turns > 8
    assert threading.main_thread().name not in await work


class Site:
    """Serves one picture under each address."""

    async def fetch(self, url: str, kind: Kind = Kind.PAGE) -> Fetched:
        assert kind is Kind.IMAGE
        file = io.BytesIO()
        Image.new("RGB", (64, 64), "navy").save(file, "PNG")
        return Fetched(url, "image/png", file.getvalue())


async def test_a_logo_is_decoded_off_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = []

    def usable_image(data: bytes) -> Image.Image:
        threads.append(threading.current_thread())
        return Image.open(io.BytesIO(data))

    monkeypatch.setattr(logo, "usable_image", usable_image)

    assert await logo.find_logo(Site(), Page(icons=["/logo.png"]), "https://ex.nz/") is not None
    assert threads != []
    assert threading.main_thread() not in threads
