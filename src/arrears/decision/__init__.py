"""What each account needs tonight: lawful treatments, their value, and an allocation with a certificate."""
