"""
The accounts behind one figure of the night, for a page: which figure, how many, and fifty of them.

Comes in: Asked (what the address says), nightly.behind_figure.Behind, keys of cases, words. Goes out: AccountsView,
every value ready to print. Never: a lender's account number whole, or a link to a case that the reader may not open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from arrears.web.masks import masked_account
from arrears.web.words.catalogue import Words
from arrears.web.words.treatments import treatment

if TYPE_CHECKING:
    from arrears.nightly.behind_figure import Behind, Figure

UNKNOWN = "-"
"""How an address writes a value that the night does not know."""
BY = ("bucket", "treatment", "channel", "reason", "provision_id")


def address_of(values: Mapping[str, str | None], *, treated: bool = False, page: int = 1) -> str:
    """Where the accounts of a figure are listed."""
    said = [(name, UNKNOWN if value is None else value) for name, value in values.items()]
    said += [("treated", "yes")] * treated + [("page", str(page))] * (page > 1)
    return f"/night/accounts?{urlencode(said)}" if said else "/night/accounts"


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for."""

    values: Mapping[str, str | None]
    treated: bool
    page: int

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Asked:
        """Names that a night does not count by are not read; a page that is no number is the first."""
        page = given.get("page", "")
        return cls(
            values={name: None if given[name] == UNKNOWN else given[name] for name in BY if name in given},
            treated=given.get("treated") == "yes",
            page=max(1, int(page[:9])) if page.isascii() and page.isdigit() else 1,
        )

    def figure(self) -> Figure:
        from arrears.nightly.behind_figure import Figure  # with it comes the night's engine, which few pages need

        return Figure(self.values, self.treated)


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account; `href` is its case, where there is one that the reader may open."""

    href: str | None
    account: str
    bucket: str
    days: str
    overdue: str
    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class AccountsView:
    """The whole page."""

    title: str
    provision: str | None
    total: str
    overdue: str
    reading: str
    figures: str
    rows: list[AccountLine]
    first: str | None
    before: str | None
    after: str | None
    last: str | None


def accounts_view(
    asked: Asked, behind: Behind, cases: Mapping[str, str], words: Words, *, figures: str, currency: str, per_page: int
) -> AccountsView:
    """The page of `asked`; `cases` is empty for somebody who opens none."""
    pages = max(1, -(-behind.accounts // per_page))
    known = words.money_round(behind.overdue_cents, currency)

    def to(page: int) -> str | None:
        fits = 1 <= page <= pages and page != asked.page
        return address_of(asked.values, treated=asked.treated, page=page) if fits else None

    return AccountsView(
        title=_title(asked, words),
        provision=asked.values.get("provision_id"),
        total=words.count(behind.accounts),
        overdue=known if not behind.unknown else words.say("at least %(money)s", money=known),
        reading=_reading(asked.page, len(behind.rows), behind, words, per_page),
        figures=figures,
        rows=[_line(row, cases, words) for row in behind.rows],
        first=to(1),
        before=to(asked.page - 1),
        after=to(asked.page + 1),
        last=to(pages),
    )


def _title(asked: Asked, words: Words) -> str:
    values, said = asked.values, []
    if "bucket" in values:
        said.append(words.say("bucket %(bucket)s", bucket=values["bucket"] or words.unknown))
    if "treatment" in values:
        said.append(treatment(words, values["treatment"], values.get("channel")))
    if "reason" in values:
        said.append(words.reason(values["reason"]) if values["reason"] else words.unknown)
    if asked.treated:
        said.append(words.say("with a step tonight"))
    return words.pair("，", ", ").join(said) or words.say("all of them")


def _reading(page: int, shown: int, behind: Behind, words: Words, per_page: int) -> str:
    if not shown:
        return words.say("No account is on this page.")
    start = (page - 1) * per_page
    told = words.say(
        "%(first)s to %(last)s of %(all)s, most overdue first.",
        first=words.count(start + 1),
        last=words.count(start + shown),
        all=words.count(behind.accounts),
    )
    if not behind.unknown:
        return told
    unsaid = words.say(
        "Of %(n)s accounts the book does not say how much is overdue; they come last.", n=words.count(behind.unknown)
    )
    return words.pair(f"{told}{unsaid}", f"{told} {unsaid}")


def _line(row: Mapping[str, Any], cases: Mapping[str, str], words: Words) -> AccountLine:
    key = cases.get(row["person_id"] or "")
    return AccountLine(
        href=f"/case/{key}" if key else None,
        account=masked_account(row["account_id"]),
        bucket=row["bucket"] or words.unknown,
        days=words.count(row["days_past_due"]),
        overdue=words.money(row["overdue_cents"], row["currency"]),
        step=treatment(words, row["treatment"], row["channel"]) if row["treatment"] else "",
        reason=words.reason(row["reason"]) if row["reason"] else "",
    )
