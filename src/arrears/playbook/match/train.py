"""
Trains the matcher's weights from the material, and says how well it does on texts it has not seen.

    python -m arrears.playbook.match.train [--material material/playbook] [--check]

Reads:  material/playbook/{zh,en}/*.jsonl and the lexicons; never the held-out part, never the dev set
Writes: weights/zh.npz and weights/en.npz beside this file, the same bytes for the same material

Folds keep a pair (a text and its near miss, or its sequel) together. What joins the models and where they cut is
fitted on the folds' held-out predictions.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from arrears.playbook.match import features, normalise
from arrears.playbook.match.features import BLOCKS, Window, windows_of
from arrears.playbook.match.load import LANGUAGES, WEIGHTS, Lexicon, Weights, load_lexicon, packed_weights, read_weights
from arrears.playbook.match.normalise import normalised
from arrears.playbook.match.outputs import ANY, CARDS, COLUMNS, FIRST_RIGHT, RIGHTS, SINGLE, VULNERABLE
from arrears.playbook.match.score import Floats, evidence, margins, scores, with_cards

MATERIAL = Path("material/playbook")
FOLDS = 5
SEED = 20261124
BLOCK_SCALE = (1.0, 1.0, 0.7)
LONGER = 1
"""Longer texts joined from two, for every text with a card."""


@dataclass(frozen=True, slots=True)
class Item:
    """One text of the material with what it shows."""

    id: str
    language: str
    text: str
    cards: tuple[str, ...]
    vulnerable: bool
    rights: tuple[str, ...]
    pair: str

    @property
    def plain(self) -> bool:
        """Nothing to find in it."""
        return not (self.cards or self.vulnerable or self.rights)


def read_items(paths: Sequence[Path]) -> list[Item]:
    """The texts of JSON-lines files, in order. Raises ValueError for a label that doesn't exist."""
    found = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            row: dict[str, Any] = json.loads(line)
            labels = row["labels"]
            unknown = (set(labels["cards"]) - set(CARDS)) | (set(labels["rights"]) - set(RIGHTS))
            if unknown or row["language"] not in LANGUAGES:
                raise ValueError(f"{path}:{number}: {sorted(unknown) or row['language']} is no label of the matcher.")
            found.append(
                Item(
                    id=row["id"],
                    language=row["language"],
                    text=row["text"],
                    cards=tuple(labels["cards"]),
                    vulnerable=bool(labels["vulnerable"]),
                    rights=tuple(labels["rights"]),
                    pair=row.get("pair") or row["id"],
                )
            )
    return found


def material_paths(language: str, material: Path = MATERIAL) -> list[Path]:
    """The files that a language is trained from, in the order of their names."""
    return sorted((material / language).glob("*.jsonl"))


def digest_of(language: str, material: Path = MATERIAL) -> str:
    """SHA-256 of all that the weights depend on: material, lexicon, and the code of features and training."""
    made = hashlib.sha256()
    for path in material_paths(language, material):
        made.update(path.name.encode() + b"\0" + path.read_bytes())
    made.update(load_lexicon(language).digest.encode())
    for module in (features.__file__, normalise.__file__, __file__):
        made.update(Path(module).read_bytes())
    return made.hexdigest()


def windows_of_items(items: Sequence[Item], lexicon: Lexicon) -> list[list[Window]]:
    """Each item's windows, the whole text first."""
    return [windows_of(normalised(item.text, lexicon), lexicon) for item in items]


def truth(items: Sequence[Item]) -> NDArray[np.bool_]:
    """(items, SINGLE): what each item shows."""
    return np.array(
        [
            [*(card in item.cards for card in CARDS), bool(item.cards), item.vulnerable]
            + [right in item.rights for right in RIGHTS]
            for item in items
        ]
    )


def longer(items: Sequence[Item], draw: random.Random) -> list[Item]:
    """
    Longer texts, each joined from two of `items`: people seldom say one thing alone. What is found in one of the two is
    found in the joined text.
    """
    plain = [item for item in items if item.plain]
    some = [item for item in items if not item.plain]
    made = []
    for item in some * LONGER:
        other = draw.choice(plain if draw.random() < 0.7 or len(some) < 2 else some)
        parts = [item, other] if draw.random() < 0.5 else [other, item]
        made.append(
            replace(
                item,
                text="。".join(part.text for part in parts)
                if item.language == "zh"
                else ". ".join(p.text for p in parts),
                cards=tuple(dict.fromkeys(card for part in parts for card in part.cards)),
                vulnerable=item.vulnerable or other.vulnerable,
                rights=tuple(dict.fromkeys(right for part in parts for right in part.rights)),
            )
        )
    for item in plain[::2]:
        other = draw.choice(plain)
        made.append(replace(item, text=f"{item.text}{'。' if item.language == 'zh' else '. '}{other.text}"))
    return made


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Keys that occur at least twice, their row, inverse document frequency and family."""

    keys: NDArray[np.uint64]
    idf: NDArray[np.float64]
    block: NDArray[np.int8]

    def matrix(self, windows: Sequence[Window]) -> csr_matrix:
        """(windows, rows): each family scaled to its length."""
        rows = {int(key): row for row, key in enumerate(self.keys)}
        data, indices, ends = [], [], [0]
        for window in windows:
            for block in range(BLOCKS):
                held = sorted(row for key in window.keys[block] if (row := rows.get((block << 32) | key)) is not None)
                values = self.idf[held]
                if held:
                    data.append(values * BLOCK_SCALE[block] / np.sqrt((values**2).sum()))
                    indices.extend(held)
            ends.append(len(indices))
        joined = np.concatenate(data) if data else np.zeros(0)
        return csr_matrix((joined, indices, ends), shape=(len(windows), len(self.keys)))


def vocabulary_of(windows: Sequence[Window]) -> Vocabulary:
    """Every key that two texts share."""
    count: Counter[int] = Counter()
    for window in windows:
        for block in range(BLOCKS):
            count.update((block << 32) | key for key in window.keys[block])
    kept = np.array(sorted(key for key, times in count.items() if times >= 2), dtype=np.uint64)
    times = np.array([count[int(key)] for key in kept])
    idf = (np.log((1 + len(windows)) / (1 + times)) + 1).astype(np.float16).astype(np.float64)
    return Vocabulary(kept, idf, (kept >> np.uint64(32)).astype(np.int8))


def fit(items: Sequence[Item], windows: Sequence[Sequence[Window]], lexicon: Lexicon, seed: int = SEED) -> Weights:
    """Linear models over the whole texts of `items` (and longer ones joined from them)."""
    joined = longer(items, random.Random(seed))
    every = [*items, *joined]
    whole = [held[0] for held in windows] + [held[0] for held in windows_of_items(joined, lexicon)]
    vocabulary = vocabulary_of([held[0] for held in windows])
    matrix = vocabulary.matrix(whole)
    shown = truth(every)
    weight, bias = np.zeros((matrix.shape[1], COLUMNS)), np.zeros(COLUMNS)

    places, classes, share = [], [], []
    for place, item in enumerate(every):
        for at, card in enumerate(item.cards or ("",)):
            places.append(place)
            classes.append(CARDS.index(card) + 1 if card else 0)
            share.append(1.0 if at == 0 else 0.6)
    choice = LogisticRegression(C=12.0, max_iter=60, tol=1e-3, class_weight="balanced")
    choice.fit(matrix[places], np.array(classes), sample_weight=np.array(share))
    weight[:, choice.classes_] = choice.coef_.T
    bias[choice.classes_] = choice.intercept_

    for at in range(len(SINGLE)):
        wanted = shown[:, at]
        pull = {True: min(6.0, 0.5 * (len(wanted) / max(wanted.sum(), 1))), False: 1.0}
        single = LogisticRegression(C=12.0, solver="liblinear", class_weight=pull, random_state=seed)
        single.fit(matrix, wanted)
        margin = LinearSVC(C=0.35, class_weight=pull, random_state=seed, max_iter=4000)
        margin.fit(matrix, wanted)
        for column, model in ((len(CARDS) + 1 + at, single), (len(CARDS) + 1 + len(SINGLE) + at, margin)):
            weight[:, column], bias[column] = model.coef_[0], model.intercept_[0]
    return Weights(
        rows={int(key): row for row, key in enumerate(vocabulary.keys)},
        idf=vocabulary.idf.astype(np.float32),
        block=vocabulary.block,
        matrix=weight.astype(np.float32),
        bias=bias.astype(np.float32),
        facts={"block_scale": np.array(BLOCK_SCALE)},
        digest="",
    )


def folds_of(items: Sequence[Item], folds: int = FOLDS, seed: int = SEED) -> NDArray[np.int64]:
    """The fold of each item; a pair is never split."""
    pairs = sorted({item.pair for item in items})
    random.Random(seed).shuffle(pairs)
    place = {pair: at % folds for at, pair in enumerate(pairs)}
    return np.array([place[item.pair] for item in items])


def held_out_evidence(
    items: Sequence[Item], windows: Sequence[Sequence[Window]], lexicon: Lexicon, folds: NDArray[np.int64]
) -> list[Floats]:
    """For every item what models trained without its fold say: margins of its windows."""
    said: list[Floats] = [np.zeros(0)] * len(items)
    for fold in sorted(set(folds.tolist())):
        inside = [at for at in range(len(items)) if folds[at] != fold]
        weights = fit([items[at] for at in inside], [windows[at] for at in inside], lexicon)
        for at in np.flatnonzero(folds == fold).tolist():
            said[at] = margins(windows[at], weights)
    return said


def join(said: Sequence[Floats], shown: NDArray[np.bool_]) -> dict[str, Floats]:
    """How the models are joined into probabilities: a logistic regression per group of outputs."""
    seen = np.array([evidence(each) for each in said])

    def fitted(inputs: Floats, wanted: NDArray[np.bool_]) -> Floats:
        model = LogisticRegression(C=1.0, max_iter=1000).fit(inputs, wanted)
        return np.asarray(np.append(model.coef_[0], model.intercept_[0]))

    cards, rights = slice(0, len(CARDS)), slice(FIRST_RIGHT, len(SINGLE))
    width = seen.shape[2]
    return {
        "cards": fitted(seen[:, cards].reshape(-1, width), shown[:, cards].ravel()),
        "any": fitted(np.array([with_cards(each) for each in seen]), shown[:, ANY]),
        "vulnerable": fitted(seen[:, VULNERABLE], shown[:, VULNERABLE]),
        "rights": fitted(seen[:, rights].reshape(-1, width), shown[:, rights].ravel()),
    }


def cuts_of(probability: Floats, shown: NDArray[np.bool_]) -> Floats:
    """
    Where to cut, on held-out predictions: a card where most texts without one stay without (and no more are lost than
    that costs); vulnerability and rights where a miss weighs more than a false alarm (F1.3).
    """
    held, none = probability[shown[:, ANY], ANY], probability[~shown[:, ANY], ANY]
    grid = np.linspace(0.03, 0.97, 189)
    balanced = [min((held >= cut).mean() - 0.04, (none < cut).mean()) + 1e-3 * cut for cut in grid]
    cuts = [float(grid[int(np.argmax(balanced))]), CARD_CUT]
    for at in range(VULNERABLE, len(SINGLE)):
        weighed = [_f(probability[:, at] >= cut, shown[:, at], 1.3) for cut in grid]
        cuts.append(float(grid[int(np.argmax(weighed))]))
    return np.array(cuts)


CARD_CUT = 0.02
"""A second or third card is listed from this score on: a possibility the collector can look at."""


def _f(given: NDArray[np.bool_], wanted: NDArray[np.bool_], beta: float) -> float:
    hit = float((given & wanted).sum())
    return (1 + beta**2) * hit / max(1e-9, float(beta**2 * wanted.sum() + given.sum()))


def crossed(said: Sequence[Floats], shown: NDArray[np.bool_], folds: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """
    Probabilities and cuts where joints and cuts too were fitted without the item's own fold: (items, SINGLE) and
    (items, cuts). What cross-validated figures are made of.
    """
    probability, cuts = np.zeros(shown.shape), np.zeros((len(said), 2 + len(SINGLE) - VULNERABLE))
    for fold in sorted(set(folds.tolist())):
        inside, outside = np.flatnonzero(folds != fold).tolist(), np.flatnonzero(folds == fold).tolist()
        facts = join([said[at] for at in inside], shown[inside])
        seen = np.array([scores(said[at], facts) for at in inside])
        cuts[outside] = cuts_of(seen, shown[inside])
        probability[outside] = [scores(said[at], facts) for at in outside]
    return probability, cuts


def train(language: str, material: Path = MATERIAL) -> bytes:
    """The packed weights of a language."""
    lexicon = load_lexicon(language)
    items = read_items(material_paths(language, material))
    windows = windows_of_items(items, lexicon)
    shown = truth(items)
    said = held_out_evidence(items, windows, lexicon, folds_of(items))
    facts = join(said, shown)
    facts["cuts"] = cuts_of(np.array([scores(each, facts) for each in said]), shown)
    weights = fit(items, windows, lexicon)
    return packed_weights(
        keys=np.array(list(weights.rows), dtype=np.uint64),
        idf=weights.idf,
        block=weights.block,
        matrix=weights.matrix.astype(np.float64),
        bias=weights.bias.astype(np.float64),
        facts={**weights.facts, **facts},
        digest=digest_of(language, material),
    )


def main(arguments: Sequence[str]) -> int:
    """Write the weights of both languages; with --check only say whether they are of this material."""
    asked = argparse.ArgumentParser(prog="python -m arrears.playbook.match.train", description=__doc__)
    asked.add_argument("--material", type=Path, default=MATERIAL)
    asked.add_argument("--check", action="store_true")
    given = asked.parse_args(arguments)
    stale = False
    for language in LANGUAGES:
        path = WEIGHTS / f"{language}.npz"
        if given.check:
            same = path.exists() and read_weights(path.read_bytes()).digest == digest_of(language, given.material)
            stale |= not same
            sys.stdout.write(f"{path.name}: {'of this material' if same else 'of other material: train again'}\n")
            continue
        WEIGHTS.mkdir(exist_ok=True)
        packed = train(language, given.material)
        path.write_bytes(packed)
        sys.stdout.write(f"{path.name}: {len(packed):,} bytes, {len(read_weights(packed).rows):,} features\n")
    return int(stale)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
