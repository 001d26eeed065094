"""
What a borrower (or a contact, or a note on the file) says, matched to cards, vulnerability and rights.

Reads:  one text and its language, zh or en
Gives:  up to three cards with scores, whether someone is vulnerable, which rights are being exercised
Never:  decides anything. The answer opens a card, or interrupts the call for a human; it closes no case.

    match("厂里三个月没发工资了", "zh").cards[0].card == "X1"

Offline: linear models over pieces of words and over a hand-made lexicon of concepts. `train.py` makes the weights
from the material in the repository; `docs/concepts/playbook.md` says how, and how well.
"""

from __future__ import annotations

from arrears.playbook.match.features import windows_of
from arrears.playbook.match.load import LANGUAGES, load_lexicon, load_weights
from arrears.playbook.match.normalise import normalised
from arrears.playbook.match.outputs import CARDS, RIGHTS, CardScore, Matched
from arrears.playbook.match.score import answered, margins, scores

__all__ = ["CARDS", "LANGUAGES", "RIGHTS", "CardScore", "Matched", "match"]

TEXT_MAX = 20_000
"""Characters of a text that are read; what somebody says in one go is far shorter."""


def match(text: str, language: str) -> Matched:
    """Match one text. Raises ValueError where the language is not one of LANGUAGES."""
    lexicon = load_lexicon(language)
    weights = load_weights(language)
    said = normalised(text[:TEXT_MAX], lexicon)
    if not said:
        return Matched((), False, (), 0.0, (0.0,) * len(RIGHTS))
    return answered(scores(margins(windows_of(said, lexicon), weights), weights.facts), weights.facts)
