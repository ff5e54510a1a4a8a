"""`python -m faults`: 1,000 posts through everything that can go wrong, twice. Exit code 0: none twice, none lost."""

import argparse
import asyncio
import logging
import sys
import tempfile
from pathlib import Path

from .report import show
from .run import fault_run, plan_of


def main() -> None:
    parser = argparse.ArgumentParser(prog="faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--form", choices=("full", "short"), default="full")
    parser.add_argument("--mode", choices=("both", "protected", "unprotected"), default="both")
    parser.add_argument("--sources", type=Path, help="run the code of this copy of the repository")
    parser.add_argument("--keep", type=Path, help="keep data and logs in this folder")
    options = parser.parse_args()
    for library in ("aio_pika", "aiormq"):
        # each lost connection would be a page of tracebacks, and losing them is the point here
        logging.getLogger(library).setLevel(logging.CRITICAL)
    modes = {"both": (True, False), "protected": (True,), "unprotected": (False,)}[options.mode]
    good = True
    for protected in modes:
        plan = plan_of(options.form, options.seed, protected=protected)
        with tempfile.TemporaryDirectory(prefix="pulseworks-faults-") as temporary:
            folder = (options.keep or Path(temporary)) / ("protected" if protected else "unprotected")
            report = asyncio.run(fault_run(folder, plan, print, sources=options.sources))
        show(report)
        good = good and report.tally.ok
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
