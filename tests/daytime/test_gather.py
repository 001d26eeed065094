"""What the gate looks at is put together without guessing."""

from __future__ import annotations

import pytest

from arrears.daytime.gather import overdue_together
from arrears.store.contact import Account


@pytest.mark.parametrize(
    ("amounts", "together"),
    [
        ((0, None), None),
        ((None, 0, 0), None),
        ((None,), None),
        ((0, 0), 0),
        ((5_00, None), 5_00),
        ((5_00, 0), 5_00),
        ((-5_00, None), None),
    ],
)
def test_nothing_known_to_be_overdue_beside_something_unknown_is_unknown(
    amounts: tuple[int | None, ...], together: int | None
) -> None:
    """Zero and unknown are not zero; a known part above zero is reason enough to say that something is overdue."""
    assert overdue_together(Account(f"A-{n}", "consumer_loan", cents) for n, cents in enumerate(amounts)) == together
