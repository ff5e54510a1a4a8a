"""``python tools/structure``: every module of the services has a role, and imports point downward.

The grammar is the table ``[tool.structure]`` of pyproject.toml; CONTRIBUTING.md explains it. Exits with 1 and prints
one line for each breach. ``--report`` prints the number of lines by role instead.
"""

import sys
import tomllib
from pathlib import Path

from grammar import Grammar, breaches, report

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["structure"]
    grammar = Grammar.of(table)
    if arguments == ["--report"]:
        print(report(ROOT / "services", grammar))
        return 0
    found = breaches(ROOT / "services", grammar)
    print("\n".join(found) or "structure: every module has its role, and imports point downward")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
