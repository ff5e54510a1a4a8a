from typing import Literal

from common.http import samples
from pydantic import BaseModel, ConfigDict, Field


class StoredFile(BaseModel):
    url: str = Field(description="Public address; what lies there never changes.")
    sha256: str


class StoredImage(BaseModel):
    """A post's picture: PNG for Facebook and previews, JPEG for Instagram, which takes nothing else."""

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
        description="The post's present picture (PNG), under its own name; after a change it may show the earlier one "
        "for a minute. Posts are sent with `png` and `jpeg`."
    )
    png: StoredFile
    jpeg: StoredFile
    width: int = Field(description="Pixels.")
    height: int = Field(description="Pixels.")
    layout: int = Field(description="Which arrangement was drawn; 0 for an own picture.")
    source: Literal["DRAWN", "OWN"] = Field(description="`OWN`: the account's own picture; it is not drawn anew.")
