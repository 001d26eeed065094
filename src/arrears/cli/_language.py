"""The language of what a command prints: zh or en, and nothing else."""

from __future__ import annotations

from arrears.kernel.problem import Problem, Unusable

LANGS = ("zh", "en")


def english(lang: str) -> int:
    """0 for zh, 1 for en: the place of the language in every pair of words. Raises Unusable for another."""
    if lang not in LANGS:
        raise Unusable(
            Problem(
                code="wrong_language",
                where="--lang",
                what=f"{lang!r} is neither zh nor en.",
                why="Everything is written in these two.",
                fix="Use zh or en.",
            )
        )
    return LANGS.index(lang)
