"""When a profile at Ayrshare, which costs money, is no longer needed, and what follows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import SecretStr


@dataclass(frozen=True)
class Use:
    """What uses a profile."""

    posting: bool
    """The subscription includes posting."""
    linked: bool
    """By our records a Page or an account is linked."""
    busy: bool
    """A delivery may still need it: it waits, or its outcome is not known."""

    @property
    def is_used(self) -> bool:
        return self.busy or (self.posting and self.linked)


@dataclass(frozen=True)
class Wait:
    """Check again after this time."""

    after: timedelta


@dataclass(frozen=True)
class Finished:
    """Nothing is left to check."""


@dataclass(frozen=True)
class AskWhetherLinked:
    """Only our records say that nothing is linked: Ayrshare has the last word."""


@dataclass(frozen=True)
class DeleteProfile:
    """The deletion is committed. ``key`` None: it can't be read."""

    ref_id: str
    title: str
    key: SecretStr | None


@dataclass(frozen=True)
class RemoveOrphan:
    """Its creation had no known result, so a profile with this title may exist, and nobody has its key."""

    title: str


Step = Wait | Finished | AskWhetherLinked | DeleteProfile | RemoveOrphan


def next_check(unused_since: datetime | None, now: datetime, *, grace: timedelta, interval: timedelta) -> timedelta:
    """Return when to check again. Zero: the grace time of an unused profile is over."""
    if unused_since is None:
        return interval
    return min(max(unused_since + grace - now, timedelta(0)), interval)
