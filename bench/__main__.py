"""`python -m bench NAME [ARGUMENTS]`: run one bench; without a name, list them with what they measure."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Run `bench.NAME.main(arguments)`; its exit code."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))
    if not arguments or arguments[0] not in names:
        print("python -m bench NAME [ARGUMENTS]\n")
        for name in names:
            told = (importlib.import_module(f"bench.{name}").__doc__ or "").strip().partition("\n")[0]
            print(f"  {name:12} {told}")
        return 2 if arguments else 0
    return int(importlib.import_module(f"bench.{arguments[0]}").main(arguments[1:]) or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
