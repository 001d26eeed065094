"""
From a folder of TOML files to a Deck, or a refusal that lists everything wrong with them.

Reads:  <ID>.toml, one card a file, both languages side by side
Gives:  Deck; DeckRefused with the file, the line, what is wrong, why it matters and what to do
Never:  a card whose wording the conduct review objects to, whose clause is in no pack, or whose slot nothing fills.
        The review and the clauses come in as arguments: conduct lies above this stage.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from arrears.kernel.problem import Problem
from arrears.law.read_fields import Source, filled, read_toml
from arrears.playbook.cards.card import (
    AUDIENCES,
    KINDS,
    LANGUAGES,
    OFFERS,
    PER_TONE,
    REFERRED_TO,
    SLOTS,
    TASKS,
    TONES,
    Card,
    Deck,
    DeckRefused,
    Say,
    Words,
    examples,
    fill,
    order_of,
    slots_of,
)

DATA = Path(__file__).with_name("data")

Review: TypeAlias = Callable[[str, str, str], Sequence[str]]
"""(text, language, audience) to what a conduct review has against it, in words; empty where it has nothing."""

WHY_WORD = "A word outside the list is one that no page and no command understands."
WHY_SAID = "A wording is said to somebody as it stands."
_NEEDS_MORE_THAN_ONE = ("cues", "verify", "ask", "next_steps")


def read_deck(clauses: Collection[str], review: Review, at: Path = DATA) -> Deck:
    """
    Every card of the folder `at`, checked.

    `clauses` holds the ids of all provisions of the law packs. Raises DeckRefused with every fault.
    """
    problems: list[Problem] = []
    cards: dict[str, Card] = {}
    for path in sorted(at.glob("*.toml")):
        source = Source(f"{at.name}/{path.name}", path.read_text(encoding="utf-8"))
        card = _card(source)
        if card is not None:
            source.problems += list(_faults(card, path.stem, clauses, review, source))
            if card.id in cards:
                source.problems.append(
                    _fault(
                        source,
                        card.id,
                        "duplicate_id",
                        f"there is another card {card.id}.",
                        "Only one of the two would be shown.",
                        "Give each card its own id, and name the file for it.",
                    )
                )
            cards.setdefault(card.id, card)
        problems += source.problems
    if not cards and not problems:
        problems.append(
            Problem(
                code="no_cards",
                where=str(at),
                what="there is no card in it.",
                why="Nobody can be told what to say.",
                fix="Give a folder of <ID>.toml files.",
            )
        )
    if problems:
        raise DeckRefused(problems)
    return Deck(tuple(sorted(cards.values(), key=lambda card: order_of(card.id))))


def _card(source: Source) -> Card | None:
    source.model = "as the other cards have it"
    body = read_toml(source)
    return filled(Card, body, source, table="card") if body is not None else None


def _faults(card: Card, file_id: str, clauses: Collection[str], review: Review, source: Source) -> Iterator[Problem]:
    if card.id != file_id:
        fix = "Make the two the same."
        yield _fault(source, card.id, "misfiled", f"its id is {card.id!r}.", "A card is found by its file.", fix)
    packs = sorted({clause.split(".")[0] for clause in clauses})
    for value, allowed in _closed_words(card, packs):
        if value not in allowed:
            said = f"{value!r} is not one of its words."
            yield _fault(source, value, "unknown_word", said, WHY_WORD, f"Use one of: {', '.join(allowed)}.")
    yield from _shape(card, source)
    for never in card.never:
        for clause in never.clauses:
            if clause not in clauses:
                yield _fault(
                    source,
                    clause,
                    "unknown_clause",
                    f"no law pack has the clause {clause!r}.",
                    "A reason nobody can look up is no reason.",
                    "Name a provision as `arrears law list` prints it.",
                )
    for text, key in _all_texts(card):
        if not text.strip():
            why = "Half of the readers would see nothing."
            yield _fault(source, key, "empty_text", f"{key} has an empty text.", why, "Write it in both languages.")
    for say in card.say:
        yield from _said(say, review, source)


def _closed_words(card: Card, packs: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    yield from ((kind, KINDS) for kind in card.kinds)
    yield from ((offer, OFFERS) for offer in card.offers)
    yield from ((refer.to, REFERRED_TO) for refer in card.refer)
    for say in card.say:
        yield from ((say.task, TASKS), (say.tone, TONES), (say.to, AUDIENCES))
        yield from ((pack, packs) for pack in say.law)


def _shape(card: Card, source: Source) -> Iterator[Problem]:
    """What every card has enough of."""
    for tone in TONES:
        said = len(card.wordings(tone))
        if said < PER_TONE:
            yield _fault(
                source,
                "say",
                "too_few_wordings",
                f"it has {said} wordings for {tone}.",
                "The same sentence to everybody is a recording.",
                f"Write at least {PER_TONE}, each of another kind.",
            )
    for key in _NEEDS_MORE_THAN_ONE:
        if not getattr(card, key):
            yield _fault(
                source,
                key,
                "nothing_there",
                f"{key} is empty.",
                "The card would not help.",
                "Write what belongs there.",
            )
    if not card.kinds or not card.refer or not card.never:
        what = "it lacks kinds, refer or never."
        why = "Every card says what it is, where it ends and what is refused."
        yield _fault(source, "kinds", "nothing_there", what, why, "Write all three.")
    for never in card.never:
        if not never.clauses:
            what = f"{never.habit.en!r} has no clause."
            why = "A refusal says which rule it rests on."
            yield _fault(source, never.habit.en, "no_clause", what, why, "Name at least one provision.")
    for language in LANGUAGES:
        texts = [say.in_(language) for say in card.say]
        for text in sorted({text for text in texts if texts.count(text) > 1}):
            why = "Two that are the same are one."
            yield _fault(source, text, "said_twice", f"{text!r} is there twice.", why, "Word one of them otherwise.")


def _said(say: Say, review: Review, source: Source) -> Iterator[Problem]:
    """What stands against one wording."""
    if say.task == "consequence" and say.only_if is None:
        yield _fault(
            source,
            say.zh,
            "consequence_without_condition",
            f"{say.en!r} does not say when it is true.",
            "Only what is true of this loan, at this age, is told.",
            "Write only_if = { zh, en }: the fact that must be so.",
        )
    for language in LANGUAGES:
        text = say.in_(language)
        unknown = [name for name in slots_of(text) if name not in SLOTS]
        for name in unknown:
            why = "Nothing would fill it, and the braces would be read aloud."
            fix = f"Use one of: {', '.join(SLOTS)}."
            yield _fault(source, text, "unknown_slot", f"{{{name}}} is no slot.", why, fix)
        if say.to == "third_party":
            for name in slots_of(text):
                if name in SLOTS and SLOTS[name].names_debt:
                    why = "Nobody but the borrower and the obligors is told that there is a debt."
                    what = f"{{{name}}} would be said to a third party."
                    yield _fault(source, text, "tells_of_the_debt", what, why, "Leave it out.")
        if unknown:
            continue
        spoken = fill(text, examples(language)) or text
        for objection in review(spoken, language, say.to):
            what = f"conduct objects ({objection})."
            yield _fault(source, text, "flagged_wording", what, WHY_SAID, "Say it otherwise.")


def _all_texts(card: Card) -> Iterator[tuple[str, str]]:
    """Every text of a card with the key it stands under."""

    def both(words: Words | None, key: str) -> Iterator[tuple[str, str]]:
        if words is not None:
            yield from ((words.zh, key), (words.en, key))

    yield from both(card.title, "title")
    yield from both(card.gist, "gist")
    for key in ("cues", "verify", "documents", "ask", "next_steps"):
        for words in getattr(card, key):
            yield from both(words, key)
    for say in card.say:
        yield from ((say.zh, "say"), (say.en, "say"))
        yield from both(say.only_if, "only_if")
    for never in card.never:
        for words in (never.habit, never.why, never.instead, never.heard_as):
            yield from both(words, "never")
    for refer in card.refer:
        yield from both(refer.when, "refer")


def _fault(source: Source, at: str, code: str, what: str, why: str, fix: str) -> Problem:
    """A problem at the line that holds `at`: a wording, a word or a key."""
    found = (number for number, line in enumerate(source.text.splitlines(), start=1) if at and at in line)
    return Problem(code=code, where=source.where, row=next(found, 1), what=what, why=why, fix=fix)
