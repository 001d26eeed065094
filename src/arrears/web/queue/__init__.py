"""The collector's day: what to take next, what is mine, what waits."""
