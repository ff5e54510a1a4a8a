"""A website of the table: its files, how they are served, and what should be read of it."""

import io
import tomllib
from pathlib import Path
from typing import Any, Literal

from content.rendering.fonts import Face, font
from PIL import Image, ImageDraw
from pydantic import BaseModel, ConfigDict, Field

FOLDER = Path(__file__).parent / "sites"
_NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_TYPES = {
    "css": "text/css",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "json": "application/json",
}


class Expected(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    primary: str = Field(description="As #rrggbb, near enough to look the same; `none` if the site shows no colour")
    accent: str = Field(description="The same; `none` if it shows no second colour")
    logo: str = Field(description="Path of the image; `none` if it has none that can be drawn")
    pages: list[str] = Field(default=["/"], description="Paths that are read, the home page first")
    texts: list[str] = Field(default=[], description="Parts of the text that is passed on, of any page")
    not_texts: list[str] = Field(default=[], description="What must not be in that text")
    trouble: str = Field(default="", description="A part of what the user is told; empty: nothing")


class Drawn(BaseModel):
    """A picture that the table draws instead of holding a binary file."""

    model_config = ConfigDict(extra="forbid")

    size: tuple[int, int]
    ink: str
    ground: str = Field(default="", description="Empty: transparent")
    text: str = ""
    kind: Literal["logo", "photo", "shadow"] = Field(
        default="logo", description="`shadow`: a logo whose invisible pixels have the colours of a photograph"
    )


class Site(BaseModel):
    model_config = ConfigDict(extra="forbid")

    slug: str
    rules: list[str] = Field(description="The findings that it tries; empty for a whole website")
    trade: str
    host: str
    start: str = Field(default="/", description="Path of the address that the account has")
    headline: str = "Open on Saturday"
    subline: str = ""
    layout: int = 0
    expected: Expected
    files: dict[str, str]
    images: dict[str, Drawn] = {}
    encodings: dict[str, str] = Field(default={}, description="Python's name of a file's encoding, if not UTF-8")
    heads: dict[str, str] = Field(default={}, description="A file's whole response head, line by line")
    filler: dict[str, int] = Field(default={}, description="Bytes of comment that follow a file")

    def response(self, target: str) -> bytes:
        """Return the whole response to a request's target."""
        body = self._body(target)
        if body is None:
            return (
                b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
        lines = self.heads.get(target, "").strip().splitlines() or [
            "HTTP/1.1 200 OK",
            f"Content-Type: {self._type(target)}",
        ]
        if not any(line.lower().startswith(("transfer-encoding", "content-length")) for line in lines):
            lines.append(f"Content-Length: {len(body)}")
        lines.append("Connection: close")
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    def _body(self, target: str) -> bytes | None:
        if target in self.images:
            return _png(self.images[target])
        text = self.files.get(target)
        if text is None:
            return None
        filler = "<!-- " + "x" * self.filler[target] + " -->" if target in self.filler else ""
        return (text + filler).encode(self.encodings.get(target, "utf-8"))

    def _type(self, target: str) -> str:
        path = target.partition("?")[0]
        return _TYPES.get(path.rpartition(".")[2], "text/html") if "." in path.rpartition("/")[2] else "text/html"


def load_sites() -> list[Site]:
    return [_load(path) for path in sorted(FOLDER.glob("*.toml"))]


def _load(path: Path) -> Site:
    data: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    return Site.model_validate({"slug": path.stem, **data})


def _png(drawn: Drawn) -> bytes:
    if drawn.kind == "photo":
        image = _photograph(drawn.size)
    else:
        image = Image.new("RGBA", drawn.size, drawn.ground or (0, 0, 0, 0))
        if drawn.kind == "shadow":
            image = Image.merge("RGBA", (*_photograph(drawn.size).split(), Image.new("L", drawn.size, 0)))
        _draw_mark(ImageDraw.Draw(image), drawn)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _photograph(size: tuple[int, int]) -> Image.Image:
    """Return an image with thousands of colours."""
    gradient = Image.linear_gradient("L")
    return Image.merge("RGB", [gradient.rotate(turn).resize(size) for turn in (0, 90, 210)])


def _draw_mark(draw: ImageDraw.ImageDraw, drawn: Drawn) -> None:
    """Draw a disc, and beside it the text if there is room."""
    height = drawn.size[1]
    edge = height * 0.1
    draw.ellipse((edge, edge, height - edge, height - edge), fill=drawn.ink)
    if drawn.text:
        face = font(Face.SANS_BOLD, round(height * 0.45))
        draw.text((height * 1.05, height / 2), drawn.text, fill=drawn.ink, font=face, anchor="lm")
