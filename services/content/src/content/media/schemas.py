from typing import Literal

from pydantic import BaseModel, Field


class StoredFile(BaseModel):
    url: str = Field(description="Public address; what lies there never changes.")
    sha256: str


class StoredImage(BaseModel):
    """A post's picture: PNG for Facebook and previews, JPEG for Instagram, which takes nothing else."""

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
