"""
The night: a pure function from a book, a day, a law and a policy to a plan, and the edge that publishes it.

    run.py       run_night: one line per stage, lazy tables in and out
    publish.py   publish_night: from a book's directory to a night's, whole or not at all
    summary.py   what a night says about itself, in numbers
    words.py     the same in Chinese and English
"""

from __future__ import annotations

from arrears.nightly.publish import Published, latest_night, night_of, nights, publish_night
from arrears.nightly.run import Night, run_night, with_day

__all__ = ["Night", "Published", "latest_night", "night_of", "nights", "publish_night", "run_night", "with_day"]
