from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Part = Literal["CAPTION", "HASHTAGS", "IMAGE"]


class Rewrite(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"part": "CAPTION", "revision": 3}]})

    part: Part = Field(
        description="`IMAGE` rewrites the text in the image and draws it in the next layout; it replaces an uploaded "
        "image."
    )
    revision: int = Field(
        ge=1,
        description="The revision that you loaded; 409 if it is not the current one. So a repeated request has no "
        "effect.",
    )
