"""
The one place where decision reads files: the policies that come with it, and a lender's own.

Gives: `load_policy(name_or_path)`, `default_policy_for(currency)`.
"""

from __future__ import annotations

from pathlib import Path

from arrears.decision.policy import Policy, policy_from_toml
from arrears.decision.read_policy import refused
from arrears.kernel.name_or_path import is_path

POLICIES = Path(__file__).with_name("policies")
DEFAULT = "default-2026-11"


def shipped() -> dict[str, str]:
    """Name to text of every policy that comes with arrears."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(POLICIES.glob("*.toml"))}


def load_policy(name_or_path: str | Path) -> Policy:
    """A shipped policy by name, or a lender's by its file. Raises Unusable with the file and the line."""
    bases = shipped()
    if not is_path(name_or_path) and str(name_or_path) not in bases:
        raise refused(
            str(name_or_path),
            "no_policy",
            "no policy of that name is shipped.",
            f"Give the path of a file (such as ./{name_or_path}), or one of: {', '.join(bases)}.",
        )
    if str(name_or_path) in bases:
        name = str(name_or_path)
        return policy_from_toml(bases[name], where=f"{name}.toml", bases=bases)
    path = Path(name_or_path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise refused(
            str(path),
            "no_policy",
            f"it can't be read ({type(fault).__name__}).",
            f"Give a file, or one of the shipped policies: {', '.join(bases)}.",
        ) from fault
    return policy_from_toml(text, where=str(path), bases=bases)


def default_policy_for(currency: str) -> Policy:
    """The shipped default whose amounts are in this currency. Raises Unusable where there is none."""
    for name in shipped():
        if name.startswith(DEFAULT):
            policy = load_policy(name)
            if policy.currency == currency:
                return policy
    raise refused(
        f"policies for {currency}",
        "no_policy_for_currency",
        f"no shipped policy has its amounts in {currency}.",
        'Write a policy file with `extends = "default-2026-11"` and a [money_scale], and give it with --policy.',
    )
