"""The components that pages are made of, and the small values they show."""
