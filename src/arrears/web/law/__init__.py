"""The law for people who have never seen code: what holds, how sure we are, and what it did tonight."""
