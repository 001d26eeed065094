"""
One e-mail address.

Taken      name@domain with a point in the domain, as mail servers take it.
Refused    two addresses, an address without a domain, words, a remark beside it.
"""

from __future__ import annotations

import re

from arrears.kernel.reading.text import cleaned, narrow
from arrears.kernel.reading.unreadable import Unreadable

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS = rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])"
_ADDRESS = re.compile(ADDRESS)


def read_email(text: str) -> str:
    """The address as it is written, in narrow letters."""
    plain = narrow(cleaned(text))
    name = plain.partition("@")[0]
    if not _ADDRESS.fullmatch(plain) or len(plain) > 254 or len(name) > 64:
        raise Unreadable("not_one_email", "it is not one e-mail address and nothing else")
    return plain
