"""
The one form of a number or address by which attempts are counted, so that no cap is passed by writing it another way.

Reads:  a contact point's channel (phone | email | address), its value as the lender wrote it, the owner's time zone
Gives:  the form that history and act both carry
Never:  checks that the number exists
"""

from __future__ import annotations

from arrears.kernel.number import country_of_zone, point_key

number_as_counted = point_key
"""
"+86 199-0000-0001", "0086 19900000001" and "19900000001" are one number; "A@B.c" and "a@b.c" one address.
"""


def counted_at(channel: str, value: str, time_zone: str | None) -> str:
    """The form of a contact point of somebody in `time_zone`, whose country says how an unmarked number is read."""
    return point_key(channel, value, country_of_zone(time_zone) or "CN")
