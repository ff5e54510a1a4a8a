"""A scripted website on the loopback interface."""

import asyncio
import contextlib
import datetime as dt
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpcore2
import pytest
from content.clients.website.fetcher import FetchLimits, WebsiteFetcher
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Answer = bytes | Callable[["Connection"], Awaitable[None]]

PUBLIC = "93.184.215.14"


def response(
    body: bytes = b"<h1>Hello</h1>", *, status: str = "200 OK", content_type: str = "text/html", headers: str = ""
) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    return head.encode() + body


@dataclass
class Site:
    """Responds to each path with its bytes, or passes the stream to its function."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    """The request heads as received."""
    serving: set[asyncio.Task[None] | None] = field(default_factory=set)

    def page(self, path: str = "/", body: bytes = b"<h1>Hello</h1>", **kwargs: str) -> None:
        self.answers[path] = response(body, **kwargs)

    def redirect(self, path: str, location: str, status: str = "302 Found") -> None:
        self.answers[path] = response(b"", status=status, headers=f"Location: {location}\r\n")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.serving.add(asyncio.current_task())
        # A ConnectionError is the fetcher closing the connection, which most of these tests check.
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError), contextlib.closing(writer):
            head = await reader.readuntil(b"\r\n\r\n")
            self.requests.append(head.decode())
            answer = self.answers.get(head.split(b" ")[1].decode(), response(status="404 Not Found"))
            if isinstance(answer, bytes):
                await Connection(writer).send(answer)
            else:
                await answer(Connection(writer))


@dataclass(frozen=True)
class Connection:
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()


@asynccontextmanager
async def listening(site: Site, context: ssl.SSLContext | None = None) -> AsyncIterator[None]:
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0, ssl=context)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield
    finally:
        server.close()
        for task in filter(None, site.serving):
            task.cancel()
        await asyncio.gather(*filter(None, site.serving), return_exceptions=True)
        await asyncio.sleep(0)  # the transports close in the loop's next iteration


@dataclass
class Internet:
    """Name server and routing: public addresses lead to the site on the loopback interface."""

    names: dict[str, list[Sequence[str]]] = field(default_factory=dict)
    """The answer to each look-up; the last one is repeated."""
    routes: dict[tuple[str, int], int] = field(default_factory=dict)
    dialled: list[tuple[str, int]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    lookup_seconds: float = 0
    fetchers: list[WebsiteFetcher] = field(default_factory=list)

    async def resolve(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        await asyncio.sleep(self.lookup_seconds)
        answers = self.names[host.rstrip(".")]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def fetcher(
        self,
        *,
        allowed: frozenset[tuple[str, int]] = frozenset(),
        limits: FetchLimits | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> WebsiteFetcher:
        fetcher = WebsiteFetcher(
            allowed_hosts=allowed, limits=limits, resolve=self.resolve, dial=Dial(self), ssl_context=ssl_context
        )
        self.fetchers.append(fetcher)
        return fetcher

    async def close(self) -> None:
        for fetcher in self.fetchers:
            await fetcher.aclose()


class Dial(httpcore2.AnyIOBackend):
    def __init__(self, internet: Internet) -> None:
        self._internet = internet

    async def connect_tcp(self, host: str, port: int, *_: object, **_kwargs: object) -> httpcore2.AsyncNetworkStream:
        self._internet.dialled.append((host, port))
        routed = self._internet.routes.get((host, port))
        to = ("127.0.0.1", routed) if routed else (host, port)
        return await super().connect_tcp(*to)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    async with listening(site):
        yield site


@pytest.fixture
async def internet(site: Site) -> AsyncIterator[Internet]:
    """shop.example is a public website, served by `site`."""
    internet = Internet(names={"shop.example": [[PUBLIC]]}, routes={(PUBLIC, 80): site.port})
    yield internet
    await internet.close()


@dataclass
class SecureSite:
    site: Site
    trusted: ssl.SSLContext
    asked_for: list[str | None] = field(default_factory=list)


def self_signed(name: str, folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
async def secure_site(tmp_path: Path) -> AsyncIterator[SecureSite]:
    certificate = self_signed("shop.example", tmp_path)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    secure = SecureSite(Site(), ssl.create_default_context(cafile=str(certificate)))
    server.sni_callback = lambda _socket, name, _context: secure.asked_for.append(name)
    async with listening(secure.site, server):
        yield secure


@pytest.fixture
async def free_port() -> int:
    closed = Site()
    async with listening(closed):
        pass
    return closed.port


@pytest.fixture
async def secure_internet(secure_site: SecureSite) -> AsyncIterator[Internet]:
    """shop.example and other.example lead to one server with a certificate for shop.example."""
    names: dict[str, list[Sequence[str]]] = {"shop.example": [[PUBLIC]], "other.example": [[PUBLIC]]}
    internet = Internet(names=names, routes={(PUBLIC, 443): secure_site.site.port})
    yield internet
    await internet.close()
