"""Who should be helped next, by whom: the order of the day's work and the lease on one piece of it."""
