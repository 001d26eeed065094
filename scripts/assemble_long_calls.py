"""
Long calls from written segments: lawful for many turns after a disclosure, and the same call with one offending turn.

    python scripts/assemble_long_calls.py

Reads material/conduct/segments/{zh,en}.txt (each segment written by hand under `# kind`, an offending line under
`# inject CODE STATE`), writes material/conduct/{zh,en}/long.jsonl: the same bytes each time. A call and its twin are
one pair. A quarter of the calls lose their punctuation, as speech recognition gives them. Names and sums are made up.
"""

import json
import random
import re
from pathlib import Path

MATERIAL = Path(__file__).parents[1] / "material" / "conduct"
STATES = (
    *("illness", "illness", "bereavement", "jobloss", "stop", "stop", "dispute"),
    *("dispute", "proof", "lawyer", "complaint", "wrongparty"),
)
CALLS = 72
FACT = {
    "illness": "hardship",
    "bereavement": "hardship",
    "jobloss": "hardship",
    "stop": "ceased",
    "dispute": "disputed",
    "lawyer": "represented",
}
SPEAKERS = {"A": "agent", "B": "borrower"}
FILL = {
    "en": {
        "agent": ["Priya", "Tom", "Dana", "Owen", "Lucy", "Amir"],
        "firm": ["Brightwater Finance", "Calder Recoveries", "Pinehurst Credit", "Northgate Lending"],
        "name": ["Mr Okoro", "Ms Lindqvist", "Mrs Abara", "Mr Tanner", "Ms Velasco", "Mr Dunne"],
    },
    "zh": {
        "agent": ["小周", "小陈", "王敏", "刘洋", "小赵", "何静"],
        "firm": ["海岸消金", "青弋银行", "远山小贷", "南桥分期"],
        "name": ["黎女士", "魏先生", "佘先生", "覃女士", "段先生", "阮女士"],
    },
}


def read_segments(language: str) -> dict[str, list[list[tuple[str, str]]]]:
    """Kind to its segments, each a list of (speaker, text)."""
    found: dict[str, list[list[tuple[str, str]]]] = {}
    segment: list[tuple[str, str]] = []
    for line in (MATERIAL / "segments" / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            segment = []
            found.setdefault(line[2:].strip(), []).append(segment)
        elif line.strip():
            speaker, _, text = line.partition(": ")
            segment.append((SPEAKERS[speaker], text))
    return found


def call(segments: dict[str, list[list[tuple[str, str]]]], state: str, draw: random.Random) -> list[tuple[str, str]]:
    """One lawful call in which `state` becomes known early on."""
    turns = list(draw.choice(segments["open"]))
    if state == "wrongparty":
        return [*turns[:1], *draw.choice(segments["wrongparty"])]
    owed = list(draw.choice(segments["owed"]))
    if draw.random() < 0.7:
        turns += owed
    turns += draw.choice(segments[state])
    for handle in draw.sample(segments["handle"], draw.randint(3, 6)):
        turns += handle
    if state not in ("stop", "lawyer", "dispute", "proof"):
        turns += draw.choice(segments["plan"])
    return turns + draw.choice(segments["close"])


def joined(turns: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Lines of one speaker that follow each other are one turn."""
    found: list[tuple[str, str]] = []
    for speaker, text in turns:
        if found and found[-1][0] == speaker:
            found[-1] = (speaker, f"{found[-1][1]} {text}")
        else:
            found.append((speaker, text))
    return found


def plain(text: str, language: str) -> str:
    """As speech recognition writes it: no marks, no capitals."""
    bare = re.sub(r"[,.?!;:,。?!;:、“”\"]", " " if language == "en" else "", text)
    return re.sub(r" +", " ", bare).strip().lower()


def assemble(language: str) -> list[dict[str, object]]:
    """Every call and its twin."""
    segments = read_segments(language)
    injections = [
        (*kind.split()[1:], each) for kind, many in segments.items() if kind.startswith("inject") for each in many
    ]
    rows: list[dict[str, object]] = []
    for number in range(CALLS):
        draw = random.Random(f"{language}-{number}")
        state = STATES[number % len(STATES)]
        turns = joined(call(segments, state, draw))
        fill = {name: draw.choice(words) for name, words in FILL[language].items()}
        amount = draw.randint(200, 9000) * 100 + draw.randint(0, 99)
        fill |= {"amt": f"{amount // 100:,}.{amount % 100:02d}" if language == "en" else f"{amount // 100}"}
        if language == "zh":
            amount -= amount % 100
        fill |= {"digits": str(draw.randint(1000, 9999)), "day": str(draw.randint(3, 27))}
        bare = draw.random() < 0.25
        facts: dict[str, object] = {
            "days_past_due": draw.randint(3, 90),
            "amount_due": f"{amount // 100}.{amount % 100:02d}",
        }
        if state in FACT and FACT[state] != "ceased" and draw.random() < 0.3:
            facts[FACT[state]] = True
        pair = f"{language}-long-{number:03d}"
        fitting = [each for each in injections if each[1] in (state, "any")]
        code, _, line = draw.choice(fitting)
        agents = [at for at, (speaker, _) in enumerate(turns) if speaker == "agent" and at > 4]
        twins: list[tuple[str, list[tuple[str, str]], list[dict[str, object]]]] = [("plain", turns, [])]
        if agents:
            at = draw.choice(agents)
            offending = [*turns[:at], ("agent", line[0][1]), *turns[at + 1 :]]
            twins.append(("overt", offending, [{"code": code, "turn": at}]))
        for form, said, found in twins:
            texts = [(speaker, text.format(**fill)) for speaker, text in said]
            rows.append(
                {
                    "id": f"{pair}-{form}",
                    "pair": pair,
                    "language": language,
                    "channel": "call",
                    "audience": "unknown" if state == "wrongparty" else "borrower",
                    "facts": facts,
                    "form": form,
                    "turns": [{"speaker": s, "text": plain(t, language) if bare else t} for s, t in texts],
                    "labels": {"findings": found},
                }
            )
    return rows


if __name__ == "__main__":
    for each in ("zh", "en"):
        lines = [json.dumps(row, ensure_ascii=False) for row in assemble(each)]
        (MATERIAL / each / "long.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
