"""The main job, end to end, through the gateway as a frontend would do it."""
