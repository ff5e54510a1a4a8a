"""The feed is valid iCalendar (RFC 5545) whatever titles and captions contain."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scheduler.calendar.schemas import CalendarEntry, render_calendar

AT = datetime(2026, 12, 1, 20, 30, tzinfo=UTC)
ENTRY = CalendarEntry(
    uid="01936f00-0000-7000-8000-000000000001@pulseworks",
    at=AT,
    changed_at=AT - timedelta(days=3),
    sequence=2,
    status="CONFIRMED",
    summary="Facebook: Open late",
    description="Come by.",
    category="Facebook",
    url="https://facebook.example/1",
)

# RFC 5545, section 3.1: contentline, without the quoted parameter values that are not used here
_PARAMETER = r";[A-Z0-9-]+=[^\x00-\x08\x0a-\x1f\x7f\";:,]*"
_LINE = re.compile(rf"(?P<name>[A-Z0-9-]+)(?:{_PARAMETER})*:(?P<value>.*)", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# section 3.3.11: TEXT
_TEXT = re.compile(r"(?:[^\x00-\x08\x0a-\x1f\x7f;,\\]|\\[\\;,Nn])*")

Component = dict[str, list[str]]


def parsed(calendar: bytes) -> tuple[Component, list[tuple[str, Component]]]:
    """Return the calendar's own properties and its components. Fail if RFC 5545 is violated."""
    assert calendar.endswith(b"\r\n")
    physical = calendar[:-2].split(b"\r\n")
    assert all(len(line) <= 75 for line in physical)
    for folded in physical:
        folded.decode()  # folded between characters
        assert b"\r" not in folded
        assert b"\n" not in folded
    lines = re.sub(rb"\r\n[ \t]", b"", calendar[:-2]).decode().split("\r\n")
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    own: Component = {}
    components: list[tuple[str, Component]] = []
    depth: list[str] = []
    for line in lines[1:-1]:
        found = _LINE.fullmatch(line)
        assert found, line
        assert not _CONTROL.search(line)
        name, value = found["name"], found["value"]
        if name == "BEGIN":
            depth.append(value)
            if len(depth) == 1:
                components.append((value, {}))
        elif name == "END":
            assert depth.pop() == value
        else:
            (components[-1][1] if depth else own).setdefault(name, []).append(value)
    assert depth == []
    return own, components


def text(value: str) -> str:
    assert _TEXT.fullmatch(value), value
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def event_of(entry: CalendarEntry) -> Component:
    _, [(kind, properties)] = parsed(render_calendar("Posts", [entry]))
    assert kind == "VEVENT"
    return properties


def test_an_entry_has_all_properties() -> None:
    own, [(_, event)] = parsed(render_calendar("Posts of Harbour Dental", [ENTRY]))

    assert own["VERSION"] == ["2.0"]
    assert len(own["PRODID"]) == 1
    assert own["NAME"] == own["X-WR-CALNAME"] == ["Posts of Harbour Dental"]
    assert event == {
        "UID": [ENTRY.uid],
        "DTSTAMP": ["20261128T203000Z"],
        "LAST-MODIFIED": ["20261128T203000Z"],
        "SEQUENCE": ["2"],
        "DTSTART": ["20261201T203000Z"],
        "DURATION": ["PT15M"],
        "TRANSP": ["TRANSPARENT"],
        "STATUS": ["CONFIRMED"],
        "SUMMARY": ["Facebook: Open late"],
        "DESCRIPTION": ["Come by."],
        "CATEGORIES": ["Facebook"],
        "URL": ["https://facebook.example/1"],
    }


def test_times_are_in_utc() -> None:
    local = replace(ENTRY, at=AT.astimezone(timezone(timedelta(hours=13))))

    assert event_of(local)["DTSTART"] == ["20261201T203000Z"]


def test_a_calendar_without_posts_is_valid() -> None:
    """A calendar must contain a component (section 3.6); otherwise some programs refuse to subscribe."""
    _, components = parsed(render_calendar("Posts", []))

    assert [kind for kind, _ in components] == ["VTIMEZONE"]


@given(st.text(), st.text(), st.text())
@example("a\r\nEND:VCALENDAR", "x;y,z\\n\\", "\x00\x1b")
@example("é" * 80, "🎉" * 40, "a\rb\r\nc\nd")
@example("a\\Nb", "\\\\N", "\\n\\N")
def test_any_text_is_escaped_and_never_ends_the_entry(name: str, summary: str, description: str) -> None:
    entry = replace(ENTRY, summary=summary, description=description)

    own, [(_, event)] = parsed(render_calendar(name, [entry]))

    for written, read in ((name, own["NAME"]), (summary, event["SUMMARY"]), (description, event["DESCRIPTION"])):
        [value] = read
        lines = written.replace("\r\n", "\n").replace("\r", "\n")
        assert text(value) == re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", lines)


@pytest.mark.parametrize("url", ["https://a.example/\r\nATTENDEE:mailto:x@y.example", "javascript:alert(1)", "", "é"])
def test_an_invalid_url_is_omitted(url: str) -> None:
    assert "URL" not in event_of(replace(ENTRY, url=url))
