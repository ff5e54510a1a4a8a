"""The calls of the API, below `/api` like the real one (EXTERNAL_APIS 1.2 to 1.8)."""

from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute, Route

from sandbox.ayrshare.config import AyrshareConfig
from sandbox.ayrshare.gate import Call, Gate, Handler
from sandbox.ayrshare.history import History, read_query
from sandbox.ayrshare.linking import Linking
from sandbox.ayrshare.post_store import PostStore, record
from sandbox.ayrshare.profile_calls import ProfileCalls
from sandbox.ayrshare.profiles import display_name
from sandbox.ayrshare.publishing import Publishing, UsedKeyError, outcome, wrapped
from sandbox.ayrshare.responses import ApiResponse, AyrshareError, bad_parameters, firestore_time, utc
from sandbox.ayrshare.schemas import (
    CreateLinkSession,
    DeleteHook,
    DeletePost,
    PostRequest,
    RegisterHook,
    RetryPost,
)
from sandbox.ayrshare.webhooks import Webhooks
from sandbox.standin import StandIn

_NO_ISSUES = (
    "No validation issues were found with this post. This is only an Ayrshare validation test and the post "
    "may still return an error by the social networks."
)


@dataclass(frozen=True)
class Api:
    """Each method is one API call."""

    standin: StandIn[AyrshareConfig]
    gate: Gate
    profile_calls: ProfileCalls
    post_store: PostStore
    publishing: Publishing
    history: History
    webhooks: Webhooks
    linking: Linking

    def routes(self) -> list[BaseRoute]:
        calls: list[tuple[str, str, Handler]] = [
            ("POST", "/post", self.post),
            ("DELETE", "/post", self.delete_post),
            ("PUT", "/post/retry", self.retry_post),
            ("GET", "/post/{id}", self.get_post),
            ("POST", "/validate/post", self.validate_post),
            ("GET", "/history", self.list_history),
            ("GET", "/history/{id}", self.get_post),
            ("GET", "/user", self.get_user),
            ("GET", "/profiles", self.profile_calls.listing),
            ("POST", "/profiles", self.profile_calls.create),
            ("PATCH", "/profiles", self.profile_calls.update),
            ("DELETE", "/profiles", self.profile_calls.delete),
            ("DELETE", "/profiles/social", self.profile_calls.unlink),
            # paths of earlier versions, which the SDKs still use
            ("DELETE", "/delete", self.delete_post),
            ("POST", "/profiles/create-profile", self.profile_calls.create),
            ("POST", "/profiles/profile", self.profile_calls.create),
            ("PATCH", "/profiles/profile", self.profile_calls.update),
            ("PUT", "/profiles/profile", self.profile_calls.update),
            ("DELETE", "/profiles/delete-profile", self.profile_calls.delete),
            ("DELETE", "/profiles/profile", self.profile_calls.delete),
            ("POST", "/profiles/link-sessions", self.create_link_session),
            ("POST", "/hook/webhook", self.register_hook),
            ("GET", "/hook/webhook", self.list_hooks),
            ("DELETE", "/hook/webhook", self.delete_hook),
            ("GET", "/hook/history", self.hook_history),
        ]
        every = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        return [
            *(Route(f"/api{path}", self.gate.guarding(run), methods=[verb]) for verb, path, run in calls),
            Route("/api/{rest:path}", self.gate.guarding(_unknown_call), methods=every),
        ]

    async def post(self, call: Call) -> ApiResponse:
        try:
            post = await self.publishing.submit(call.profile, await call.body(PostRequest))
        except UsedKeyError as error:
            if self.standin.config.idempotency_shape == "flat":
                raise
            shown = {"status": "error", "errors": [error.body], "postIds": []}
            return ApiResponse(wrapped(shown) if call.for_customer else shown, error.http)
        shown = outcome(post, call.profile)
        status = 400 if shown["status"] == "error" else 200
        if call.for_customer:
            return ApiResponse(wrapped(shown), status)
        shown.pop("profileTitle", None)
        return ApiResponse(shown, status)

    async def validate_post(self, call: Call) -> ApiResponse:
        errors = await self.publishing.check(call.profile, await call.body(PostRequest))
        warnings = [error for error in errors if error["code"] == 156]
        hard = [error for error in errors if error["code"] != 156]
        if hard:
            return ApiResponse(hard[0], 400)
        body: dict[str, Any] = {"status": "success", "message": _NO_ISSUES}
        return ApiResponse(body | ({"warnings": warnings} if warnings else {}))

    async def get_post(self, call: Call) -> ApiResponse:
        return ApiResponse(record(self.history.one(call.profile, call.request.path_params["id"])))

    async def delete_post(self, call: Call) -> ApiResponse:
        status, body = self.history.delete(call.profile, await call.body(DeletePost))
        return ApiResponse(body, status)

    async def retry_post(self, call: Call) -> ApiResponse:
        request = await call.body(RetryPost)
        post = self.publishing.retry(self.history.one(call.profile, request.id))
        return ApiResponse(outcome(post, call.profile))

    async def list_history(self, call: Call) -> ApiResponse:
        query = read_query(call.query)
        return ApiResponse({"history": self.history.listed(call.profile, query)})

    async def get_user(self, call: Call) -> ApiResponse:
        """`GET /user` (EXTERNAL_APIS 1.5): `activeSocialAccounts` is absent if nothing is linked."""
        profile, params = call.profile, call.query
        unknown = set(params) - {"instagramDetails", "instagramQuota"}
        if unknown:
            raise bad_parameters(f"Invalid in the query: {', '.join(sorted(unknown))}.")
        now = self.standin.clock.now().timestamp()
        names = [display_name(platform, account) for platform, account in profile["linked"].items()]
        if "true" in {params.get("instagramDetails"), params.get("instagramQuota")}:
            for name in names:
                if name["platform"] == "instagram":
                    name["usedQuota"] = self.post_store.used_quota(profile["ref_id"], "instagram")
        body = {
            "created": firestore_time(profile["created"]),
            "email": "sandbox@pulseworks.example",
            "monthlyApiCalls": self.gate.calls[profile["ref_id"]],
            "monthlyPostCount": len(self.post_store.of_profile(profile["ref_id"])),
            "monthlyPostQuota": 0,
            "refId": profile["ref_id"],
            "title": profile["title"],
            "lastUpdated": utc(now),
            "nextUpdate": utc(now),
            "suspended": profile["suspended"],
        }
        if names:
            body |= {"activeSocialAccounts": sorted(profile["linked"]), "displayNames": names}
        return ApiResponse(body)

    async def create_link_session(self, call: Call) -> ApiResponse:
        """`POST /profiles/link-sessions`: the Profile-Key is required (EXTERNAL_APIS 1.6)."""
        request = await call.body(CreateLinkSession)
        if not call.for_customer:
            raise bad_parameters("The Profile-Key header is required.")
        return ApiResponse(self.linking.create(call.profile, request, str(call.request.base_url)))

    async def register_hook(self, call: Call) -> ApiResponse:
        hook = await call.body(RegisterHook)
        self.webhooks.register(call.profile, hook)
        return ApiResponse(
            {
                "status": "success",
                "action": hook.action,
                "url": hook.url,
                "refId": call.profile["ref_id"],
            }
        )

    async def list_hooks(self, call: Call) -> ApiResponse:
        return ApiResponse(self.webhooks.listed(call.profile))

    async def delete_hook(self, call: Call) -> ApiResponse:
        hook = await call.body(DeleteHook)
        self.webhooks.remove(call.profile, hook.action)
        return ApiResponse({"status": "success", "action": hook.action})

    async def hook_history(self, call: Call) -> ApiResponse:
        return ApiResponse({"status": "success", "history": self.webhooks.history(call.profile)})


async def _unknown_call(call: Call) -> ApiResponse:
    path = f"{call.request.method} {call.request.url.path}"
    raise AyrshareError(404, f"The stand-in has no call {path}.", http=404)
