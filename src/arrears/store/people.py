"""
SQL of the people who use arrears: users and their sessions.
"""

from __future__ import annotations

from dataclasses import dataclass

ROLES = ("collector", "supervisor", "head", "compliance", "admin")
LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class User:
    """Someone who signs in. Never carries the password hash."""

    user_id: str
    username: str
    name: str
    role: str
    language: str
    active: bool
