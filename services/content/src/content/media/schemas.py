from pydantic import BaseModel, Field


class StoredFile(BaseModel):
    url: str = Field(description="Public address; what lies there never changes.")
    sha256: str


class StoredImage(BaseModel):
    """A post's picture: PNG for Facebook and previews, JPEG for Instagram, which takes nothing else."""

    url: str = Field(description="The post's present picture (PNG), under its own name.")
    png: StoredFile
    jpeg: StoredFile
    width: int = Field(description="Pixels.")
    height: int = Field(description="Pixels.")
