"""`POST /post`, from the request to the live rows on the networks (EXTERNAL_APIS 1.2)."""

import asyncio
from typing import Any

from pydantic import BaseModel, ConfigDict

from sandbox.ayrshare.agenda import Agenda
from sandbox.ayrshare.config import AyrshareConfig
from sandbox.ayrshare.limits import network_error, not_linked, refusal
from sandbox.ayrshare.media import Measured, Media, MediaUnreachableError
from sandbox.ayrshare.post_store import Post, PostStore
from sandbox.ayrshare.profiles import Profile, Profiles
from sandbox.ayrshare.responses import AyrshareError, bad_parameters, utc
from sandbox.ayrshare.schemas import PostRequest
from sandbox.ayrshare.webhooks import Webhooks
from sandbox.standin import StandIn


class InjectedError(BaseModel):
    """An error that a network returns, switched on with `POST /_control/network_errors`."""

    model_config = ConfigDict(extra="forbid")

    platform: str
    code: int
    message: str
    profile_ref_id: str | None = None
    times: int = 1
    extra: dict[str, Any] = {}


class Publishing:
    """Accepts posts, checks them like Ayrshare and the networks, and publishes them."""

    def __init__(
        self,
        standin: StandIn[AyrshareConfig],
        *,
        profiles: Profiles,
        post_store: PostStore,
        media: Media,
        webhooks: Webhooks,
        agenda: Agenda,
    ) -> None:
        self._standin = standin
        self._profiles = profiles
        self._post_store = post_store
        self._media = media
        self._webhooks = webhooks
        self._agenda = agenda
        self.injected: list[InjectedError] = []

    def resume(self) -> None:
        """Resume posts that were pending or in progress when the stand-in was stopped."""
        for post in self._post_store.with_status("pending", "processing"):
            self._plan(post, post["due_at"] or post["created"])

    async def submit(self, profile: Profile, request: PostRequest) -> Post:
        """Accept a post and, unless it is scheduled, publish it. Its record holds the outcome.

        Raises AyrshareError for whatever fails the whole request: a used key, media that can't be fetched.
        """
        self._refuse_used_key(profile, request)
        self._refuse_plan_features(request)
        due_at = self._due_at(request)
        media, unreachable = await self._measured(request)
        # others may have arrived while the media were fetched
        self._refuse_used_key(profile, request)
        if unreachable is not None:
            if request.idempotency_key is not None:
                self._post_store.use_key(profile, request.idempotency_key)
            raise unreachable
        errors = self._refusals(profile, request, request.platforms, media)
        if self._standin.config.racy_seconds:
            await asyncio.sleep(self._standin.config.racy_seconds)
        if due_at is not None and (not errors or not request.validate_scheduled):
            post = self._post_store.add(profile, request, "pending", due_at)
            self._plan(post, due_at)
            return post
        post = self._post_store.add(profile, request, "processing", due_at)
        if due_at is not None:
            return self._post_store.go_live(profile, post, [], errors)
        if self._standin.config.publish_seconds and len(errors) < len(request.platforms):
            await asyncio.sleep(self._standin.config.publish_seconds)
        return self._publish(post, request.platforms, errors)

    async def check(self, profile: Profile, request: PostRequest) -> list[dict[str, Any]]:
        """Return what the networks would refuse, without any effect. Also used for `POST /validate/post`."""
        self._refuse_plan_features(request)
        self._due_at(request)
        media, unreachable = await self._measured(request)
        if unreachable is not None:
            raise unreachable
        return self._refusals(profile, request, request.platforms, media)

    def retry(self, post: Post) -> Post:
        """Retry the failed networks soon (EXTERNAL_APIS 1.4). Raises AyrshareError if that is not allowed."""
        if post["status"] not in {"error", "partial"}:
            raise bad_parameters("Only a post with status error can be retried.")
        if post["retried"]:
            raise bad_parameters("A post can be retried once only.")
        now = self._standin.clock.now().timestamp()
        retried: Post = {**post, "status": "pending", "retried": True, "due_at": now, "errors": []}
        self._post_store.update(retried)
        self._plan(retried, now)
        return retried

    def _plan(self, post: Post, due_at: float) -> None:
        async def publish() -> None:
            await self._publish_due(post["id"])

        self._agenda.add(due_at, publish)

    async def _publish_due(self, post_id: str) -> None:
        post = self._post_store.get(post_id)
        if post is None or post["status"] not in {"pending", "processing"}:
            return
        post = {**post, "status": "processing"}
        self._post_store.update(post)
        request = PostRequest.model_validate(post["request"])
        done = {result["platform"] for result in post["results"]}
        missing = [platform for platform in request.platforms if platform not in done]
        profile = self._profiles.by_ref(post["ref_id"])
        try:
            media = await self._media.measure(request.media_urls)
        except MediaUnreachableError as error:
            errors = [network_error(platform, 440, f"Meta could not download: {error}") for platform in missing]
        else:
            errors = self._refusals(profile, request, missing, media, but=post_id) if profile else []
        settled = self._publish(post, missing, errors)
        self._webhooks.post_settled(settled)

    def _publish(self, post: Post, platforms: list[Any], errors: list[dict[str, Any]]) -> Post:
        """Publish the post on the networks without an error. Changes since the check count as well."""
        profile = self._profiles.by_ref(post["ref_id"])
        refused = {error["platform"]: error for error in errors}
        for platform in platforms:
            if platform in refused:
                continue
            if profile is None or platform not in profile["linked"]:
                refused[platform] = not_linked(platform)
            elif injected := self._injected(profile, platform):
                refused[platform] = injected
        live = [platform for platform in platforms if platform not in refused]
        if profile is None:
            failed: Post = {**post, "status": "error", "errors": list(refused.values())}
            self._post_store.update(failed)
            return failed
        return self._post_store.go_live(profile, post, live, list(refused.values()))

    def _refusals(
        self,
        profile: Profile,
        request: PostRequest,
        platforms: list[Any],
        media: list[Measured],
        *,
        but: str = "",
    ) -> list[dict[str, Any]]:
        """Return at most one error per network, in the order of the networks."""
        config, errors = self._standin.config, []
        for platform in platforms:
            error = refusal(platform, profile, request, media, config)
            most = config.instagram_daily_posts
            if error is None and platform == "instagram" and most:
                used = self._post_store.used_quota(profile["ref_id"], platform)
                if used >= most:
                    error = network_error(
                        platform, 138, f"Instagram Error: {used} posts in 24 hours, {most} are allowed."
                    )
            if (
                error is None
                and config.duplicate_check
                and self._post_store.has_similar(profile, platform, request, but)
            ):
                error = network_error(
                    platform, 137, "Duplicate or similar content posted within the same two day period."
                )
            errors.append(error)
        return [error for error in errors if error is not None]

    async def _measured(self, request: PostRequest) -> tuple[list[Measured], AyrshareError | None]:
        """Fetch the media, unless they are checked only when due. A failure is code 136."""
        for url in request.media_urls:
            if not self._media.accepts(url):
                return [], _media_error(f"{url} must be https.")
        if request.schedule_date and not request.validate_scheduled:
            return [], None
        try:
            return await self._media.measure(request.media_urls), None
        except MediaUnreachableError as error:
            return [], _media_error(str(error))

    def _refuse_used_key(self, profile: Profile, request: PostRequest) -> None:
        """Reject a repeated key forever, regardless of the first outcome. Status and code are unconfirmed."""
        config, key = self._standin.config, request.idempotency_key
        if key is None or not config.idempotency_check or not self._post_store.is_used(profile, key):
            return
        raise UsedKeyError(
            config.idempotency_code,
            f"Duplicate idempotencyKey {key!r}: it was used before for this profile.",
            action="post",
            http=config.idempotency_status,
        )

    def _refuse_plan_features(self, request: PostRequest) -> None:
        resizes = request.instagram_options is not None and request.instagram_options.auto_resize
        for name, used in (("shortenLinks", request.shorten_links), ("autoResize", resizes)):
            if used:
                raise AyrshareError(169, f"{name} needs the Max Pack.", action="post", http=403)

    def _due_at(self, request: PostRequest) -> float | None:
        due_at = request.scheduled_at
        if due_at is None or due_at > self._standin.clock.now().timestamp():
            return due_at
        if self._standin.config.past_schedule_date == "publish":
            return None
        raise bad_parameters(f"scheduleDate {request.schedule_date} is not in the future.")

    def _injected(self, profile: Profile, platform: str) -> dict[str, Any] | None:
        for error in self.injected:
            fits = error.platform == platform and error.profile_ref_id in {None, profile["ref_id"]}
            if fits and error.times > 0:
                error.times -= 1
                return network_error(platform, error.code, error.message, **error.extra)
        return None


class UsedKeyError(AyrshareError):
    """A repeated idempotencyKey."""


def _media_error(reason: str) -> AyrshareError:
    return AyrshareError(
        136,
        "Media URLs invalid. Please verify the media is an externally accessible URL.",
        action="post",
        details=reason,
    )


def outcome(post: Post, profile: Profile) -> dict[str, Any]:
    """Return the outcome of a post as in `POST /post` without a Profile-Key (EXTERNAL_APIS 1.2)."""
    identity = {"id": post["id"], "refId": post["ref_id"], "post": post["request"]["post"]}
    if post["status"] == "pending":
        return {"status": "scheduled", "scheduleDate": utc(post["due_at"] or post["created"]), **identity}
    shown = {
        "status": "success" if post["status"] == "success" else "error",
        "errors": post["errors"],
        "postIds": post["results"],
        "profileTitle": profile["title"],
        **identity,
    }
    verified = any(error.get("verifyCheck") for error in post["errors"])
    return shown | ({"validate": True} if verified else {})


def wrapped(shown: dict[str, Any]) -> dict[str, Any]:
    """Wrap a response as with a Profile-Key: an array of posts with an overall status."""
    return {"status": "error" if shown["status"] == "error" else "success", "posts": [shown]}
