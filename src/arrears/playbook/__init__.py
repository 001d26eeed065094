"""What to say and what to offer: cards, matching, affordability, offers, the preparation sheet."""
