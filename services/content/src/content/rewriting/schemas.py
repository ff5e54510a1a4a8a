from typing import Literal

from common.http import RequestModel
from pydantic import ConfigDict, Field

Part = Literal["CAPTION", "HASHTAGS", "IMAGE"]


class Rewrite(RequestModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"part": "CAPTION", "revision": 3}]})

    part: Part = Field(
        description="What to regenerate. `IMAGE` also rewrites the text in the image and its alternative text, and "
        "uses the next layout; an uploaded image is replaced."
    )
    revision: int = Field(
        ge=1,
        description="The `revision` that you last read. If the post has changed since, the call returns 409 "
        "`content_changed`; therefore a repeated call does not change the post twice.",
    )
