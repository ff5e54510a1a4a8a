from typing import Literal

from common.http import samples
from pydantic import BaseModel, ConfigDict, Field


class StoredFile(BaseModel):
    url: str = Field(description="Public URL. The file there never changes.")
    sha256: str = Field(description="SHA-256 of the file, in hex.")


class StoredImage(BaseModel):
    """The image of a post: `png` is posted on Facebook, `jpeg` on Instagram."""

    model_config = ConfigDict(
        json_schema_serialization_defaults_required=True,
        json_schema_extra={
            "examples": [
                {
                    "url": f"{samples.MEDIA}.png",
                    "png": {"url": f"{samples.MEDIA}.png", "sha256": "cd" * 32},
                    "jpeg": {"url": f"{samples.MEDIA}.jpg", "sha256": samples.JPEG_SHA256},
                    "width": 1080,
                    "height": 1080,
                    "layout": 2,
                    "source": "DRAWN",
                    "shown_text": f"{samples.TITLE}. {samples.BUSINESS}.",
                    "notice": None,
                }
            ]
        },
    )

    url: str = Field(
        description="For display: this URL stays the same and returns the current image as PNG, up to a minute late. "
        "What is posted is in `png` and `jpeg`."
    )
    png: StoredFile = Field(description="The image as PNG, as it is posted on Facebook.")
    jpeg: StoredFile = Field(description="The image as JPEG, as it is posted on Instagram.")
    width: int = Field(description="Pixels.")
    height: int = Field(description="Pixels.")
    layout: int = Field(description="Which of PulseWorks' layouts was used; 0 for an uploaded image.")
    source: Literal["DRAWN", "OWN"] = Field(description="`DRAWN`: drawn by PulseWorks. `OWN`: uploaded by a user.")
    # Images that were stored before these fields have the defaults.
    shown_text: str = Field(
        default="", description="The words in a drawn image, from top to bottom; empty for an uploaded one."
    )
    notice: str | None = Field(
        default=None,
        description="Text for people: which texts or emoji a drawn image leaves out, because no font has their "
        "characters, and what to do. Null if it shows everything. An edit of `headline` or `subline` to a text that "
        "would be left out is refused with 422 `text_not_drawable`; only emoji before or after the words are accepted "
        "and left out.",
    )
