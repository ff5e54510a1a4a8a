import pytest
from common.database import Database


@pytest.fixture(autouse=True)
async def _migrated(database: Database) -> None:
    """Start every test with an empty table."""
