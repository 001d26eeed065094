"""
Lawful calls in the words of the cards: what borrowers say in the playbook's material, answered as a card would.

    python scripts/assemble_card_calls.py

Reads src/arrears/playbook/cards/data and material/playbook, writes material/conduct/{zh,en}/cards.jsonl: ANSWERED
calls for each card and tone, each answered otherwise, every turn of the agent lawful; then each sentence of material/conduct/segments/honest.jsonl, honest
ones that the reader once took for something else, as a call of one turn. The same bytes each time.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

from arrears.daytime.deck import checked_deck
from arrears.playbook.cards import TASKS, TONES, Card, fill
from arrears.playbook.cards.card import examples

MATERIAL = Path(__file__).parents[1] / "material"
HONEST = MATERIAL / "conduct" / "segments" / "honest.jsonl"
FACTS = {"ceased": False, "disputed": False, "hardship": False, "represented": False, "max_waiver_pct": 0}


ANSWERED = 3


def lines_of(language: str, card: str) -> list[str]:
    """What borrowers say for this card, or plainly, with nothing that would stop a call."""
    name = f"x{int(card[1:]):02d}" if card.startswith("X") else "plain"
    rows = [
        json.loads(line)
        for line in (MATERIAL / "playbook" / language / f"{name}.jsonl").read_text("utf-8").splitlines()
        if line.strip()
    ]
    return [row["text"] for row in rows if not row["labels"]["vulnerable"] and not row["labels"]["rights"]]


def call(card: Card, tone: str, language: str, draw: random.Random) -> list[dict[str, str]]:
    """The card's wordings in this tone in the order of a call, borrower and agent by turns."""
    said = sorted((one for one in card.wordings(tone) if one.to == "borrower"), key=lambda one: TASKS.index(one.task))
    answers = lines_of(language, card.id)
    turns = []
    for say in said:
        text = fill(say.in_(language), examples(language))
        if text is not None:
            turns += [{"speaker": "agent", "text": text}, {"speaker": "borrower", "text": draw.choice(answers)}]
    return turns[:-1]


def main() -> None:
    deck = checked_deck()[0]
    honest = [json.loads(line) for line in HONEST.read_text("utf-8").splitlines() if line.strip()]
    for language in ("zh", "en"):
        draw = random.Random(f"cards {language}")
        rows = []
        for card in deck.cards:
            for tone in TONES:
                for answers in range(ANSWERED):
                    turns = call(card, tone, language, draw)
                    if turns:
                        rows.append(
                            {"id": f"{language}-card-{card.id}-{tone}-{answers}", "facts": FACTS, "turns": turns}
                        )
        for one in honest:
            if one["language"] == language:
                turns = [{"speaker": "agent", "text": one["text"]}]
                rows += [{"id": f"{one['id']}-{n}", "facts": FACTS, "turns": turns} for n in range(ANSWERED)]
        with (MATERIAL / "conduct" / language / "cards.jsonl").open("w", encoding="utf-8") as out:
            for row in rows:
                whole = {
                    "id": row["id"],
                    "language": language,
                    "channel": "call",
                    "audience": "borrower",
                    "facts": row["facts"],
                    "form": "plain",
                    "turns": row["turns"],
                    "labels": {"findings": []},
                    "pair": row["id"].rsplit("-", 1)[0],
                }
                out.write(json.dumps(whole, ensure_ascii=False) + "\n")
        print(language, len(rows))


if __name__ == "__main__":
    main()
