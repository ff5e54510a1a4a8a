"""The input and output of rendering."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

SIZE = 1080
"""Width and height in pixels. Both platforms show a square of this size without scaling."""

HexColour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]


class Palette(BaseModel):
    """Brand colours as `#rrggbb`. Contrast is corrected when an image is drawn."""

    model_config = ConfigDict(frozen=True)

    primary: HexColour = Field(description="Main brand colour.")
    accent: HexColour = Field(description="Accent colour.")
    paper: HexColour = Field(default="#ffffff", description="Background colour.")
    ink: HexColour = Field(default="#1c1c1c", description="Text colour.")


class PostDesign(BaseModel):
    """The design of one image. Drawing wraps and shortens the texts, and leaves out those that no font can show."""

    model_config = ConfigDict(frozen=True)

    headline: str = Field(max_length=1_000)
    subline: str = Field(default="", max_length=2_000)
    label: str = Field(default="", max_length=200, description="One or two words above the headline, such as TIP")
    business_name: str = Field(max_length=300)
    domain: str = Field(default="", max_length=300, description="Shown in the footer, such as example.com")
    palette: Palette
    logo: bytes | None = Field(default=None, repr=False, description="PNG or JPEG; omitted if it can't be decoded")
    index: int = Field(default=0, ge=0, description="The post's position in its month; selects layout and colours")


@dataclass(frozen=True, slots=True)
class RenderedImage:
    """An image as PNG (Facebook, previews) and as JPEG (Instagram accepts only JPEG)."""

    png: bytes
    jpeg: bytes
    width: int
    height: int
    png_sha256: str
    jpeg_sha256: str
    shown_text: str = ""
    """The words in a drawn image; empty for an uploaded one."""
    notice: str | None = None
    """Which texts it leaves out, and what to do about it."""

    @classmethod
    def of(cls, png: bytes, jpeg: bytes, *, shown_text: str = "", notice: str | None = None) -> "RenderedImage":
        return cls(png, jpeg, SIZE, SIZE, sha256(png).hexdigest(), sha256(jpeg).hexdigest(), shown_text, notice)
