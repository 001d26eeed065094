"""
What somebody wrote, read strictly: an instant, a day, an amount, an identity number, a phone, an e-mail address.

Each shape is decided in one module here and nowhere else. A reader gives the value, or raises `Unreadable` with a code
that a quarantine groups by; it never guesses and never drops a part of what was written. The import reads whole
columns (`book.parse`); a property holds the columns equal to these, cell by cell.
"""

from arrears.kernel.reading.unreadable import Unreadable

__all__ = ["Unreadable"]
