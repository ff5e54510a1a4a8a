from typing import Literal

from common.http import samples
from pydantic import BaseModel, ConfigDict, Field


class StoredFile(BaseModel):
    url: str = Field(description="Public URL; its content never changes.")
    sha256: str


class StoredImage(BaseModel):
    """Image of a post: PNG for Facebook and previews, JPEG for Instagram."""

    model_config = ConfigDict(
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
                }
            ]
        }
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
