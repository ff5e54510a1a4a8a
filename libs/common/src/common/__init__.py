"""What the services share. Its import settles one thing for the whole process: where time zones come from."""

from common.zone_data import use_packaged_zone_data

use_packaged_zone_data()
