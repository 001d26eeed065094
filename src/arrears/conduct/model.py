"""
The trained part: one linear model per code and language over named features, then a second over the first's scores.

Reads the weights that `arrears.conduct.train` wrote. Gives, per agent turn, a probability for each code and the
features that weighed most. The second model sees the scores of this turn and of the agent's earlier turns, so that a
short follow-up ("yes, do it, it is quick") is read with what it follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from arrears.conduct import load
from arrears.conduct.table import CODES, Language

Floats = NDArray[np.float32]
N = len(CODES)
STACK = 3 * N + 1
"""Columns of the second model: this turn, the agent's last, the most so far, and whether there was an earlier one."""


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of one language. `first` is features × codes; `second` is STACK × codes."""

    features: dict[str, int]
    first: Floats
    first_bias: Floats
    second: Floats
    second_bias: Floats
    thresholds: Floats
    material: str

    def raw(self, features: dict[str, float]) -> Floats:
        """The first model's log-odds, one a code."""
        places: list[int] = []
        values: list[float] = []
        for name, value in features.items():
            place = self.features.get(name)
            if place is not None:
                places.append(place)
                values.append(value)
        if not places:
            return self.first_bias
        found: Floats = np.asarray(values, dtype=np.float32) @ self.first[places] + self.first_bias
        return found

    def scores(self, raws: list[Floats]) -> list[Floats]:
        """Probabilities for the agent turns of one conversation, from their log-odds in order."""
        return [1 / (1 + np.exp(-(row @ self.second + self.second_bias))) for row in stacked(raws)]

    def weighed(self, features: dict[str, float], code: int, most: int = 5) -> list[tuple[str, float]]:
        """The features of a turn that spoke most for a code, with their share of the log-odds."""
        shares = [
            (name, float(value * self.first[place, code]))
            for name, value in features.items()
            if (place := self.features.get(name)) is not None
        ]
        return sorted((share for share in shares if share[1] > 0), key=lambda share: -share[1])[:most]


def stacked(raws: list[Floats]) -> list[Floats]:
    """The second model's input rows for consecutive agent turns."""
    rows: list[Floats] = []
    none = np.full(N, -4.0, dtype=np.float32)
    last, most = none, none
    for place, raw in enumerate(raws):
        now = np.clip(raw, -6, 6).astype(np.float32)
        rows.append(np.concatenate([now, last, most, np.asarray([float(place > 0)], dtype=np.float32)]))
        last, most = now, np.maximum(most, now)
    return rows


@cache
def model(language: Language) -> Model | None:
    """The shipped model of a language; None where none was trained."""
    arrays = load.weights(f"{language}_model")
    if arrays is None:
        return None
    names = bytes(arrays["names"]).decode("utf-8").split("\n")
    first = np.zeros((len(names), N), dtype=np.float32)
    first[arrays["row"], arrays["column"]] = arrays["value"].astype(np.float32)
    return Model(
        features={name: place for place, name in enumerate(names)},
        first=first,
        first_bias=arrays["first_bias"].astype(np.float32),
        second=arrays["second"].astype(np.float32),
        second_bias=arrays["second_bias"].astype(np.float32),
        thresholds=arrays["thresholds"].astype(np.float32),
        material=bytes(arrays["material"]).decode("ascii"),
    )
