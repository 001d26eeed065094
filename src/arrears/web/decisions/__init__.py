"""The decision desk: what waits for a person, and what each decision takes."""
