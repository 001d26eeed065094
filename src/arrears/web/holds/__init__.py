"""The day's lists for whoever answers for it."""
