"""
The playbook's matcher: cards, vulnerability and rights on three sets, and its speed beside a list of plain words.

    python -m bench playbook [--errors]

`folds`: five-fold cross-validation of everything (models, joints and cuts), grouped by pair, on the material, which is
mostly near misses. `held out` and `development`: the shipped weights. Baseline: one row of plain words per card.
"""

from __future__ import annotations

import argparse
import re
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from arrears.playbook.match import LANGUAGES, Matched, match
from arrears.playbook.match.load import load_lexicon
from arrears.playbook.match.score import answered
from arrears.playbook.match.train import (
    MATERIAL,
    Item,
    crossed,
    folds_of,
    held_out_evidence,
    material_paths,
    read_items,
    truth,
    windows_of_items,
)

DEVELOPMENT = Path(__file__).parents[1] / "tests" / "playbook" / "cases" / "playbook_dev.jsonl"
PLAIN_WORDS = {
    "X1": "欠我|工资|货款|owes me|wages|deposit",
    "X2": "过几天|再说|下周|next week|soon",
    "X3": "好几家|被执行|网贷|lenders|enforcement",
    "X4": "担保|共同|co-sign|joint",
    "X5": "没钱|可怜|broke|no money",
    "X6": "培训|学校|school|course",
    "X7": "暴雷|专案|receiver|collapsed",
    "X8": "没人接|no answer|nobody",
    "X9": "搬走|moved",
    "X10": "起诉|告我|sue|court",
    "X11": "去世|坐牢|died|prison",
    "X12": "别打|拉黑|stop calling|hung up",
    "X13": "不知道他|haven't seen",
    "X14": "空号|停机|disconnected",
}


def by_words(item: Item) -> str | None:
    """The first card one of whose words is in the text."""
    return next((card for card, words in PLAIN_WORDS.items() if re.search(words, item.text, re.I)), None)


def figures(answers: Sequence[tuple[Item, Matched]]) -> str:
    """One line of the measures of the contract."""
    carded = [(item.cards[0], [one.card for one in got.cards]) for item, got in answers if item.cards]
    none = [not got.cards for item, got in answers if not item.cards]
    pairs = [(item.vulnerable, got.vulnerable) for item, got in answers]
    hit = sum(wanted and given for wanted, given in pairs)
    right = sum(len(set(item.rights) & set(got.rights)) for item, got in answers)
    return (
        f"top-1 {statistics.mean(got[:1] == [card] for card, got in carded):.3f}"
        f"  top-3 {statistics.mean(card in got for card, got in carded):.3f}"
        f"  none {statistics.mean(none):.3f}"
        f"  vulnerable P {hit / max(1, sum(g for _, g in pairs)):.3f} R {hit / max(1, sum(w for w, _ in pairs)):.3f}"
        f"  rights P {right / max(1, sum(len(got.rights) for _, got in answers)):.3f}"
        f" R {right / max(1, sum(len(item.rights) for item, _ in answers)):.3f}  n {len(answers)}"
    )


def main(arguments: Sequence[str]) -> int:
    """Print the figures."""
    asked = argparse.ArgumentParser(prog="python -m bench playbook", description=__doc__)
    asked.add_argument("--errors", action="store_true")
    given = asked.parse_args(arguments)
    for language in LANGUAGES:
        items = read_items(material_paths(language))
        lexicon = load_lexicon(language)
        windows, shown, folds = windows_of_items(items, lexicon), truth(items), folds_of(items)
        probability, cuts = crossed(held_out_evidence(items, windows, lexicon, folds), shown, folds)
        each = [(i, answered(p, {"cuts": c})) for i, p, c in zip(items, probability, cuts, strict=True)]
        print(f"{language} folds        {figures(each)}")
        for name, path in (
            ("held out", MATERIAL / "held_out.jsonl"),
            ("held out 2", MATERIAL / "held_out_2.jsonl"),
            ("development", DEVELOPMENT),
        ):
            unseen = [item for item in read_items([path]) if item.language == language]
            answers, took = [], []
            for item in unseen:
                start = time.perf_counter()
                answers.append((item, match(item.text, item.language)))
                took.append(time.perf_counter() - start)
            print(f"{language} {name:12} {figures(answers)}")
            carded = [item for item in unseen if item.cards]
            words = statistics.mean(by_words(item) == item.cards[0] for item in carded)
            free = statistics.mean(by_words(item) is None for item in unseen if not item.cards)
            start = time.perf_counter()
            for item in unseen:
                by_words(item)
            beside = (time.perf_counter() - start) / len(unseen)
            print(
                f"   plain words  top-1 {words:.3f}  none {free:.3f}; ms a text: median {np.median(took) * 1e3:.2f},"
                f" slowest {max(took) * 1e3:.1f}, {np.mean(took) / beside:.0f} x plain words"
            )
            if given.errors:
                for item, got in answers:
                    if [one.card for one in got.cards][:1] != list(item.cards[:1]) or got.vulnerable != item.vulnerable:
                        print(
                            "  ",
                            item.cards,
                            item.vulnerable,
                            "->",
                            [o.card for o in got.cards],
                            got.vulnerable,
                            item.text,
                        )
    return 0
