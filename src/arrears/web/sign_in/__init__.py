"""Sign in, sign out, and how a visitor wants to read."""
