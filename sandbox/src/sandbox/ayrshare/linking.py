"""Link sessions: the page on which a customer selects the Page and account to connect (EXTERNAL_APIS 1.6)."""

import hashlib
import secrets
from collections.abc import Sequence
from typing import Any, TypedDict
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from sandbox.ayrshare.config import AyrshareConfig
from sandbox.ayrshare.pages import connected_page, gone_page, link_page, refused_page
from sandbox.ayrshare.profiles import Profile, Profiles
from sandbox.ayrshare.responses import BAD_PARAMETERS, AyrshareError, bad_parameters, utc
from sandbox.ayrshare.schemas import CreateLinkSession
from sandbox.ayrshare.webhooks import Webhooks
from sandbox.standin import StandIn

PATH = "/link/{session_id}"
_LIFE_SECONDS = 300
_LINKABLE = ("facebook", "instagram")
_TABLE = "link_sessions"


class Session(TypedDict):
    """A stored link session; `expires` is in UNIX seconds."""

    id: str
    ref_id: str
    expires: float
    redirect: str | None
    allowed: list[str]


class Choice(BaseModel):
    """The page's form; the same fields are accepted as JSON. Ids are the networks' numbers."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    facebook: str | None = Field(default=None, pattern=r"^[0-9]{5,20}$")
    facebook_name: str | None = None
    instagram: str | None = Field(default=None, pattern=r"^[0-9]{5,20}$")
    instagram_name: str | None = None
    unlink: list[str] = []


class Linking:
    """Creates sessions and serves their page."""

    def __init__(self, standin: StandIn[AyrshareConfig], profiles: Profiles, webhooks: Webhooks) -> None:
        self._standin = standin
        self._profiles = profiles
        self._webhooks = webhooks

    def create(self, profile: Profile, request: CreateLinkSession, base_url: str) -> dict[str, Any]:
        """Open a session for five minutes. Raises AyrshareError for features of a larger plan."""
        if request.mode == "connect":
            raise AyrshareError(504, "mode=connect needs the Max Pack.", action="link", http=403)
        if request.expires_in is not None or request.email is not None:
            raise AyrshareError(169, "expiresIn and email need the Max Pack.", action="link", http=403)
        if request.redirect is not None and urlsplit(request.redirect).scheme not in {"https", "http"}:
            raise bad_parameters(f"redirect must be a URL, got {request.redirect}.")
        allowed: Sequence[str] = request.allowed_social or _LINKABLE
        session: Session = {
            "id": f"ayr_ls_{secrets.token_urlsafe(18)}",
            "ref_id": profile["ref_id"],
            "expires": self._standin.clock.now().timestamp() + _LIFE_SECONDS,
            "redirect": request.redirect,
            "allowed": [
                platform for platform in _LINKABLE if platform in allowed and platform not in profile["disable_social"]
            ],
        }
        self._standin.store.put(_TABLE, session["id"], session)
        base = self._standin.config.public_base_url or base_url
        return {
            "status": "success",
            "sessionId": session["id"],
            "url": base.rstrip("/") + PATH.format(session_id=session["id"]),
            "expiresAt": utc(session["expires"]),
            "emailSent": False,
            "title": profile["title"],
        }

    async def show(self, request: Request) -> Response:
        """Serve the page or, with `Accept: application/json`, its offers."""
        try:
            session, profile = self._open(request)
        except AyrshareError as error:
            return _refused(request, error)
        if _wants_json(request):
            return JSONResponse(self._offered(session, profile))
        return HTMLResponse(link_page(self._offered(session, profile)))

    async def submit(self, request: Request) -> Response:
        """Link the selected accounts; then redirect to the session's `redirect`, or confirm."""
        try:
            session, profile = self._open(request)
            choice = await self._choice(request, session)
        except AyrshareError as error:
            return _refused(request, error)
        for platform in choice.unlink:
            self.unlink(profile["ref_id"], platform)
        for platform in _LINKABLE:
            account_id: str | None = getattr(choice, platform)
            if account_id is not None:
                name = getattr(choice, f"{platform}_name") or _offer_name(profile, platform, account_id)
                self.link(profile["ref_id"], platform, account_id, name)
        linked = self._profiles.by_ref(profile["ref_id"]) or profile
        if _wants_json(request):
            return JSONResponse({"status": "success", "linked": linked["linked"], "redirect": session["redirect"]})
        if session["redirect"] is not None:
            return RedirectResponse(session["redirect"], 303)
        return HTMLResponse(connected_page(linked["title"], linked["linked"]))

    def link(self, ref_id: str, platform: str, account_id: str, name: str) -> None:
        """Link an account and send the `social` webhook. An account that is already linked is left unchanged."""
        profile = self._profiles.by_ref(ref_id)
        if profile is None:
            return
        current = profile["linked"].get(platform)
        if current is not None and current["id"] == account_id:
            return
        self._profiles.link(profile, platform, account_id, name)
        linked = self._profiles.by_ref(ref_id) or profile
        self._webhooks.account_changed(linked, "link", platform, linked["linked"][platform])

    def unlink(self, ref_id: str, platform: str, details: dict[str, Any] | None = None) -> bool:
        """Unlink an account and send the `social` webhook. `details` are set if the network did it."""
        profile = self._profiles.by_ref(ref_id)
        if profile is None or not self._profiles.unlink(profile, platform):
            return False
        account = profile["linked"][platform]
        self._webhooks.account_changed(profile, "unlink", platform, account, details=details)
        return True

    def _open(self, request: Request) -> tuple[Session, Profile]:
        session: Session | None = self._standin.store.get(_TABLE, request.path_params["session_id"])
        profile = self._profiles.by_ref(session["ref_id"]) if session else None
        if session is None or profile is None:
            raise AyrshareError(502, "Link session not found.", action="link", http=404)
        if self._standin.clock.now().timestamp() >= session["expires"]:
            raise AyrshareError(503, "Link session expired.", action="link", http=410)
        return session, profile

    async def _choice(self, request: Request, session: Session) -> Choice:
        try:
            if _is_json(request.headers.get("content-type", "")):
                choice = Choice.model_validate_json(await request.body())
            else:
                form = await request.form()
                fields: dict[str, Any] = {name: value for name, value in form.items() if value != ""}
                choice = Choice.model_validate(fields | {"unlink": form.getlist("unlink")})
        except ValidationError as error:
            raise bad_parameters(str(error.errors(include_url=False, include_input=False))) from error
        chosen = [p for p in _LINKABLE if getattr(choice, p) is not None]
        if not chosen and not choice.unlink:
            raise bad_parameters("Choose a Page or an account.")
        if any(platform not in session["allowed"] for platform in (*chosen, *choice.unlink)):
            raise bad_parameters(f"This session allows {', '.join(session['allowed'])} only.")
        return choice

    def _offered(self, session: Session, profile: Profile) -> dict[str, Any]:
        return {
            "title": profile["title"],
            "expires_at": utc(session["expires"]),
            "linked": profile["linked"],
            "offers": {platform: offers(profile, platform) for platform in session["allowed"]},
        }


def offers(profile: Profile, platform: str) -> list[dict[str, str]]:
    """Return the invented Pages or accounts of this customer, always the same for a profile."""
    seed = int(hashlib.sha256(f"{profile['ref_id']}{platform}".encode()).hexdigest(), 16)
    if platform == "facebook":
        names = (profile["title"], f"{profile['title']}, the other branch")
        return [{"id": str(10**14 + seed % 10**14 + number), "name": name} for number, name in enumerate(names)]
    handle = "".join(c for c in profile["title"].casefold() if c.isascii() and c.isalnum()) or "account"
    return [
        {"id": f"17841{seed % 10**11 + number:012d}", "name": name}
        for number, name in enumerate((handle, f"{handle}.shop"))
    ]


def _offer_name(profile: Profile, platform: str, account_id: str) -> str:
    names = {offer["id"]: offer["name"] for offer in offers(profile, platform)}
    return names.get(account_id, account_id)


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "") or _is_json(request.headers.get("content-type", ""))


def _refused(request: Request, error: AyrshareError) -> Response:
    if _wants_json(request):
        return JSONResponse(error.body, error.http)
    page = refused_page if error.code == BAD_PARAMETERS else gone_page
    return HTMLResponse(page(str(error)), error.http)
