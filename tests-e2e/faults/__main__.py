"""`python -m faults`: 1,000 posts under every fault, twice. Exit code 0: no post twice, none lost."""

import argparse
import asyncio
import logging
import sys
import tempfile
from pathlib import Path

from .mutants import MUTANTS, run_mutant
from .report import show
from .run import fault_run, plan_of
from .sources import REPOSITORY


def main() -> None:
    parser = argparse.ArgumentParser(prog="faults", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("run", "mutants"), default="run")
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--form", choices=("full", "short"), default="full")
    parser.add_argument("--mode", choices=("both", "protected", "unprotected"), default="both")
    parser.add_argument("--only", choices=[mutant.name for mutant in MUTANTS], help="run one mutant")
    parser.add_argument("--sources", type=Path, help="run the code of this copy of the repository")
    parser.add_argument("--keep", type=Path, help="keep data and logs in this folder")
    options = parser.parse_args()
    for library in ("aio_pika", "aiormq"):
        # each lost connection would log a page of tracebacks, and losing them is the point here
        logging.getLogger(library).setLevel(logging.CRITICAL)
    good = _mutants(options) if options.what == "mutants" else _runs(options)
    sys.exit(0 if good else 1)


def _runs(options: argparse.Namespace) -> bool:
    modes = {"both": (True, False), "protected": (True,), "unprotected": (False,)}[options.mode]
    good = []
    for protected in modes:
        plan = plan_of(options.form, options.seed, protected=protected)
        with tempfile.TemporaryDirectory(prefix="pulseworks-faults-") as temporary:
            folder = (options.keep or Path(temporary)) / ("protected" if protected else "unprotected")
            report = asyncio.run(fault_run(folder, plan, _write, sources=options.sources))
        show(report)
        good.append(report.tally.ok)
    return all(good)


def _mutants(options: argparse.Namespace) -> bool:
    missed = []
    for mutant in MUTANTS:
        if options.only not in {None, mutant.name}:
            continue
        _write(f"--- without the {mutant.name}: {mutant.without}")
        report = run_mutant(mutant, options.seed, _write, options.sources or REPOSITORY)
        show(report)
        caught = mutant.caught(report.tally)
        _write(f"--- without the {mutant.name} the fault run {'fails, as it must' if caught else 'STILL PASSES'}")
        if not caught:
            missed.append(mutant.name)
    return not missed


def _write(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
