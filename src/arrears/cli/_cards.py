"""`arrears playbook list|show`: the cards, for the person who is about to call."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from arrears.cli import EXIT_UNUSABLE
from arrears.cli._language import LANGS, english
from arrears.kernel.problem import Problem, Unusable

if TYPE_CHECKING:
    from arrears.law.load import Law
    from arrears.playbook.cards import Card, Deck, Say, Words

LANG = typer.Option("zh", help="zh or en.")
FOLDER = typer.Option(None, "--cards", help="A lender's own folder of cards, instead of those shipped.")

HEADS = {
    "cues": ("怎么认出来", "How it shows"),
    "verify": ("要核实的", "To verify"),
    "documents": ("可请对方提供", "Papers to ask for"),
    "ask": ("可以问", "To ask"),
    "never": ("绝不", "Never"),
    "why": ("原因", "why"),
    "heard_as": ("听起来像", "it sounds like"),
    "instead": ("改为", "instead"),
    "next_steps": ("合法的下一步", "Lawful next steps"),
    "offers": ("合适的方案", "Offers that fit"),
    "refer": ("何时停下、交给谁", "When to stop, and who goes on"),
    "only_if": ("仅当", "only if"),
    "law": ("仅适用于", "only under"),
    "third_party": ("对第三人说", "to a third party"),
}
NAMES = {
    "act": ("可做", "act"),
    "limit": ("有界限", "limit"),
    "guard": ("不许做", "guard"),
    "open": ("开场", "opening"),
    "ask_payment": ("请求还款", "ask for payment"),
    "learn_reason": ("了解原因", "learn the reason"),
    "consequence": ("说明后果", "explain what follows"),
    "commitment": ("取得承诺", "get a commitment"),
    "close": ("结束", "closing"),
    "first_call": ("首次通话", "First call"),
    "follow_up": ("跟进", "Follow-up"),
    "broken_promise": ("承诺未履行之后", "After a broken promise"),
    "hardship": ("困难通道", "hardship"),
    "legal": ("法务", "legal"),
    "supervisor": ("主管", "supervisor"),
    "person_decides": ("由人决定", "a person decides"),
    "pay_in_full": ("一次付清", "pay in full"),
    "pay_arrears": ("付清逾期", "pay the arrears"),
    "instalments": ("分期", "instalments"),
    "settlement": ("减免结清", "settlement"),
}
"""The closed words of a card, as people read them."""


def list_(folder: Path | None = FOLDER, lang: str = LANG) -> None:
    """
    List the cards: ways of working (T), skills (S), reasons (X), the call (C), timing (L), people (P), negotiation (N),
    strategies (K).

    Every card is checked as it is read: each wording by the conduct review, each clause against the law packs. Reads
    only. Exits 2 where a card may not be used, with every fault.
    """
    en = english(lang)
    deck, _ = _deck(folder)
    for card in deck.cards:
        kinds = ", ".join(NAMES[kind][en] for kind in card.kinds)
        print(f"{card.id:14} {card.title.in_(lang)}  ({kinds})")
    print(("{} 张卡片。", "{} cards.")[en].format(len(deck.cards)))


def show(
    card_id: str = typer.Argument(..., metavar="ID", help="Such as X5."),
    folder: Path | None = FOLDER,
    lang: str = LANG,
) -> None:
    """
    Show a card: how it shows, what to verify, what to say, what never to say and by which clause, where it ends.

    Reads only. Exits 2 where there is no such card, or where a card may not be used.
    """
    en = english(lang)
    deck, law = _deck(folder)
    try:
        card = deck.card(card_id)
    except KeyError:
        raise Unusable(
            Problem(
                code="no_card",
                where=card_id,
                what="there is no such card.",
                why="Only a card that was checked is shown.",
                fix=f"Use one of: {', '.join(each.id for each in deck.cards)}.",
            )
        ) from None
    print("\n".join(_page(card, law, en)))


def _page(card: Card, law: Law, en: int) -> list[str]:
    lang = LANGS[en]
    kinds = ", ".join(NAMES[kind][en] for kind in card.kinds)
    lines = [f"{card.id}  {card.title.in_(lang)}  ({kinds})", card.gist.in_(lang)]
    for key in ("cues", "verify", "documents", "ask"):
        lines += _section(key, getattr(card, key), en)
    for tone in ("first_call", "follow_up", "broken_promise"):
        lines.append(f"\n{NAMES[tone][en]}")
        lines += [line for say in card.wordings(tone) for line in _said(say, en)]
    lines.append(f"\n{HEADS['never'][en]}")
    for never in card.never:
        lines += [
            f"  ✗ {never.habit.in_(lang)}",
            *([f"      {HEADS['heard_as'][en]}: “{never.heard_as.in_(lang)}”"] if never.heard_as else []),
            f"      {HEADS['why'][en]}: {never.why.in_(lang)}",
            *(f"      ← {law.get(clause).citation}  [{clause}]" for clause in never.clauses),
            f"      {HEADS['instead'][en]}: {never.instead.in_(lang)}",
        ]
    lines += _section("next_steps", card.next_steps, en)
    if card.offers:
        lines += [f"\n{HEADS['offers'][en]}", *(f"  · {NAMES[offer][en]}" for offer in card.offers)]
    lines.append(f"\n{HEADS['refer'][en]}")
    return [*lines, *(f"  · {refer.when.in_(lang)} → {NAMES[refer.to][en]}" for refer in card.refer)]


def _section(key: str, texts: Sequence[Words], en: int) -> list[str]:
    return [f"\n{HEADS[key][en]}", *(f"  · {words.in_(LANGS[en])}" for words in texts)] if texts else []


def _said(say: Say, en: int) -> list[str]:
    beside = [f"{HEADS['third_party'][en]}"] if say.to == "third_party" else []
    if say.law:
        beside.append(f"{HEADS['law'][en]} {', '.join(say.law)}")
    if say.only_if is not None:
        beside.append(f"{HEADS['only_if'][en]}: {say.only_if.in_(LANGS[en])}")
    lines = [f"  [{NAMES[say.task][en]}] {say.in_(LANGS[en])}"]
    return [*lines, f"      ({'; '.join(beside)})"] if beside else lines


def _deck(folder: Path | None) -> tuple[Deck, Law]:
    from arrears.daytime.deck import checked_deck
    from arrears.playbook.cards import DATA, DeckRefused

    try:
        return checked_deck(folder or DATA)
    except DeckRefused as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(EXIT_UNUSABLE) from refused
