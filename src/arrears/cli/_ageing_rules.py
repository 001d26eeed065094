"""The file behind `--rules`: a lender's own ageing rules, or the default where none is named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from arrears.kernel.problem import Problem, Unusable

if TYPE_CHECKING:
    from arrears.ageing.rules import AgeingRules


def rules_from(file: Path | None) -> AgeingRules:
    """What the file says. Raises Unusable, naming the file, where it can't be read or contradicts itself."""
    from arrears.ageing.rules import AgeingRules

    if file is None:
        return AgeingRules()
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise Unusable(
            Problem(
                "ageing_rules_unreadable",
                str(file),
                f"the file can't be read as text ({type(fault).__name__}).",
                "Accounts can't be aged by rules that can't be read.",
                "Give the path of a UTF-8 TOML file; its form is in docs/concepts/ageing.md.",
            )
        ) from fault
    return AgeingRules.from_toml(text, where=str(file))
