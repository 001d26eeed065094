"""What a contact led to: outcomes, promises and their clock, holds, payments, plans."""
