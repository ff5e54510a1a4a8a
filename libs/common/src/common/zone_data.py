"""One source of time zone data in every process: the package ``tzdata``.

``zoneinfo`` prefers the host's files, which may be years older than the pinned package. Two replicas on two hosts would
then disagree about the instant of a wall time.
"""

import os
import zoneinfo

import tzdata

__all__ = ["ZONE_DATA_VERSION", "use_packaged_zone_data"]

ZONE_DATA_VERSION: str = tzdata.IANA_VERSION
"""The version of IANA's database, such as ``2026b``."""


def use_packaged_zone_data() -> None:
    """Make ``zoneinfo`` ignore the host's files, in this process and in those that it starts."""
    os.environ["PYTHONTZPATH"] = ""
    zoneinfo.reset_tzpath(())
    zoneinfo.ZoneInfo.clear_cache()
