"""The night, for those who answer for it."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
