"""What the book, the nights and the days add up to."""
