"""`python -m upgrade`: a rolling upgrade and a roll-back under load. Exit code 0: no error, no post twice or lost."""

import argparse
import asyncio
import logging
import sys
import tempfile
from pathlib import Path

from sandbox.stack.errors import PrerequisiteError

from .releases import THIS, Release, before_the_newest_migration, earlier, steps
from .report import show
from .run import FULL, SHORT, Move, Result, upgrade_run


def main() -> None:
    parser = argparse.ArgumentParser(prog="upgrade", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("both", "commit", "steps"), default="both")
    parser.add_argument("--since", help="the former version, a commit; by default the one before the newest migration")
    parser.add_argument("--form", choices=("full", "short"), default="full")
    parser.add_argument("--keep", type=Path, help="keep data and logs in this folder")
    options = parser.parse_args()
    for library in ("aio_pika", "aiormq"):
        logging.getLogger(library).setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="pulseworks-upgrade-") as temporary:
        folder = options.keep or Path(temporary)
        form = {"full": FULL, "short": SHORT}[options.form]
        good = []
        if options.what != "steps":
            try:
                former = earlier(options.since or before_the_newest_migration())
            except PrerequisiteError as error:
                sys.exit(f"The former version can't be installed (it needs the history of git): {error}")
            result = asyncio.run(upgrade_run(folder / "commit", former, commit_moves(former), _write, form=form))
            good.append(_shown(f"{former.name}, {THIS.name}, and back", result))
        if options.what != "commit":
            moves, refused = step_moves(folder / "sources")
            result = asyncio.run(upgrade_run(folder / "steps", THIS, moves, _write, form=form, refused=refused))
            good.append(_shown("expand, backfill, contract, and one version back", result))
    sys.exit(0 if all(good) else 1)


def commit_moves(former: Release) -> list[Move]:
    """Upgrade from a former version to this checkout, and go back. The schema stays at this checkout's."""
    return [Move(THIS), Move(former, migrates=False, back=True)]


def step_moves(folder: Path) -> tuple[list[Move], Release]:
    """Change a table of the scheduler in three releases and go one back; return the release that can't be gone back to.

    The roll-back runs `migrate`, as tools do that apply the Jobs of every version.
    """
    expand, backfill, contract = steps(folder)
    releases = [Move(release, ("scheduler",)) for release in (expand, backfill, contract)]
    return [*releases, Move(backfill, ("scheduler",), back=True)], expand


def _shown(title: str, result: Result) -> bool:
    show(title, result)
    return result.ok


def _write(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
