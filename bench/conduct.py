"""
The conduct reader: precision, recall and F1 by code and language, false alarms, duties, COLD, speed, memory.

    python -m bench conduct [--material DIR] [--cases FILE] [--cold DIR] [--only PARTS] [--errors FILE]

`material`: five-fold cross-validation of the whole reader (models, thresholds and rules), grouped by pair, so that an
innocent twin never sees its offending one. `cases`: the shipped weights on the development cases, beside a list of
plain keywords. `cold`: abuse against a person on the COLD dev split, where the data is there.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from arrears.conduct import load
from arrears.conduct.model import model
from arrears.conduct.read_conversation import conversation_of
from arrears.conduct.review import decide, review, review_message
from arrears.conduct.table import CODES, LANGUAGES, Code, Language
from arrears.conduct.train import MATERIAL, Example, Rows, as_model, fit, folds_of, read_material

CASES = Path(__file__).parents[1] / "tests" / "conduct" / "cases" / "conduct_dev.jsonl"
KEYWORDS = {
    "abuse": "傻逼|垃圾|废物|不要脸|老赖|idiot|stupid|trash|loser",
    "threat_violence": "打断|弄死|砍|小心点|break your|kill|hurt",
    "threat_unlawful": "坐牢|警察|拘留|立案|查封|jail|arrest|police|warrant",
    "false_authority": "法院|检察院|公安|律师|court|attorney|bureau",
    "third_party_disclosure": "欠|贷款|debt|loan|owes",
    "third_party_pressure": "家人|父母|单位|通讯录|family|boss|employer|your dad",
    "harassment": "天天|每天|不停|轰炸|every day|keep calling|over and over",
    "pretext": "快递|中奖|包裹|parcel|prize|delivery",
    "privacy": "通讯录|照片|定位|曝光|photos|location|contacts",
    "cash_or_private_account": "现金|微信转|个人账户|cash|venmo|gift card",
    "over_promise": "免掉|删除记录|征信修复|waive|erase|guarantee",
    "inducing_debt": "借一笔|网贷|套现|payday loan|cash advance|borrow",
    "exploits_vulnerability": "孩子|生病|住院|your kids|hospital|sick",
    "misstates_debt": "服务费|手续费|违约金|fee|charge",
    "ignores_rights": "没用|不受理|随便投诉|doesn't count|don't care",
}


class Tally:
    """Counts of right, extra and missed (turn, code) pairs, and of clean conversations with an alarm."""

    def __init__(self) -> None:
        self.right: Counter[tuple[str, str]] = Counter()
        self.extra: Counter[tuple[str, str]] = Counter()
        self.missed: Counter[tuple[str, str]] = Counter()
        self.clean: Counter[str] = Counter()
        self.alarms: Counter[str] = Counter()
        self.duties: Counter[tuple[str, str]] = Counter()
        self.errors: list[str] = []

    def add(self, language: str, name: str, got: set[tuple[int, str]], wanted: set[tuple[int, str]]) -> None:
        for counter, pairs in ((self.right, got & wanted), (self.extra, got - wanted), (self.missed, wanted - got)):
            for _, code in pairs:
                counter[language, code] += 1
        if not wanted:
            self.clean[language] += 1
            self.alarms[language] += bool(got)
        if got != wanted:
            self.errors.append(f"{name} missed {sorted(wanted - got)} extra {sorted(got - wanted)}")

    def rates(self, languages: Iterable[str], codes: Iterable[str]) -> tuple[float, float, float, int]:
        """Precision, recall, F1 and how many were wanted."""
        keys = [(language, code) for language in languages for code in codes]
        right, extra, missed = (sum(c[key] for key in keys) for c in (self.right, self.extra, self.missed))
        return (
            right / max(1, right + extra),
            right / max(1, right + missed),
            2 * right / max(1, 2 * right + extra + missed),
            right + missed,
        )

    def show(self, title: str) -> None:
        print(f"\n{title}")
        print(f"{'code':26}{'zh P    R    F1    n':>24}{'en P    R    F1    n':>26}{'all F1':>9}")
        codes = [code.value for code in CODES]
        for code in [*codes, "micro"]:
            chosen = codes if code == "micro" else [code]
            line = f"{code:26}"
            for language in LANGUAGES:
                p, r, f, n = self.rates([language], chosen)
                line += f"{p:10.2f} {r:4.2f} {f:4.2f} {n:4}"
            print(line + f"{self.rates(LANGUAGES, chosen)[2]:9.2f}")
        for language in LANGUAGES:
            print(f"false alarms on clean conversations, {language}: {self.alarms[language]}/{self.clean[language]}")
        asked = sorted({duty for duty, _ in self.duties})
        if asked:
            shares = {d: self.duties[d, "right"] / (self.duties[d, "right"] + self.duties[d, "wrong"]) for d in asked}
            right = sum(self.duties[d, "right"] for d in asked)
            print(f"duties {right / (right + sum(self.duties[d, 'wrong'] for d in asked)):.3f}  ", end="")
            print("  ".join(f"{duty} {share:.2f}" for duty, share in shares.items()))


def wanted_of(labels: dict[str, Any]) -> set[tuple[int, str]]:
    """The labelled (turn, code) pairs."""
    return {(finding["turn"], finding["code"]) for finding in labels["findings"]}


def cross_validated(examples: list[Example], language: Language, tally: Tally) -> None:
    """Five folds; each is read by a reader trained on the other four."""
    rows = Rows(examples)
    folds = folds_of(examples)
    for out in sorted(set(folds)):
        inside = {place for place, fold in enumerate(folds) if fold != out}
        known = as_model(fit(examples, rows.only(inside)))
        outside = rows.only(set(range(len(examples))) - inside)
        by_talk: dict[int, list[int]] = {}
        for place, of in enumerate(outside.of):
            by_talk.setdefault(of, []).append(place)
        for of, places in by_talk.items():
            agent = [outside.moments[place] for place in places]
            raws = [known.raw(outside.features[place]) for place in places]
            scored = [[float(score) for score in row] for row in known.scores(raws)]
            codes = decide(agent, scored, known)
            got = {(m.heard.index, c.value) for m, found in zip(agent, codes, strict=True) for c in found}
            tally.add(language, examples[of].conversation.id, got, wanted_of(examples[of].labels))


def on_cases(path: Path, tally: Tally, plain: Tally) -> None:
    """The shipped reader, and the keyword baseline, on labelled cases."""
    import re

    keywords = {code: re.compile(words, re.IGNORECASE) for code, words in KEYWORDS.items()}
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        found = review(conversation_of(row))
        wanted = wanted_of(row["labels"])
        tally.add(row["language"], row["id"], {(f.turn, f.code.value) for f in found.findings}, wanted)
        said = [(k, turn["text"]) for k, turn in enumerate(row["turns"]) if turn["speaker"] == "agent"]
        got = {(k, code) for k, text in said for code, shape in keywords.items() if shape.search(text)}
        plain.add(row["language"], row["id"], got, wanted)
        for duty, state in (row["labels"].get("duties") or {}).items():
            if state is not None:
                tally.duties[duty, "right" if found.duties[duty] is state else "wrong"] += 1


def duties_in_material(folder: Path, tally: Tally) -> None:
    """Duties of every material line that labels them."""
    for language in LANGUAGES:
        for example in read_material(folder, language):
            labelled = example.labels.get("duties") or {}
            if labelled:
                found = review(example.conversation).duties
                for duty, state in labelled.items():
                    if state is not None:
                        tally.duties[duty, "right" if found[duty] is state else "wrong"] += 1


def cold(folder: Path) -> None:
    """Abuse on COLD's dev split: recall against a person, and anti-bias text flagged."""
    path = folder / "dev.csv.gz"
    if not path.exists():
        print(f"\nCOLD: not measured, {path.name} is not there (set ARREARS_DATA)")
        return
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    flagged: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for row in rows:
        seen[row["label"]] += 1
        found = review_message(row["text"], "zh")
        flagged[row["label"]] += any(finding.code is Code.ABUSE for finding in found)
    print("COLD's dev split labels offensive or safe; it does not mark comments against a person.")
    print(
        f"\nCOLD dev: recall of offensive {flagged['1'] / seen['1']:.3f}, safe flagged {flagged['0'] / seen['0']:.3f}"
    )


def speed(path: Path) -> None:
    """Turns a second on one core, memory, and the time to the first answer of the command."""
    talks = [conversation_of(json.loads(line)) for line in path.read_text("utf-8").splitlines()]
    for talk in talks[:5]:
        review(talk)
    turns = sum(len(talk.turns) for talk in talks)
    best = 0.0
    for _ in range(3):
        began = time.perf_counter()
        for talk in talks:
            review(talk)
        best = max(best, turns / (time.perf_counter() - began))
    print(f"\nturns a second, one process {best:10,.0f}")
    print(f"memory, most so far         {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:10,.0f} MB")
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "arrears", "conduct", "explain", "您好"], check=True, capture_output=True)
    print(f"start to first answer       {time.perf_counter() - began:10.2f} s")


def main(arguments: list[str]) -> int:
    """Print every table that was asked for."""
    asked = argparse.ArgumentParser(prog="python -m bench conduct", description=__doc__)
    asked.add_argument("--material", type=Path, default=MATERIAL)
    asked.add_argument("--cases", type=Path, default=CASES)
    data = Path(os.environ.get("ARREARS_DATA", Path(__file__).parents[2] / "shared" / "data"))
    asked.add_argument("--cold", type=Path, default=data / "cold")
    asked.add_argument("--only", default="cases,material,speed")
    asked.add_argument("--errors", type=Path, help="write every wrong conversation here")
    given = asked.parse_args(arguments)
    parts = given.only.split(",")
    errors: list[str] = []
    if "cases" in parts:
        tally, plain = Tally(), Tally()
        on_cases(given.cases, tally, plain)
        tally.show(f"shipped weights on {given.cases.name}")
        print(f"baseline, plain keywords: micro-F1 {plain.rates(LANGUAGES, [c.value for c in CODES])[2]:.2f}, ", end="")
        print(f"false alarms {sum(plain.alarms.values())}/{sum(plain.clean.values())}")
        errors += tally.errors
    if "material" in parts:
        tally = Tally()
        for language in LANGUAGES:
            cross_validated(read_material(given.material, language), language, tally)
        duties_in_material(given.material, tally)
        tally.show("cross-validated on the material, grouped by pair")
        errors += tally.errors
    if "cold" in parts:
        cold(given.cold)
    if "speed" in parts:
        speed(given.cases)
    if given.errors:
        given.errors.write_text("\n".join(errors) + "\n", encoding="utf-8")
    for language in LANGUAGES:
        known = model(language)
        print(f"material {language}: {known.material[:16] if known else 'none'}", end="  ")
    print(f"weights {sum(path.stat().st_size for path in load.DATA.glob('*.npz')) / 1e6:.2f} MB, codes {len(Code)}")
    return 0
