"""Billing has no list with pages: a first one needs its cases here."""

from collections.abc import Mapping, Sequence

from billing.__main__ import service as billing
from testing.conventions import ListConventions

LISTS: Mapping[str, Sequence[Mapping[str, str]]] = {}
ROWS: Sequence[str] = ()


class TestLists(ListConventions):
    service = billing
    lists = LISTS
    rows = ROWS
