"""The Merkle tree: RFC 9162 read aloud beside the fast one, and published roots."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.evidence import tree as fast
from arrears.evidence.tree import Tree
from arrears.evidence.verify import GrowingTree, verify_consistency, verify_inclusion

ROOTS = json.loads((Path(__file__).parent / "cases" / "roots.json").read_text())


# RFC 9162, 2.1.1 to 2.1.4, over the entries themselves.


def mth(entries: list[bytes]) -> bytes:
    if not entries:
        return hashlib.sha256().digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = split(len(entries))
    return hashlib.sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m: int, entries: list[bytes]) -> list[bytes]:
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def subproof(m: int, entries: list[bytes], whole: bool) -> list[bytes]:
    if m == len(entries):
        return [] if whole else [mth(entries)]
    k = split(len(entries))
    if m <= k:
        return [*subproof(m, entries[:k], whole), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], False), mth(entries[:k])]


def split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


entries_of = st.lists(st.binary(max_size=5), max_size=40)


def grown(entries: list[bytes]) -> Tree:
    return Tree(fast.leaf_hash(entry) for entry in entries)


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots_come_out(size: int) -> None:
    """Eight leaves, and the root of every tree on the first n of them."""
    leaves = [fast.leaf_hash(bytes.fromhex(leaf)) for leaf in ROOTS["leaves_hex"]]
    published = bytes.fromhex(ROOTS["root_hex_by_tree_size"][size])
    verifier = GrowingTree()
    for leaf in leaves[:size]:
        verifier.add(leaf)
    assert published == fast.root(leaves[:size]) == Tree(leaves).root(size) == verifier.root()


@given(entries_of, st.data())
def test_a_compact_range_grown_in_any_batches_gives_the_root(entries: list[bytes], data: st.DataObject) -> None:
    """What a store keeps between transactions is enough."""
    kept: fast.Range = ()
    at = 0
    while at < len(entries):
        batch = data.draw(st.integers(1, len(entries) - at))
        kept = fast.extend(kept, [fast.leaf_hash(entry) for entry in entries[at : at + batch]])
        at += batch
    assert fast.root_from_range(kept) == mth(entries)
    assert fast.size_of(kept) == len(entries)
    assert [height for height, _ in kept] == [bit for bit in range(9, -1, -1) if len(entries) >> bit & 1]


@given(entries_of)
def test_a_tree_knows_its_root_at_every_size_it_has_had(entries: list[bytes]) -> None:
    """An old checkpoint can be recomputed."""
    whole = grown(entries)
    assert [whole.root(size) for size in range(len(entries) + 1)] == [mth(entries[:n]) for n in range(len(entries) + 1)]


@given(entries_of.filter(bool), st.data())
def test_inclusion_proofs_are_those_of_the_rfc_and_verify(entries: list[bytes], data: st.DataObject) -> None:
    """PATH(m, D[n]) at every size."""
    size = data.draw(st.integers(1, len(entries)))
    index = data.draw(st.integers(0, size - 1))
    proof = grown(entries).inclusion(index, size)
    assert proof == path(index, entries[:size])
    assert verify_inclusion(index, size, fast.leaf_hash(entries[index]), proof, mth(entries[:size]))


@given(entries_of.filter(bool), st.data())
def test_consistency_proofs_are_those_of_the_rfc_and_verify(entries: list[bytes], data: st.DataObject) -> None:
    """PROOF(m, D[n]) between every two sizes."""
    size2 = data.draw(st.integers(1, len(entries)))
    size1 = data.draw(st.integers(1, size2))
    proof = grown(entries).consistency(size1, size2)
    assert proof == subproof(size1, entries[:size2], True)
    assert verify_consistency(size1, size2, proof, mth(entries[:size1]), mth(entries[:size2]))


def test_every_small_proof_verifies_and_no_other_index_or_size_does() -> None:
    """Exhaustive to 17 entries: what is proven is proven of one place only."""
    entries = [bytes([number]) for number in range(17)]
    whole = grown(entries)
    for size in range(1, 18):
        for index in range(size):
            proof, leaf, root = whole.inclusion(index, size), fast.leaf_hash(entries[index]), whole.root(size)
            verified = [other for other in range(20) if verify_inclusion(other, size, leaf, proof, root)]
            assert verified == [index]
        for size1 in range(1, size + 1):
            proof = whole.consistency(size1, size)
            for other in range(20):
                right = verify_consistency(other, size, proof, whole.root(size1), whole.root(size))
                assert right == (other == size1)


hashes = st.binary(min_size=32, max_size=32)


@given(entries_of.filter(lambda entries: len(entries) > 1), st.data())
def test_a_proof_with_anything_changed_in_it_does_not_verify(entries: list[bytes], data: st.DataObject) -> None:
    """One hash replaced, dropped, added, doubled or cut, in either kind of proof."""
    size2 = data.draw(st.integers(2, len(entries)))
    size1 = data.draw(st.integers(1, size2 - 1))
    whole = grown(entries)

    def included(proof: list[bytes]) -> bool:
        return verify_inclusion(size1, size2, fast.leaf_hash(entries[size1]), proof, whole.root(size2))

    def consistent(proof: list[bytes]) -> bool:
        return verify_consistency(size1, size2, proof, whole.root(size1), whole.root(size2))

    for proof, holds in ((whole.inclusion(size1, size2), included), (whole.consistency(size1, size2), consistent)):
        assert holds(proof)
        place = data.draw(st.integers(0, len(proof) - 1))
        changed = data.draw(
            st.sampled_from(
                [
                    [*proof[:place], data.draw(hashes), *proof[place + 1 :]],
                    proof[:place] + proof[place + 1 :],
                    [*proof[:place], data.draw(hashes), *proof[place:]],
                    [*proof[:place], proof[place], *proof[place:]],
                    [*proof[:place], b"", *proof[place:]],
                    [*proof[:place], proof[place][:-1], *proof[place + 1 :]],
                    [*proof[:place], proof[place] + b"\x00", *proof[place + 1 :]],
                    [*proof, b""],
                    proof[:-1],
                ]
            )
        )
        assert not holds(changed) or changed == proof


@pytest.mark.parametrize(
    ("size1", "size2"), [(0, 0), (0, 5), (6, 5), (-1, 5), (3, 18), (5, 1 << 64), (1 << 64, 1 << 65)]
)
def test_no_consistency_is_shown_from_nothing_nor_backwards_nor_beyond_64_bits(size1: int, size2: int) -> None:
    """Everything is consistent with an empty log, so a proof from it would prove nothing."""
    whole = Tree(fast.leaf_hash(bytes([number])) for number in range(17))
    assert not verify_consistency(size1, size2, [], whole.root(0), whole.root(0))
    with pytest.raises(ValueError, match=r"sizes are|the tree has"):
        whole.consistency(size1, size2)


def test_equal_sizes_need_equal_roots_and_no_proof() -> None:
    """The same log twice."""
    one, other = fast.leaf_hash(b"1"), fast.leaf_hash(b"2")
    assert verify_consistency(4, 4, [], one, one)
    assert not verify_consistency(4, 4, [], one, other)
    assert not verify_consistency(4, 4, [one], one, one)


@pytest.mark.parametrize(("index", "size"), [(5, 5), (-1, 5), (0, 0), (0, 6)])
def test_there_is_no_proof_of_what_is_not_there(index: int, size: int) -> None:
    """An index runs from 0 to size - 1, and a size is one the tree has had."""
    with pytest.raises(ValueError, match=r"not in a tree|the tree has"):
        Tree([bytes(32)] * 5).inclusion(index, size)


def test_only_leaf_hashes_are_appended() -> None:
    """An entry passed where its hash belongs is a mistake in our own code, and stops."""
    for add in (lambda: Tree().append(b"entry"), lambda: fast.extend((), [b"entry"])):
        with pytest.raises(ValueError, match="pass leaf_hash"):
            add()
