"""
The Merkle tree of RFC 9162, section 2.1, with SHA-256: hashes, roots, proofs, and the compact range that lets
a log grow one entry at a time without reading what it already holds.

Reads:  entries as bytes, or their leaf hashes (32 bytes each)
Gives:  leaf and node hashes, the root, inclusion and consistency proofs (lists of 32-byte hashes)
Never:  reads or writes a store, knows what an entry means, or checks a proof (`verify.py` does, apart from this)

A store keeps the compact range (at most 64 pairs) beside the entries and, in one transaction, does:

    grown = extend(kept_range, [leaf_hash(entry) for entry in new_entries])
    root  = root_from_range(grown)
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import TypeAlias

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256().digest()

Node: TypeAlias = tuple[int, bytes]
"""(height, hash) of a perfect subtree of 2**height leaves."""

Range: TypeAlias = tuple[Node, ...]
"""A compact range from leaf 0: perfect subtrees from left to right, heights strictly falling. Empty: ()."""

NodeAt: TypeAlias = Callable[[int, int], bytes]
"""(height, index) to the hash of the perfect subtree over leaves index·2**height up to (index+1)·2**height."""


def leaf_hash(data: bytes) -> bytes:
    """SHA-256 of 0x00 and the entry. The tag keeps a leaf from ever passing for a node."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01, the left child and the right child."""
    return hashlib.sha256(b"\x01" + left + right).digest()


# The compact range: what a log must remember to grow.


def extend(kept: Range, leaves: Iterable[bytes]) -> Range:
    """The compact range after appending `leaves` (32-byte leaf hashes) to it. `kept` itself is left as it was."""
    grown = list(kept)
    for leaf in leaves:
        if len(leaf) != HASH_SIZE:
            raise ValueError(f"a leaf hash has {HASH_SIZE} bytes, this one has {len(leaf)}: pass leaf_hash(entry)")
        height = 0
        while grown and grown[-1][0] == height:
            leaf = node_hash(grown.pop()[1], leaf)
            height += 1
        grown.append((height, leaf))
    return tuple(grown)


def append(kept: Range, leaf: bytes) -> Range:
    """The compact range after one more leaf hash."""
    return extend(kept, (leaf,))


def size_of(kept: Range) -> int:
    """How many leaves a compact range covers."""
    return sum(1 << height for height, _ in kept)


def root_from_range(kept: Range) -> bytes:
    """The root of the tree over a compact range; SHA-256 of nothing where it is empty."""
    if not kept:
        return EMPTY_ROOT
    root = kept[-1][1]
    for _, left in reversed(kept[:-1]):
        root = node_hash(left, root)
    return root


def root(leaves: Iterable[bytes]) -> bytes:
    """The root of the tree over leaf hashes."""
    return root_from_range(extend((), leaves))


# Proofs, from any place that knows the perfect subtrees.


def subtree_root(node: NodeAt, start: int, stop: int) -> bytes:
    """MTH(D[start:stop]) where `start` is a multiple of the largest power of two below the width."""
    width = stop - start
    if width & (width - 1) == 0:
        height = width.bit_length() - 1
        return node(height, start >> height)
    split = start + _left_width(width)
    return node_hash(subtree_root(node, start, split), subtree_root(node, split, stop))


def inclusion_proof(node: NodeAt, index: int, size: int) -> list[bytes]:
    """PATH(index, D[0:size]), from the leaf upwards. Raises ValueError unless 0 ≤ index < size."""
    if not 0 <= index < size:
        raise ValueError(f"entry {index} is not in a tree of {size}: an index runs from 0 to size - 1")
    start, stop, downwards = 0, size, []
    while stop - start > 1:
        split = start + _left_width(stop - start)
        if index < split:
            downwards.append(subtree_root(node, split, stop))
            stop = split
        else:
            downwards.append(subtree_root(node, start, split))
            start = split
    return downwards[::-1]


def consistency_proof(node: NodeAt, size1: int, size2: int) -> list[bytes]:
    """
    PROOF(size1, D[0:size2]): that the tree of size1 is a prefix of the tree of size2. Empty where they are equal.

    Raises ValueError unless 0 < size1 ≤ size2: everything is consistent with an empty tree, so a proof says nothing.
    """
    if not 0 < size1 <= size2:
        raise ValueError(f"no consistency proof from size {size1} to {size2}: sizes are 0 < size1 <= size2")
    start, stop, downwards = 0, size2, []
    whole = True  # the subtree at hand is the whole of the old tree: its root is known and is left out
    while stop != size1:
        split = start + _left_width(stop - start)
        if size1 <= split:
            downwards.append(subtree_root(node, split, stop))
            stop = split
        else:
            downwards.append(subtree_root(node, start, split))
            start, whole = split, False
    if not whole:
        downwards.append(subtree_root(node, start, stop))
    return downwards[::-1]


def _left_width(width: int) -> int:
    """The largest power of two smaller than `width` (which is at least 2)."""
    return 1 << ((width - 1).bit_length() - 1)


class Tree:
    """
    A whole tree in memory, 64 bytes a leaf: appends are amortised constant, roots and proofs logarithmic,
    at any size the tree has had. For exports, bundles and small logs; a store may keep the same nodes in a table.
    """

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[bytearray] = [bytearray()]
        for leaf in leaves:
            self.append(leaf)

    def __len__(self) -> int:
        return len(self._levels[0]) // HASH_SIZE

    def append(self, leaf: bytes) -> int:
        """Add a leaf hash; gives its index."""
        if len(leaf) != HASH_SIZE:
            raise ValueError(f"a leaf hash has {HASH_SIZE} bytes, this one has {len(leaf)}: pass leaf_hash(entry)")
        index = len(self)
        self._levels[0] += leaf
        height, place = 0, index
        while place & 1:
            leaf = node_hash(self.node(height, place - 1), leaf)
            height, place = height + 1, place >> 1
            if height == len(self._levels):
                self._levels.append(bytearray())
            self._levels[height] += leaf
        return index

    def node(self, height: int, index: int) -> bytes:
        """The hash of a perfect subtree; IndexError where the tree does not hold it yet."""
        found = bytes(self._levels[height][index * HASH_SIZE : (index + 1) * HASH_SIZE])
        if len(found) != HASH_SIZE:
            raise IndexError(f"no subtree of height {height} at {index} in a tree of {len(self)}")
        return found

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` leaves (all of them by default)."""
        size = self._known(size)
        return subtree_root(self.node, 0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The proof that leaf `index` is in the tree of the first `size` leaves."""
        return inclusion_proof(self.node, index, self._known(size))

    def consistency(self, size1: int, size2: int | None = None) -> list[bytes]:
        """The proof that the tree of `size1` is a prefix of the tree of `size2`."""
        return consistency_proof(self.node, size1, self._known(size2))

    def _known(self, size: int | None) -> int:
        if size is None:
            return len(self)
        if not 0 <= size <= len(self):
            raise ValueError(f"the tree has {len(self)} leaves, not {size}")
        return size
