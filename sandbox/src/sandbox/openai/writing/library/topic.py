"""Topics of posts, and the language of a trade."""

from pydantic import BaseModel, ConfigDict


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Topic(_Texts):
    """A subject with its texts. `{name}` and `{place}` in them are replaced with the business and its town.

    `words` are searched in the brand's facts, so that a caption can close with a matching one. `months` (1 to 12, for
    the northern hemisphere) limits a topic to its season; empty means any time.
    """

    title: str
    headline: str
    subline: str
    angle: str
    bodies: tuple[str, ...]
    tags: tuple[str, ...]
    focus: tuple[str, ...]
    words: tuple[str, ...] = ()
    months: tuple[int, ...] = ()


class Trade(_Texts):
    """A line of business: how to recognise it, its topics, and its invitations (by the brief's focus)."""

    name: str
    signs: tuple[str, ...]
    audience: str
    voice: str
    avoid: tuple[str, ...]
    invitations: dict[str, tuple[str, ...]]
    questions: tuple[str, ...]
    offers: tuple[str, ...]
    tags: tuple[str, ...]
    topics: tuple[Topic, ...]
