"""One case on one screen: who, what is owed, what happened, what is allowed now, and what came of it."""
