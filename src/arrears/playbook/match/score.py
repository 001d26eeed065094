"""
From the windows of a text to its answer: linear models over each window, joined into calibrated scores, and cut.

Reads:  windows and weights
Gives:  Matched
Never:  needs more than NumPy. What joins the models was fitted on texts held out of them, so a score is a probability.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from arrears.playbook.match.features import BLOCKS, Window
from arrears.playbook.match.load import Weights
from arrears.playbook.match.outputs import (
    ANY,
    CARDS,
    CHOICE,
    FIRST_RIGHT,
    LOGISTIC,
    MARGIN,
    RIGHTS,
    SHOWN_MAX,
    SINGLE,
    VULNERABLE,
    CardScore,
    Matched,
)

Floats = NDArray[np.float64]


def margins(windows: Sequence[Window], weights: Weights) -> Floats:
    """What every model says about every window: (windows, COLUMNS)."""
    said = np.zeros((len(windows), weights.matrix.shape[1]))
    scales = weights.facts["block_scale"]
    for at, window in enumerate(windows):
        for block in range(BLOCKS):
            rows = [row for key in window.keys[block] if (row := weights.rows.get((block << 32) | key)) is not None]
            if not rows:
                continue
            held = np.array(sorted(rows))
            values = weights.idf[held].astype(np.float64)
            values *= scales[block] / np.sqrt((values**2).sum())
            said[at] += values @ weights.matrix[held]
    return np.asarray(said + weights.bias)


def evidence(said: Floats) -> Floats:
    """
    For each of SINGLE what the models say of the whole text and of its strongest window: (SINGLE, EVIDENCE).
    Row 0 of `said` is the whole text.
    """
    choice = said[:, CHOICE]
    spread = choice - np.logaddexp.reduce(choice, axis=1, keepdims=True)
    none, cards = spread[:, :1], spread[:, 1:]
    some = np.log(np.maximum(-np.expm1(np.minimum(none, -1e-9)), 1e-9)) - none
    odds = np.zeros((len(said), len(SINGLE)))
    odds[:, : len(CARDS)] = cards
    odds[:, ANY] = some[:, 0]
    odds[:, VULNERABLE:] = said[:, LOGISTIC][:, VULNERABLE:]
    logistic, margin = said[:, LOGISTIC], said[:, MARGIN]
    return np.stack(
        [logistic[0], logistic.max(axis=0), margin[0], margin.max(axis=0), odds[0], odds.max(axis=0)],
        axis=1,
    )


EVIDENCE = 6
GROUPS = ("cards", "any", "vulnerable", "rights")


def with_cards(shown: Floats) -> Floats:
    """The evidence for "any card at all" also knows the best card of each model."""
    return np.concatenate([shown[ANY], shown[: len(CARDS)].max(axis=0)])


def scores(said: Floats, facts: dict[str, Floats]) -> Floats:
    """A probability for each of SINGLE."""
    shown = evidence(said)
    odds = np.zeros(len(SINGLE))
    odds[: len(CARDS)] = _joined(shown[: len(CARDS)], facts["cards"])
    odds[ANY] = _joined(with_cards(shown), facts["any"])
    odds[VULNERABLE] = _joined(shown[VULNERABLE], facts["vulnerable"])
    odds[FIRST_RIGHT:] = _joined(shown[FIRST_RIGHT:], facts["rights"])
    return np.asarray(1 / (1 + np.exp(-odds)))


def _joined(shown: Floats, joint: Floats) -> Floats:
    return np.asarray(shown @ joint[:-1] + joint[-1])


def answered(probability: Floats, facts: dict[str, Floats]) -> Matched:
    """Up to three cards where the text has any; a right or a vulnerability above its threshold."""
    cut_any, cut_card, cut_vulnerable = facts["cuts"][:3]
    cards: list[CardScore] = []
    if probability[ANY] >= cut_any:
        best = np.argsort(-probability[: len(CARDS)], kind="stable")[:SHOWN_MAX]
        cards = [
            CardScore(CARDS[at], round(float(probability[at]), 4))
            for place, at in enumerate(best)
            if place == 0 or probability[at] >= cut_card
        ]
    rights = probability[FIRST_RIGHT:]
    return Matched(
        cards=tuple(cards),
        vulnerable=bool(probability[VULNERABLE] >= cut_vulnerable),
        rights=tuple(name for name, held, cut in zip(RIGHTS, rights, facts["cuts"][3:], strict=True) if held >= cut),
        vulnerable_score=round(float(probability[VULNERABLE]), 4),
        right_scores=tuple(round(float(held), 4) for held in rights),
    )
