"""The parameters of each call: strict types, and no unknown fields (EXTERNAL_APIS 1.2 to 1.8)."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic.alias_generators import to_camel

from sandbox.ayrshare.responses import AyrshareError, bad_parameters

Platform = Literal[
    "bluesky",
    "facebook",
    "gmb",
    "instagram",
    "linkedin",
    "pinterest",
    "reddit",
    "snapchat",
    "telegram",
    "threads",
    "tiktok",
    "twitter",
    "youtube",
]
Action = Literal[
    "feed",
    "social",
    "scheduled",
    "batch",
    "messages",
    "mentions",
    "comments",
    "automations",
    "suspended",
    "accountActivity",
]

# Fields of the real POST /post. A response that pretends to apply them would mislead.
_NOT_SIMULATED = (
    "requiresApproval",
    "autoHashtag",
    "autoSchedule",
    "autoRepost",
    "unsplash",
    "randomPost",
    "randomMediaUrl",
)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel, frozen=True)


class FirstComment(_Strict):
    comment: str
    media_urls: list[str] = []


class InstagramOptions(_Strict):
    stories: bool = False
    reels: bool = False
    share_reels_feed: bool = True
    thumb_nail: str | None = None
    thumb_nail_offset: int | None = None
    alt_text: list[Annotated[str, Field(max_length=1_000)]] = []
    location_id: str | None = None
    user_tags: list[dict[str, Any]] = []
    collaborators: Annotated[list[str], Field(max_length=3)] = []
    auto_resize: bool = False
    audio_name: str | None = None


class FacebookOptions(_Strict):
    reels: bool = False
    stories: bool = False
    title: Annotated[str, Field(max_length=255)] | None = None
    thumb_nail: str | None = None
    alt_text: list[str] = []
    media_captions: list[str] = []
    location_id: str | None = None
    link: str | None = None
    draft: bool = False
    scheduled_publish_date: str | None = None
    targeting: dict[str, Any] | None = None
    carousel: dict[str, Any] | None = None


class PostRequest(_Strict):
    """`POST /post` and `POST /validate/post` (EXTERNAL_APIS 1.2)."""

    post: str
    platforms: Annotated[list[Platform], Field(min_length=1)]
    media_urls: list[str] = []
    is_video: bool = False
    schedule_date: str | None = None
    validate_scheduled: bool = True
    idempotency_key: Annotated[str, Field(min_length=1)] | None = None
    notes: str | None = None
    shorten_links: bool = False
    first_comment: FirstComment | None = None
    disable_comments: bool = False
    instagram_options: InstagramOptions | None = None
    # The vendor's documentation spells it with a capital B, its agents' schema does not. Only the former is accepted.
    facebook_options: FacebookOptions | None = Field(default=None, alias="faceBookOptions")

    @field_validator("schedule_date")
    @classmethod
    def _is_utc(cls, value: str | None) -> str | None:
        if value is not None:
            parse_utc(value)
        return value

    @field_validator("platforms")
    @classmethod
    def _is_set(cls, value: list[Platform]) -> list[Platform]:
        if len(set(value)) != len(value):
            raise ValueError("a platform is named twice")
        return value

    @model_validator(mode="after")
    def _says_something(self) -> "PostRequest":
        if not self.post and not self.media_urls:
            raise ValueError("post may be empty only with mediaUrls")
        return self

    @property
    def scheduled_at(self) -> float | None:
        return parse_utc(self.schedule_date) if self.schedule_date else None


def parse_utc(value: str) -> float:
    """Parse `YYYY-MM-DDThh:mm:ssZ` (fractions are accepted) as UNIX seconds. Raises ValueError otherwise."""
    for form in ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%fZ"):
        try:
            return datetime.strptime(value, form).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    raise ValueError(f"{value!r} is not a UTC time such as 2026-07-08T12:30:00Z")


class DeletePost(_Strict):
    """`DELETE /post` (EXTERNAL_APIS 1.4): one of id, bulk, deleteAllScheduled."""

    id: str | None = None
    bulk: Annotated[list[str], Field(min_length=1)] | None = None
    delete_all_scheduled: bool = False
    mark_manual_deleted: bool = False

    @model_validator(mode="after")
    def _names_one_thing(self) -> "DeletePost":
        if [self.id is not None, self.bulk is not None, self.delete_all_scheduled].count(True) != 1:
            raise ValueError("give exactly one of id, bulk, deleteAllScheduled")
        return self


class RetryPost(_Strict):
    id: str


class CreateProfile(_Strict):
    """`POST /profiles` (EXTERNAL_APIS 1.6)."""

    title: Annotated[str, Field(min_length=1)]
    disable_social: list[Platform] = []
    hide_top_header: bool = False
    top_header: str | None = None
    sub_header: str | None = None
    messaging_active: bool = False
    tags: list[str] = []
    team: bool = False
    email: str | None = None


class UpdateProfile(_Strict):
    """`PATCH /profiles` (EXTERNAL_APIS 1.6)."""

    profile_key: str
    title: Annotated[str, Field(min_length=1)] | None = None
    disable_social: list[Platform] | None = None
    hide_top_header: bool | None = None
    top_header: str | None = None
    sub_header: str | None = None
    messaging_active: bool | None = None
    tags: list[str] | None = None


class DeleteProfile(_Strict):
    """`DELETE /profiles`: the key in the header or here, or the title (EXTERNAL_APIS 1.6)."""

    profile_key: str | None = None
    title: str | None = None


class Unlink(_Strict):
    """`DELETE /profiles/social` (EXTERNAL_APIS 1.6)."""

    platform: Platform


class CreateLinkSession(_Strict):
    """`POST /profiles/link-sessions` (EXTERNAL_APIS 1.6)."""

    redirect: str | None = None
    allowed_social: Annotated[list[Platform], Field(min_length=1)] | None = None
    mode: Literal["grid", "connect"] = "grid"
    network: Platform | None = None
    instagram_link_method: str | None = None
    origin: str | None = None
    domain: str | None = None
    logout: bool = False
    expires_in: int | None = None
    email: dict[str, Any] | None = None


class RegisterHook(_Strict):
    """`POST /hook/webhook` (EXTERNAL_APIS 1.8)."""

    action: Action
    url: str
    secret: Annotated[str, Field(min_length=1)] | None = None


class DeleteHook(_Strict):
    action: Action


ModelT = TypeVar("ModelT", bound=BaseModel)


def parse(model: type[ModelT], raw: bytes, content_type: str) -> ModelT:
    """Parse a JSON body. Raises AyrshareError (HTTP 400, code 101) that names every invalid field."""
    if raw and content_type.partition(";")[0].strip().lower() != "application/json":
        raise bad_parameters(f"Content-Type must be application/json, got {content_type or 'none'}.")
    try:
        return model.model_validate_json(_without_source(raw) or b"{}")
    except ValidationError as error:
        raise _named(error) from error


def _without_source(raw: bytes) -> bytes:
    """Leave out `source`, with which Ayrshare's SDKs name themselves in every call ("pypi", "npm")."""
    try:
        body = json.loads(raw)
    except ValueError:
        return raw
    if not isinstance(body, dict) or not isinstance(body.get("source"), str):
        return raw
    return json.dumps({name: value for name, value in body.items() if name != "source"}).encode()


def _named(error: ValidationError) -> AyrshareError:
    reasons = []
    for problem in error.errors(include_url=False, include_context=False, include_input=False):
        name = ".".join(map(str, problem["loc"])) or "body"
        if name == "facebookOptions":
            reasons.append("facebookOptions is not a field: write faceBookOptions")
        elif name in _NOT_SIMULATED:
            reasons.append(f"{name} is a field of the real API that this stand-in does not simulate")
        elif problem["type"] == "extra_forbidden":
            reasons.append(f"{name} is not a field of this call")
        else:
            reasons.append(f"{name}: {problem['msg']}")
    return bad_parameters("; ".join(reasons) + ".")
