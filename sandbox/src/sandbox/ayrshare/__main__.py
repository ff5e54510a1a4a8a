"""`python -m sandbox.ayrshare --port N [--state FILE] [--config JSON]`."""

from sandbox.ayrshare.app import create_ayrshare
from sandbox.ayrshare.config import AyrshareConfig
from sandbox.standin import standin_cli

app = standin_cli(AyrshareConfig, create_ayrshare)

if __name__ == "__main__":
    app()
