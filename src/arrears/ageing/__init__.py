"""How late each account is on a day, what is overdue by component, and the bucket that puts it in."""
