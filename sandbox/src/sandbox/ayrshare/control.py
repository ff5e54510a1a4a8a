"""Control calls for tests and the demo, beyond those shared by all stand-ins."""

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.ayrshare.linking import Linking
from sandbox.ayrshare.post_store import PostStore
from sandbox.ayrshare.profiles import Profiles, listed
from sandbox.ayrshare.publishing import InjectedError, Publishing
from sandbox.ayrshare.webhooks import Webhooks

_FILTERS = ("profile_ref_id", "platform", "platform_account_id", "notes", "idempotency_key", "text")


class LostLink(BaseModel):
    """A link that a network removes, and the reason for the `social` webhook."""

    model_config = ConfigDict(extra="forbid")

    ref_id: str
    platform: str
    code: int = 349
    message: str = "Account locked"


class Control:
    """The routes below `/_control` that only Ayrshare has."""

    def __init__(
        self, profiles: Profiles, post_store: PostStore, publishing: Publishing, webhooks: Webhooks, linking: Linking
    ) -> None:
        self._profiles = profiles
        self._post_store = post_store
        self._publishing = publishing
        self._webhooks = webhooks
        self._linking = linking

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/_control/posts", self.posts),
            Route("/_control/profiles", self.profiles),
            Route("/_control/webhooks", self.webhooks),
            Route("/_control/unlink", self.unlink, methods=["POST"]),
            Route("/_control/network_errors", self.network_errors, methods=["GET", "POST", "DELETE"]),
        ]

    async def posts(self, request: Request) -> Response:
        """Every post that is on an account of a network: the effects to be counted.

        Query: `profile_ref_id`, `platform`, `platform_account_id`, `notes`, `idempotency_key`, `text` (equal), and
        `deleted=true` to include deleted ones. `at_unix` is the time in seconds, with fractions.
        """
        query = request.query_params
        rows = [
            row
            for row in self._post_store.live()
            if (query.get("deleted") == "true" or row["deleted_at"] is None)
            and all(query[name] == row[name] for name in _FILTERS if name in query)
        ]
        return JSONResponse(
            {
                "count": len(rows),
                "on_primary": sum(row["on_primary"] for row in rows),
                "posts": rows,
            }
        )

    async def profiles(self, _request: Request) -> Response:
        return JSONResponse(
            {
                "profiles": [
                    listed(profile) | {"linked": profile["linked"]}
                    for profile in (self._profiles.primary(), *self._profiles.customers())
                ]
            }
        )

    async def webhooks(self, _request: Request) -> Response:
        return JSONResponse({"deliveries": self._webhooks.deliveries()})

    async def unlink(self, request: Request) -> Response:
        """Remove a link, as a network does: `{"ref_id", "platform", "code"?: 349, "message"?}`."""
        try:
            lost = LostLink.model_validate_json(await request.body())
        except ValidationError as error:
            return JSONResponse({"error": error.errors(include_url=False, include_input=False)}, 422)
        details = {"status": "error", "code": lost.code, "message": lost.message}
        if not self._linking.unlink(lost.ref_id, lost.platform, details):
            return JSONResponse({"error": "The profile has no such account."}, 404)
        return JSONResponse({"status": "success"})

    async def network_errors(self, request: Request) -> Response:
        """Switch errors on: a list of `{"platform", "code", "message", "profile_ref_id"?, "times"?, "extra"?}`."""
        if request.method == "DELETE":
            self._publishing.injected.clear()
        if request.method == "POST":
            try:
                errors = TypeAdapter(list[InjectedError]).validate_json(await request.body())
            except ValidationError as error:
                return JSONResponse({"error": error.errors(include_url=False, include_input=False)}, 422)
            self._publishing.injected.extend(errors)
        return JSONResponse([error.model_dump() for error in self._publishing.injected])
