"""Loaded before any test module.

The folder `sandbox/` has the name of the package inside it. pytest's importlib mode would register the folder
as that package when it imports the first test below it, so the real one has to be there before.
"""

import sandbox

pytest_plugins = ["testing.plugin"]  # not by -p, which would import our packages before coverage is measured

__all__ = ["sandbox"]
