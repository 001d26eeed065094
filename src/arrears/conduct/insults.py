"""
Insults in general Chinese, learnt from COLD and from our own material together.

COLD (Deng et al., EMNLP 2022, Apache-2.0) holds social-media comments about groups. Alone it transfers badly to calls,
so its comments are learnt beside our own turns. The score only adds `abuse` where it is sure. English has none.
"""

from __future__ import annotations

from functools import cache
from math import exp, sqrt

from arrears.conduct import load
from arrears.conduct.features import masked, runs
from arrears.conduct.follow import Heard

GROUP_WEIGHT = 0.1


def insult_features(heard: Heard) -> dict[str, float]:
    """Character runs of one to three and ideas, of a single turn without its context."""
    names = {f"t:{run}" for run in runs(masked(heard), "zh", long=False)}
    value = 1 / sqrt(max(1, len(names)))
    found = dict.fromkeys(names, value)
    for hit in heard.hits:
        found[f"g:{hit.group}"] = GROUP_WEIGHT
    return found


@cache
def _weights() -> tuple[dict[str, float], float] | None:
    arrays = load.weights("zh_insults")
    if arrays is None:
        return None
    names = bytes(arrays["names"]).decode("utf-8").split("\n")
    return dict(zip(names, arrays["value"].astype(float).tolist(), strict=True)), float(arrays["bias"][0])


def insult_score(heard: Heard) -> float:
    """How likely a Chinese turn insults someone, from 0 to 1; 0 for English, or where nothing was trained."""
    known = _weights()
    if known is None or heard.language != "zh":
        return 0.0
    weights, bias = known
    total = bias + sum(value * weights.get(name, 0.0) for name, value in insult_features(heard).items())
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))
