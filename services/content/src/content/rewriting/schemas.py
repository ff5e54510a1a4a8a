from typing import Literal

from common.http import RequestModel
from pydantic import ConfigDict, Field

Part = Literal["CAPTION", "HASHTAGS", "IMAGE"]


class Rewrite(RequestModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"part": "CAPTION", "revision": 3}]})

    part: Part = Field(
        description="What to regenerate. `CAPTION`: the caption. `HASHTAGS`: the hashtags. `IMAGE`: the image, with a "
        "new `headline`, `subline` and `alt_text`, in another layout than before; it replaces an uploaded image."
    )
    revision: int = Field(
        ge=1,
        description="The `revision` that you last read. If the post has changed since, the request is refused with 409 "
        "`content_changed`: so a retry does not regenerate the part a second time.",
    )
