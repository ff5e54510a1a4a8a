"""The versions of a run: an earlier commit, this checkout, and three releases that change one table in steps."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from faults.sources import Change, changed_sources, python_path
from testing.checkout import REPOSITORY, check_out, output

CACHE = REPOSITORY / ".pulseworks" / "earlier"
_MIGRATIONS = "services/*/src/*/migrations/versions/*.py"
_MODELS = "services/scheduler/src/scheduler/models.py"
_VERSIONS = "services/scheduler/src/scheduler/migrations/versions"
_TITLE = r"    title: Mapped\[str\]\n"

_HEADLINE_ALONE = Change(_MODELS, _TITLE, '    title: Mapped[str] = mapped_column("headline")\n')
_HEADLINE_AND_TITLE = (
    Change(
        _MODELS,
        _TITLE,
        '    old_title: Mapped[str | None] = mapped_column("title")\n'
        "    headline: Mapped[str | None]\n"
        "\n"
        "    @hybrid_property\n"
        "    def title(self) -> str:\n"
        "        return self.old_title or '' if self.headline is None else self.headline\n"
        "\n"
        "    @title.inplace.setter\n"
        "    def _set_title(self, value: str) -> None:\n"
        "        self.old_title = self.headline = value\n"
        "\n",
    ),
    Change(
        _MODELS,
        r"from sqlalchemy\.orm import",
        "from sqlalchemy.ext.hybrid import hybrid_property\nfrom sqlalchemy.orm import",
    ),
)
_FURTHER_FIELD = Change(
    "libs/contracts/src/pulseworks_contracts/scheduler.py",
    r"class PostDueData\(FrozenPost\):\n",
    'class PostDueData(FrozenPost):\n    campaign: str = Field("none", description="A field of a later version.")\n',
)


@dataclass(frozen=True)
class Release:
    """A build of all services: the Python that has it installed, and a copy of the sources that takes precedence."""

    name: str
    python: str = sys.executable
    environ: Mapping[str, str] = field(default_factory=dict)


THIS = Release("this checkout")


def earlier(commit: str) -> Release:
    """Return a commit of this repository, installed in an environment of its own."""
    checkout = check_out(commit, CACHE)
    return Release(checkout.revision[:7], checkout.python)


def before_the_newest_migration() -> str:
    """Return the commit before the one that added the newest migration."""
    added = output(["git", "log", "-1", "--format=%H", "--diff-filter=A", "--", _MIGRATIONS], REPOSITORY).strip()
    return f"{added}^"


@dataclass(frozen=True)
class Step:
    """One release of the change: its migration of the scheduler, and its code."""

    name: str
    migration: str
    changes: tuple[Change, ...]


# `schedule_item.title` becomes `headline`. Each release works with the one before it and the one after it.
STEPS = (
    Step(
        "expand",
        """
    op.add_column("schedule_item", sa.Column("headline", sa.Text(), nullable=True), schema="scheduler")
""",
        (*_HEADLINE_AND_TITLE, _FURTHER_FIELD),
    ),
    Step(
        "backfill",
        """
    with all_rows(op, "scheduler", "schedule_item"):
        op.execute("UPDATE scheduler.schedule_item SET headline = title WHERE headline IS NULL")
    op.alter_column("schedule_item", "headline", nullable=False, schema="scheduler")
    op.alter_column("schedule_item", "title", nullable=True, schema="scheduler")
    refuse_builds_before(op, "scheduler", "9001")
""",
        (_HEADLINE_ALONE, _FURTHER_FIELD),
    ),
    Step(
        "contract",
        """
    op.drop_column("schedule_item", "title", schema="scheduler")
    refuse_builds_before(op, "scheduler", "9002")
""",
        (_HEADLINE_ALONE, _FURTHER_FIELD),
    ),
)
_MIGRATION = '''"""{name}: {revision}."""

import sqlalchemy as sa
from alembic import op
from common.database.builds_v1 import refuse_builds_before
from common.database.rls_v1 import all_rows

revision = "{revision}"
down_revision = "{before}"


def upgrade() -> None:{body}'''


def steps(folder: Path) -> list[Release]:
    """Return the releases of the change, as copies of this checkout below ``folder``."""
    releases = []
    newest = max(file.name.partition("_")[0] for file in (REPOSITORY / _VERSIONS).glob("[0-9]*_*.py"))
    revisions = [newest, *(f"900{number}" for number in range(1, len(STEPS) + 1))]
    for count, step in enumerate(STEPS, start=1):
        sources = changed_sources(f"the release {step.name}", step.changes, folder / step.name)
        for number in range(count):
            text = _MIGRATION.format(
                name=STEPS[number].name,
                revision=revisions[number + 1],
                before=revisions[number],
                body=STEPS[number].migration,
            )
            (sources / _VERSIONS / f"{revisions[number + 1]}_{STEPS[number].name}.py").write_text(text)
        releases.append(Release(step.name, environ=python_path(sources)))
    return releases
