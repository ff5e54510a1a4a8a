from pathlib import Path

VERSIONS = Path(__file__).with_name("migrations") / "versions"
"""The folder of the migrations."""
