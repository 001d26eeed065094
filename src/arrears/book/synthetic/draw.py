"""
Draws that depend on (seed, what is drawn, whose it is) and on nothing else.

Each draw is a hash of those three (SplitMix64's finaliser), so a loan has the same facts in a book of a thousand
and in a book of ten million, in whatever order and in however many pieces the book is made, on any version of NumPy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import ndtri

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]
Days: TypeAlias = npt.NDArray[np.datetime64]

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


class Draw:
    """Draws of one seed. `whose` is an array of indices; the same index always gives the same draw."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def uniform(self, what: str, whose: Ints) -> Floats:
        """At least 0, less than 1."""
        key = hashlib.sha256(f"{self.seed}/{what}".encode()).digest()[:8]
        z = whose.astype(np.uint64)
        z *= _GAMMA
        z += np.frombuffer(key, dtype="<u8")[0]
        z ^= z >> np.uint64(30)
        z *= _MIX_1
        z ^= z >> np.uint64(27)
        z *= _MIX_2
        z ^= z >> np.uint64(31)
        return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def below(self, what: str, whose: Ints, limit: Ints | int) -> Ints:
        """A whole number, at least 0 and less than `limit`; 0 where the limit is 0."""
        return (self.uniform(what, whose) * limit).astype(np.int64)

    def normal(self, what: str, whose: Ints) -> Floats:
        """Mean 0, standard deviation 1."""
        return np.asarray(ndtri(self.uniform(what, whose) + 2.0**-54), dtype=np.float64)

    def choose(self, what: str, whose: Ints, shares: Sequence[float]) -> Ints:
        """The place of one of the shares, each taken as often as it says."""
        edges = np.cumsum(np.asarray(shares, dtype=np.float64))
        return np.searchsorted(edges / edges[-1], self.uniform(what, whose), side="right").astype(np.int64)

    def happens(self, what: str, whose: Ints, share: float) -> Bools:
        """True for that share."""
        return self.uniform(what, whose) < share


def spelled(*parts: str | tuple[Ints, int]) -> pa.Array:
    """Text of a fixed shape, such as `spelled("A", (numbers, 10))`: literals, and numbers padded with zeros."""
    rows = next(len(part[0]) for part in parts if isinstance(part, tuple))
    widths = [len(part.encode()) if isinstance(part, str) else part[1] for part in parts]
    width = sum(widths)
    text = np.empty((rows, width), dtype=np.uint8)
    at = 0
    for part, wide in zip(parts, widths, strict=True):
        if isinstance(part, str):
            text[:, at : at + wide] = np.frombuffer(part.encode(), dtype=np.uint8)
        else:
            rest = part[0].astype(np.uint64)
            for place in range(at + wide - 1, at - 1, -1):
                rest, digit = np.divmod(rest, np.uint64(10))
                text[:, place] = digit.astype(np.uint8) + 48
        at += wide
    offsets = np.arange(0, (rows + 1) * width, width, dtype=np.int32)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets.tobytes()), pa.py_buffer(text.tobytes()))


def picked(words: Sequence[str | None], places: Ints) -> pa.Array:
    """The word at each place."""
    return pa.array(list(words), pa.string()).take(pa.array(places))


def null_where(column: pa.Array, unknown: Bools) -> pa.Array:
    """The same column with nulls where something is not known."""
    return pc.if_else(pa.array(unknown), pa.scalar(None, column.type), column)


def days(column: Days, unknown: Bools | None = None) -> pa.Array:
    """A column of calendar days."""
    numbers = column.astype("datetime64[D]").astype(np.int64).astype(np.int32)
    return pa.array(numbers, pa.int32(), mask=unknown).cast(pa.date32())


def numbers(column: Ints, unknown: Bools | None = None, kind: str = "int64") -> pa.Array:
    """A column of whole numbers."""
    return pa.array(column.astype(kind), mask=unknown)
