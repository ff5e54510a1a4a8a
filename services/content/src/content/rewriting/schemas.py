from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Part = Literal["CAPTION", "HASHTAGS", "IMAGE"]


class Rewrite(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"part": "CAPTION", "revision": 3}]})

    part: Part = Field(
        description="`IMAGE` writes its words anew too and takes the next layout; an own picture makes way for it."
    )
    revision: int = Field(
        ge=1, description="The revision that you saw; 409 when it is no longer it. A repeated call is."
    )
