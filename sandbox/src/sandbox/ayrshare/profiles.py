"""User profiles, their keys and their linked accounts (EXTERNAL_APIS 1.5 and 1.6)."""

import hashlib
import secrets
import string
from typing import Any, TypedDict

from sandbox.ayrshare.config import AyrshareConfig
from sandbox.ayrshare.responses import AyrshareError, firestore_time, utc
from sandbox.standin import StandIn

PRIMARY = hashlib.sha1(b"primary", usedforsecurity=False).hexdigest()
_TABLE = "profiles"


class Linked(TypedDict):
    """A Page or account of a social network that is linked to a profile."""

    id: str
    name: str
    created: float


class Profile(TypedDict):
    """A stored user profile; `linked` is by platform."""

    ref_id: str
    profile_key: str
    title: str
    created: float
    linked: dict[str, Linked]
    disable_social: list[str]
    messaging_active: bool
    suspended: bool


class Profiles:
    """All profiles, including the primary one."""

    def __init__(self, standin: StandIn[AyrshareConfig]) -> None:
        self._standin = standin
        self._refs: dict[str, str] = {}
        self.load()

    def load(self) -> None:
        """Read the keys from the store. Creates the primary profile if it is missing."""
        if self._standin.store.get(_TABLE, PRIMARY) is None:
            self._standin.store.put(_TABLE, PRIMARY, self._new_primary())
        profiles: list[Profile] = self._standin.store.values(_TABLE)
        self._refs = {profile["profile_key"]: profile["ref_id"] for profile in profiles}

    def primary(self) -> Profile:
        profile: Profile = self._standin.store.get(_TABLE, PRIMARY)
        return profile

    def customers(self) -> list[Profile]:
        """Return all but the primary profile, oldest first."""
        return [profile for profile in self._standin.store.values(_TABLE) if profile["ref_id"] != PRIMARY]

    def by_ref(self, ref_id: str) -> Profile | None:
        profile: Profile | None = self._standin.store.get(_TABLE, ref_id)
        return profile

    def by_key(self, profile_key: str) -> Profile:
        """Return the profile of a Profile-Key. Raises AyrshareError 403 (status unconfirmed) for an unknown key."""
        profile = self.by_ref(self._refs.get(profile_key, ""))
        if profile is None or profile["ref_id"] == PRIMARY:
            raise AyrshareError(403, "Profile Key not valid: it is none of your User Profiles.", http=403)
        return profile

    def create(self, title: str, *, disable_social: list[str], messaging_active: bool) -> Profile:
        """Create a profile. Raises AyrshareError 146 if the title is taken."""
        self._refuse_taken(title)
        key = "-".join(
            "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(8)) for _ in range(4)
        )
        profile: Profile = {
            "ref_id": secrets.token_hex(20),
            "profile_key": key,
            "title": title,
            "created": self._standin.clock.now().timestamp(),
            "linked": {},
            "disable_social": disable_social,
            "messaging_active": messaging_active,
            "suspended": False,
        }
        self._refs[key] = profile["ref_id"]
        self._save(profile)
        return profile

    def rename(self, profile: Profile, title: str) -> None:
        """Change the title. Raises AyrshareError 146 if it is taken."""
        if title != profile["title"]:
            self._refuse_taken(title)
        self._save({**profile, "title": title})

    def set_disabled(self, profile: Profile, platforms: list[str]) -> None:
        self._save({**profile, "disable_social": platforms})

    def suspend(self, profile: Profile) -> None:
        self._save({**profile, "suspended": True})

    def delete(self, profile: Profile) -> None:
        """Remove a profile permanently. Its posts stay on the networks."""
        self._refs.pop(profile["profile_key"], None)
        self._standin.store.delete(_TABLE, profile["ref_id"])

    def link(self, profile: Profile, platform: str, account_id: str, name: str) -> None:
        """Link an account. It replaces the profile's other account of that network."""
        account: Linked = {
            "id": account_id,
            "name": name,
            "created": self._standin.clock.now().timestamp(),
        }
        self._save({**profile, "linked": {**profile["linked"], platform: account}})

    def unlink(self, profile: Profile, platform: str) -> bool:
        """Unlink the account of a network; return False if there was none."""
        if platform not in profile["linked"]:
            return False
        rest = {name: account for name, account in profile["linked"].items() if name != platform}
        self._save({**profile, "linked": rest})
        return True

    def _save(self, profile: Profile) -> None:
        self._standin.store.put(_TABLE, profile["ref_id"], profile)

    def _refuse_taken(self, title: str) -> None:
        if any(profile["title"] == title for profile in self._standin.store.values(_TABLE)):
            raise AyrshareError(146, f"A profile with the title {title!r} already exists.", action="profiles")

    def _new_primary(self) -> Profile:
        now = self._standin.clock.now().timestamp()
        accounts: dict[str, Linked] = {
            "facebook": {"id": "100000000000001", "name": "Primary Page", "created": now},
            "instagram": {"id": "17841400000000001", "name": "primary.account", "created": now},
        }
        return {
            "ref_id": PRIMARY,
            "profile_key": "",
            "title": "Primary Profile",
            "created": now,
            "linked": accounts if self._standin.config.primary_linked else {},
            "disable_social": [],
            "messaging_active": False,
            "suspended": False,
        }


def listed(profile: Profile) -> dict[str, Any]:
    """Return a profile as in `GET /profiles`, without its key (EXTERNAL_APIS 1.6)."""
    created = firestore_time(profile["created"])
    shown: dict[str, Any] = {
        "status": "suspended" if profile["suspended"] else "active",
        "title": profile["title"],
        "displayTitle": profile["title"],
        "created": {"_seconds": created["_seconds"], "_nanoseconds": created["_nanoseconds"]},
        "createdUTC": created["utc"],
        "refId": profile["ref_id"],
        "activeSocialAccounts": sorted(profile["linked"]),
    }
    return shown | ({"suspended": True} if profile["suspended"] else {})


def display_name(platform: str, account: Linked) -> dict[str, Any]:
    """Return a linked account as in `displayNames` of `GET /user` (EXTERNAL_APIS 1.5)."""
    shown: dict[str, Any] = {
        "platform": platform,
        "id": account["id"],
        "displayName": account["name"],
        "userImage": f"https://images.example/{platform}/{account['id']}.jpg",
        "created": utc(account["created"]).replace("Z", ".000Z"),
    }
    if platform == "facebook":
        url = f"https://www.facebook.com/{account['id']}"
        return shown | {
            "pageName": account["name"],
            "profileUrl": url,
            "userId": account["id"][::-1],
            "messagingActive": False,
        }
    return shown | {
        "username": account["name"],
        "profileUrl": f"https://www.{platform}.com/{account['name']}",
    }
