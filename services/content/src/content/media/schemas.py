from typing import Literal

from common.http import samples
from pydantic import BaseModel, ConfigDict, Field


class StoredFile(BaseModel):
    url: str = Field(description="Public URL; its content never changes.")
    sha256: str


class StoredImage(BaseModel):
    """Image of a post: PNG for Facebook and previews, JPEG for Instagram."""

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
        description="Stable URL of the current PNG, for display; it may be cached for a minute after a change. Posts "
        "use `png` and `jpeg`."
    )
    png: StoredFile
    jpeg: StoredFile
    width: int = Field(description="Pixels.")
    height: int = Field(description="Pixels.")
    layout: int = Field(description="Number of the layout; 0 for an uploaded image.")
    source: Literal["DRAWN", "OWN"] = Field(
        description="`DRAWN`: generated. `OWN`: uploaded; an edit never redraws it."
    )
    # Images that were stored before these fields have the defaults.
    shown_text: str = Field(
        default="", description="The words in a generated image, from top to bottom; empty for an uploaded one."
    )
    notice: str | None = Field(
        default=None,
        description="Which texts a generated image leaves out because no font has their characters, and what to do; "
        "null if it shows all.",
    )
