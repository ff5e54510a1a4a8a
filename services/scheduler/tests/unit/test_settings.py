import pytest
from common.runtime.settings import offline_settings
from pydantic import ValidationError
from scheduler.settings import SchedulerSettings


def test_the_second_check_is_not_before_the_first() -> None:
    with pytest.raises(ValidationError, match="RECHECK_SECONDS must not exceed PREFLIGHT_SECONDS"):
        offline_settings(SchedulerSettings, {"preflight_seconds": 60, "recheck_seconds": 61})
