"""
Trains the weights from the written material: `python -m arrears.conduct.train [--material DIR] [--check]`.

Reads `material/conduct/<language>/*.jsonl`. Writes `conduct/data/<language>_model.npz`, the same bytes for the same
material, with the SHA-256 of the material inside. First models are fitted out of fold, grouped by pair, so that the
second model and the thresholds never see a score that its own label made.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import json
import sys
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arrears.conduct import load
from arrears.conduct.features import features_of
from arrears.conduct.follow import Moment, hear, moments
from arrears.conduct.insults import insult_features
from arrears.conduct.model import STACK, Floats, Model, N, stacked
from arrears.conduct.read_conversation import conversation_of
from arrears.conduct.table import CODES, LANGUAGES, Conversation, Language, Speaker

MATERIAL = Path(__file__).parents[3] / "material" / "conduct"
FOLDS = 5
FIRST_C = 40.0
SECOND_C = 0.3
LEAST_SEEN = 3
KEEP = 60_000
KEEP_INSULTS = 30_000


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled conversation."""

    conversation: Conversation
    labels: dict[str, Any]
    group: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Fitted:
    """First and second models with their feature names."""

    names: list[str]
    first: Floats
    first_bias: Floats
    second: Floats
    second_bias: Floats
    thresholds: Floats


def read_material(folder: Path, language: Language) -> list[Example]:
    """Every labelled line of a language, in the order of file names and lines."""
    found = []
    for path in sorted((folder / language).glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if line.strip():
                row = json.loads(line)
                row.setdefault("id", f"{path.stem}-{number}")
                found.append(Example(conversation_of(row), row["labels"], f"{language}/{row.get('pair') or row['id']}"))
    return found


def material_hash(folder: Path, language: Language) -> str:
    """SHA-256 over the names and bytes of a language's material, in the order of names."""
    digest = hashlib.sha256()
    for path in sorted((folder / language).glob("*.jsonl")):
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


class Rows:
    """The agent turns of many conversations as feature rows and labels; `of` says whose."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.features: list[dict[str, float]] = []
        self.labels: list[list[int]] = []
        self.of: list[int] = []
        self.moments: list[Moment] = []
        for place, example in enumerate(examples):
            said: dict[int, set[str]] = {}
            for finding in example.labels.get("findings", []):
                said.setdefault(finding["turn"], set()).add(finding["code"])
            for moment in moments(example.conversation)[1]:
                self.features.append(features_of(moment))
                self.labels.append([int(code.value in said.get(moment.heard.index, ())) for code in CODES])
                self.of.append(place)
                self.moments.append(moment)

    def only(self, kept: set[int]) -> Rows:
        """The rows of some of the conversations, by their places."""
        part = Rows([])
        for features, labels, of, moment in zip(self.features, self.labels, self.of, self.moments, strict=True):
            if of in kept:
                part.features.append(features)
                part.labels.append(labels)
                part.of.append(of)
                part.moments.append(moment)
        return part


def matrix(rows: Sequence[dict[str, float]], index: dict[str, int]) -> Any:
    """Feature rows as a sparse matrix."""
    from scipy.sparse import csr_matrix

    pointers, places, values = [0], [], []
    for row in rows:
        for name, value in row.items():
            place = index.get(name)
            if place is not None:
                places.append(place)
                values.append(value)
        pointers.append(len(places))
    return csr_matrix((values, places, pointers), shape=(len(rows), len(index)), dtype=np.float32)


def fit_first(rows: Sequence[dict[str, float]], labels: NDArray[Any]) -> tuple[list[str], Floats, Floats]:
    """Names, weights and biases of the first models."""
    from sklearn.linear_model import LogisticRegression

    seen = Counter(name for row in rows for name in row)
    names = sorted(name for name, times in seen.items() if times >= LEAST_SEEN)
    index = {name: place for place, name in enumerate(names)}
    data = matrix(rows, index)
    first = np.zeros((len(names), N), dtype=np.float32)
    bias = np.full(N, -6.0, dtype=np.float32)
    for code in range(N):
        target = labels[:, code]
        if target.sum() < 2:
            continue
        fitted = LogisticRegression(C=FIRST_C, solver="liblinear", random_state=0, max_iter=200)
        fitted.fit(data, target)
        first[:, code] = fitted.coef_[0]
        bias[code] = fitted.intercept_[0]
    return names, first, bias


def apply_first(rows: Sequence[dict[str, float]], names: list[str], first: Floats, bias: Floats) -> Floats:
    """Log-odds of rows."""
    data = matrix(rows, {name: place for place, name in enumerate(names)})
    found: Floats = np.asarray(data @ first + bias, dtype=np.float32)
    return found


def folds_of(examples: Sequence[Example], folds: int = FOLDS) -> list[int]:
    """A fold for each example, by a hash of its group: pairs stay together."""
    return [int(hashlib.sha256(example.group.encode()).hexdigest()[:8], 16) % folds for example in examples]


def inner_folds(examples: Sequence[Example]) -> list[int]:
    """As `folds_of`, cut differently, for use inside one fold of an outer validation."""
    return [int(hashlib.sha256(example.group.encode()).hexdigest()[8:16], 16) % FOLDS for example in examples]


def as_model(fitted: Fitted) -> Model:
    """Fitted weights in the form the reader uses."""
    return Model(
        features={name: place for place, name in enumerate(fitted.names)},
        first=fitted.first,
        first_bias=fitted.first_bias,
        second=fitted.second,
        second_bias=fitted.second_bias,
        thresholds=fitted.thresholds,
        material="",
    )


def out_of_fold(rows: Rows, fold: list[int], labels: NDArray[Any]) -> Floats:
    """Every turn's log-odds from first models that saw neither it nor its pair."""
    raws = np.zeros((len(rows.features), N), dtype=np.float32)
    of = np.asarray([fold[place] for place in rows.of])
    for out in sorted(set(fold)):
        inside, outside = np.flatnonzero(of != out), np.flatnonzero(of == out)
        fitted = fit_first([rows.features[k] for k in inside], labels[inside])
        raws[outside] = apply_first([rows.features[k] for k in outside], *fitted)
    return raws


def stack_rows(raws: Floats, of: Sequence[int]) -> Floats:
    """The second model's rows, conversation by conversation."""
    found: list[Floats] = []
    start = 0
    while start < len(of):
        end = start
        while end < len(of) and of[end] == of[start]:
            end += 1
        found += stacked(list(raws[start:end]))
        start = end
    return np.asarray(found, dtype=np.float32)


def fit_second(data: Floats, labels: NDArray[Any]) -> tuple[Floats, Floats]:
    """Weights and biases of the second models."""
    from sklearn.linear_model import LogisticRegression

    second = np.zeros((STACK, N), dtype=np.float32)
    bias = np.full(N, -6.0, dtype=np.float32)
    for code in range(N):
        if labels[:, code].sum() < 4:
            second[code, code] = 1.0
            bias[code] = 0.0
            continue
        fitted = LogisticRegression(C=SECOND_C, solver="liblinear", random_state=0)
        fitted.fit(data, labels[:, code])
        second[:, code] = fitted.coef_[0]
        bias[code] = fitted.intercept_[0]
    return second, bias


def probabilities(data: Floats, second: Floats, bias: Floats) -> Floats:
    """Calibrated scores."""
    found: Floats = 1 / (1 + np.exp(-(data @ second + bias)))
    return found


def choose_thresholds(scores: Floats, labels: NDArray[Any]) -> Floats:
    """Per code, the threshold with the best F1 out of fold, held between 0.25 and 0.7."""
    chosen = np.full(N, 0.5, dtype=np.float32)
    for code in range(N):
        target = labels[:, code].astype(bool)
        if not target.any():
            continue
        best = (-1.0, 0.5)
        for threshold in np.arange(0.25, 0.71, 0.03):
            flagged = scores[:, code] >= threshold
            right = int((flagged & target).sum())
            f1 = 2 * right / max(1, int(flagged.sum()) + int(target.sum()))
            best = max(best, (round(f1, 4), -abs(round(float(threshold), 2) - 0.45)))
            if best == (round(f1, 4), -abs(round(float(threshold), 2) - 0.45)):
                chosen[code] = threshold
    return chosen


def fit(examples: Sequence[Example], rows: Rows | None = None) -> Fitted:
    """The models of one language; `rows` are the examples' rows where they are at hand."""
    rows = rows or Rows(examples)
    labels = np.asarray(rows.labels)
    raws = out_of_fold(rows, inner_folds(examples), labels)
    data = stack_rows(raws, rows.of)
    second, second_bias = fit_second(data, labels)
    thresholds = choose_thresholds(probabilities(data, second, second_bias), labels)
    names, first, bias = fit_first(rows.features, labels)
    return Fitted(names, first, bias, second, second_bias, thresholds)


def fit_insults(examples: Sequence[Example], comments: Sequence[tuple[str, int]]) -> bytes:
    """The insult weights, from COLD's comments and the agent turns of our own Chinese material."""
    from sklearn.linear_model import LogisticRegression

    heard = [(hear(0, Speaker.AGENT, text, "zh"), label) for text, label in comments]
    for example in examples:
        insulting = {f["turn"] for f in example.labels["findings"] if f["code"] == "abuse"}
        for place, turn in enumerate(example.conversation.turns):
            if turn.speaker is Speaker.AGENT:
                heard += [(hear(place, turn.speaker, turn.text, "zh"), int(place in insulting))] * 2
    rows = [insult_features(each) for each, _ in heard]
    seen = Counter(name for row in rows for name in row)
    names = sorted(name for name, times in seen.items() if times >= 4)
    index = {name: place for place, name in enumerate(names)}
    fitted = LogisticRegression(C=8.0, solver="liblinear", random_state=0)
    fitted.fit(matrix(rows, index), np.asarray([label for _, label in heard]))
    kept = sorted(np.argsort(-np.abs(fitted.coef_[0]), kind="stable")[:KEEP_INSULTS])
    return archived(
        {
            "names": np.frombuffer("\n".join(names[k] for k in kept).encode("utf-8"), dtype=np.uint8),
            "value": fitted.coef_[0][kept].astype(np.float16),
            "bias": fitted.intercept_.astype(np.float32),
        }
    )


def packed(fitted: Fitted, material: str) -> bytes:
    """The weights as a deterministic .npz: small weights dropped, the rest as float16."""
    weight = np.abs(fitted.first).max(axis=1)
    kept = sorted(np.argsort(-weight, kind="stable")[:KEEP])
    first = fitted.first[kept]
    first[np.abs(first) < 0.02] = 0
    row, column = np.nonzero(first)
    names = "\n".join(fitted.names[k] for k in kept).encode("utf-8")
    arrays: dict[str, NDArray[Any]] = {
        "names": np.frombuffer(names, dtype=np.uint8),
        "row": row.astype(np.uint32),
        "column": column.astype(np.uint8),
        "value": first[row, column].astype(np.float16),
        "first_bias": fitted.first_bias,
        "second": fitted.second,
        "second_bias": fitted.second_bias,
        "thresholds": fitted.thresholds,
        "material": np.frombuffer(material.encode("ascii"), dtype=np.uint8),
    }
    return archived(arrays)


def archived(arrays: dict[str, NDArray[Any]]) -> bytes:
    """An .npz with the same bytes for the same arrays."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            body = io.BytesIO()
            np.lib.format.write_array(body, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(
                zipfile.ZipInfo(f"{name}.npy", (2020, 1, 1, 0, 0, 0)), body.getvalue(), zipfile.ZIP_DEFLATED
            )
    return out.getvalue()


def main(arguments: list[str]) -> int:
    """Train and write; with --check only say whether the shipped weights come from the material there."""
    asked = argparse.ArgumentParser(prog="python -m arrears.conduct.train", description=__doc__)
    asked.add_argument("--material", type=Path, default=MATERIAL)
    asked.add_argument("--cold", type=Path, help="COLD's folder; without it the insult weights stay as they are")
    asked.add_argument("--check", action="store_true")
    given = asked.parse_args(arguments)
    stale = 0
    for language in LANGUAGES:
        material = material_hash(given.material, language)
        if given.check:
            shipped = load.weights(f"{language}_model")
            stale += shipped is None or bytes(shipped["material"]).decode("ascii") != material
            continue
        examples = read_material(given.material, language)
        data = packed(fit(examples), material)
        (load.DATA / f"{language}_model.npz").write_bytes(data)
        if given.cold is not None and language == "zh":
            with gzip.open(given.cold / "train.csv.gz", "rt", encoding="utf-8") as lines:
                comments = [(row["text"], int(row["label"])) for row in csv.DictReader(lines)]
            (load.DATA / "zh_insults.npz").write_bytes(fit_insults(examples, comments))
        sys.stdout.write(f"{language}: {len(examples)} conversations, {len(data):,} bytes, material {material[:12]}\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
