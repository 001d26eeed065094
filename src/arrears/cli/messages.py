"""Messages: the templates of what is written to people, what law wants in them, and a message filled and checked."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from arrears.cli import EXIT_FOUND
from arrears.cli._language import LANGS, english
from arrears.kernel.problem import Problem, Unusable

if TYPE_CHECKING:
    from arrears.contact.messages.table import Template
    from arrears.law.load import Law

app = typer.Typer(help="Messages: what is written to people, checked against the law before and after it is filled.")

LANG = typer.Option("zh", help="zh or en.")
FOLDER = typer.Option(None, "--templates", help="A lender's own folder of templates, instead of those shipped.")
DAY = typer.Option(None, "--on", formats=["%Y-%m-%d"], help="By the law of this day.  [default: today]")

HEADS = {
    "packs": ("适用法域", "Law"),
    "purpose": ("用途", "Purpose"),
    "senders": ("发送方", "Sender"),
    "products": ("限于产品", "Products"),
    "slots": ("填写项", "Slots"),
    "must": ("必须写明", "Must say"),
    "house": ("产品要求", "the house"),
}


@app.callback()
def messages() -> None:
    """Messages: what is written to people, checked against the law before and after it is filled."""


@app.command(name="list")
def list_(folder: Path | None = FOLDER, lang: str = LANG) -> None:
    """
    List the templates: what each is for, its channels, and under which law it may be sent.

    Reads only. Exits 2 where a template can't be read, with every fault.
    """
    en = english(lang)
    for template in _templates(folder):
        channels = ", ".join(template.channels)
        print(f"{template.id}  ({channels}; {', '.join(template.packs)})")
        print(f"    {template.about_en if en else template.about_zh}")


@app.command()
def show(
    template_id: str = typer.Argument(..., metavar="ID", help="Such as first_notice."),
    folder: Path | None = FOLDER,
    day: datetime | None = DAY,
    lang: str = LANG,
) -> None:
    """
    Show a template: its texts in both languages, its slots, and everything law requires in it, with the clause.

    Reads only. Exits 2 where there is no such template.
    """
    from arrears.contact.messages.check import required_of
    from arrears.contact.messages.load import vocabulary

    en = english(lang)
    template = _named(template_id, folder)
    print(f"{template.id}\n{'=' * len(template.id)}\n{template.about_en if en else template.about_zh}\n")
    for key, value in (
        ("packs", ", ".join(template.packs)),
        ("purpose", template.purpose),
        ("senders", ", ".join(template.senders)),
        ("products", ", ".join(template.products)),
    ):
        if value:
            print(f"{HEADS[key][en]}: {value}")
    print(f"\n{HEADS['slots'][en]}")
    for name, slot in template.slots.items():
        print(f"  {{{name}}}  {slot.about_en if en else slot.about_zh} ({slot.kind}, ≤ {slot.most})")
    laws = {pack: _law(pack, day) for pack in template.packs}
    for wording in template.wordings:
        print(f"\n[{wording.channel}.{wording.language}]\n{wording.text}")
        if wording.language != LANGS[en]:
            continue
        print(f"  {HEADS['must'][en]}:")
        for law in laws.values():
            for required in required_of(template, wording.channel, law, _day(day)):
                element = vocabulary().elements[required.element]
                by = required.provision.citation if required.provision else HEADS["house"][en]
                print(f"    · {element.about_en if en else element.about_zh}  ← {by}")


@app.command()
def check(folder: Path | None = FOLDER, day: datetime | None = DAY, lang: str = LANG) -> None:
    """
    Check every template: required content, forbidden words, length, the closed form of a voicemail.

    Reads only. Exits 0 where all hold, 1 where something stands against one, 2 where one can't be read.
    """
    from arrears.contact.messages.check import problems_of

    en = english(lang)
    templates = _templates(folder)
    laws = {pack: _law(pack, day) for template in templates for pack in template.packs}
    found = [
        problem
        for template in templates
        for pack in template.packs
        for problem in problems_of(template, laws[pack], _day(day))
    ]
    for problem in found:
        print(problem)
    texts = sum(len(template.wordings) for template in templates)
    said = ("{} 个模板、{} 段文本，{} 处问题。", "{} templates, {} texts, {} faults.")[en]
    print(said.format(len(templates), texts, len(found)))
    if found:
        raise typer.Exit(EXIT_FOUND)


@app.command()
def fill(
    template_id: str = typer.Argument(..., metavar="ID", help="Such as first_notice."),
    values: Path = typer.Option(..., "--values", help="JSON object: slot to value; money as {cents, currency}."),
    channel: str = typer.Option("sms", help="sms, letter or voicemail."),
    language: str = typer.Option("zh", "--language", help="Language of the message: zh or en."),
    pack: str | None = typer.Option(None, "--pack", help="Law it is sent under.  [default: the template's only one]"),
    outside: str = typer.Option("", help="What will be visible on the envelope of a letter."),
    form: str = typer.Option("envelope", help="envelope or postcard."),
    folder: Path | None = FOLDER,
    day: datetime | None = DAY,
) -> None:
    """
    Fill a template and print the message, or everything that stands against it. Sends nothing.

    Checked again as filled: values, required content, forbidden words, length, the outside, and the conduct review.
    Exits 0 with the message; 1 where it may not be used; 2 where the input can't be read.
    """
    from arrears.contact.messages.fill import fill as filled
    from arrears.contact.messages.table import MessageRefused

    template = _named(template_id, folder)
    try:
        done = filled(
            template,
            channel,
            language,
            _values(values, template),
            law=_law(pack or template.packs[0], day),
            day=_day(day),
            outside=outside,
            form=form,
            review=_review,
        )
    except MessageRefused as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(EXIT_FOUND) from refused
    print(done.text)


def _review(text: str, language: str) -> list[str]:
    from arrears.conduct.review import objections

    return list(objections(text, language, channel="sms"))


def _whole(cents: object) -> int:
    """Cents as the file says them: a part of a cent is refused, never dropped."""
    if isinstance(cents, bool) or not isinstance(cents, int):
        raise ValueError(f"cents is {cents!r}, which is no whole number")
    return cents


def _values(path: Path, template: Template) -> dict[str, Any]:
    from arrears.kernel.money import Money

    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(body, dict):
            raise ValueError("it is no JSON object")
        read: dict[str, Any] = {}
        for name, value in body.items():
            kind = template.slots[name].kind if name in template.slots else ""
            if kind == "money" and isinstance(value, dict):
                value = Money(_whole(value["cents"]), str(value["currency"]))
            elif kind == "date" and isinstance(value, str):
                value = date.fromisoformat(value)
            read[name] = value
    except (OSError, ValueError, KeyError, RecursionError) as fault:
        raise Unusable(
            Problem(
                code="values_not_readable",
                where=str(path),
                what=f"the values can't be read ({fault}).",
                why="A message with a guess in it is worse than none.",
                fix='Give a JSON object: {"name": "…", "overdue": {"cents": 12000, "currency": "CNY"}}.',
            )
        ) from fault
    return read


def _templates(folder: Path | None) -> tuple[Template, ...]:
    from arrears.contact.messages.load import TEMPLATES, read_templates
    from arrears.contact.messages.table import MessageRefused

    try:
        return read_templates(folder or TEMPLATES)
    except MessageRefused as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(2) from refused


def _named(template_id: str, folder: Path | None) -> Template:
    templates = _templates(folder)
    found = next((each for each in templates if each.id == template_id), None)
    if found is None:
        raise Unusable(
            Problem(
                code="no_template",
                where=template_id,
                what="there is no such template.",
                why="Nothing is written but from a template that was checked.",
                fix=f"Use one of: {', '.join(each.id for each in templates)}.",
            )
        )
    return found


def _law(pack: str, day: datetime | None) -> Law:
    from arrears.law.load import load_law

    return load_law([pack], _day(day))


def _day(day: datetime | None) -> date:
    return day.date() if day else datetime.now().astimezone().date()
