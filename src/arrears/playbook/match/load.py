"""
The two data files of each language that the matcher needs: its lexicon (TOML) and its weights (NumPy arrays).

This is the one file of the matcher that reads a disk, and only files packed beside it. Weights are plain arrays:
nothing in them can run.
"""

from __future__ import annotations

import hashlib
import io
import re
import tomllib
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LANGUAGES = ("zh", "en")
HERE = Path(__file__).parent
WEIGHTS = HERE / "weights"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What a language's words mean here: rewrites into one spelling, and concepts with the patterns that show them."""

    language: str
    first: tuple[tuple[re.Pattern[str], str], ...]
    rewrites: tuple[tuple[re.Pattern[str], str], ...]
    concepts: tuple[tuple[str, re.Pattern[str]], ...]
    digest: str
    """SHA-256 of the file, kept in the weights that were trained with it."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What training left. Rows are features, columns are outputs of linear models; `facts` are named small arrays."""

    rows: dict[int, int]
    """A feature's key to its row."""
    idf: NDArray[np.float32]
    block: NDArray[np.int8]
    """Which family a row belongs to; each family is scaled to length one by itself."""
    matrix: NDArray[np.float32]
    bias: NDArray[np.float32]
    facts: dict[str, NDArray[np.float64]]
    digest: str
    """SHA-256 of the material, the lexicon and the code of the features it was trained with."""


@cache
def load_lexicon(language: str) -> Lexicon:
    """The lexicon of `language`. Raises ValueError for a language the matcher doesn't know."""
    if language not in LANGUAGES:
        raise ValueError(f"language is {language!r}. It must be one of {', '.join(LANGUAGES)}.")
    raw = (HERE / "lexicon" / f"{language}.toml").read_bytes()
    body = tomllib.loads(raw.decode())
    first, rewrites = (
        tuple((re.compile(pattern), written) for pattern, written in body[table]) for table in ("first", "rewrites")
    )
    concepts = tuple((name, re.compile("|".join(patterns))) for name, patterns in body["concepts"].items())
    return Lexicon(language, first, rewrites, concepts, hashlib.sha256(raw).hexdigest())


@cache
def load_weights(language: str) -> Weights:
    """The packed weights of `language`."""
    return read_weights((WEIGHTS / f"{language}.npz").read_bytes())


def read_weights(packed: bytes) -> Weights:
    """Weights from the bytes that `packed_weights` gave."""
    with np.load(io.BytesIO(packed), allow_pickle=False) as held:
        arrays = {name: held[name] for name in held.files}
    keys = arrays.pop("keys")
    scale = arrays.pop("scale")
    return Weights(
        rows={int(key): row for row, key in enumerate(keys)},
        idf=arrays.pop("idf").astype(np.float32),
        block=arrays.pop("block"),
        matrix=arrays.pop("matrix").astype(np.float32) * scale,
        bias=arrays.pop("bias").astype(np.float32),
        digest=bytes(arrays.pop("digest")).hex(),
        facts={name: array.astype(np.float64) for name, array in arrays.items()},
    )


def packed_weights(
    keys: NDArray[np.uint64],
    idf: NDArray[np.float32],
    block: NDArray[np.int8],
    matrix: NDArray[np.float64],
    bias: NDArray[np.float64],
    facts: dict[str, NDArray[np.float64]],
    digest: str,
) -> bytes:
    """The same bytes for the same numbers: eight bits a weight, one scale a column, no dates in the archive."""
    scale = np.maximum(np.abs(matrix).max(axis=0), 1e-9) / 127
    arrays = {
        "keys": keys.astype(np.uint64),
        "idf": idf.astype(np.float16),
        "block": block.astype(np.int8),
        "matrix": np.rint(matrix / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "bias": bias.astype(np.float32),
        "digest": np.frombuffer(bytes.fromhex(digest), dtype=np.uint8),
        **facts,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(arrays):
            held = io.BytesIO()
            np.lib.format.write_array(held, np.ascontiguousarray(arrays[name]), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), held.getvalue(), zipfile.ZIP_DEFLATED)
    return out.getvalue()
