"""A night in words, for a terminal: what was decided, what it is worth, what capacity costs, how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.table import Table

from arrears.cli._terminal import console
from arrears.decision.allocate.problem import PRICE_SCALE
from arrears.kernel.money import decimal_text
from arrears.kernel.reasons import WORDS, Reason
from arrears.kernel.shown import shown

_WORDS = {
    "title": ("{day} 夜间计划", "The night of {day}"),
    "people": ("{n} 个账户，今日处理 {people} 人", "{n} accounts; {people} people to be helped today"),
    "money": ("逾期合计 {overdue}，未偿余额 {outstanding}", "overdue {overdue} of {outstanding} outstanding"),
    "lender": ("机构报送余额 {theirs}", "the lender's balance is {theirs}"),
    "differs": (
        "；{n} 户两者不同，机构数减本系统数 {more}：{why}",
        "; on {n} accounts it is not ours, by {more}: {why}",
    ),
    "not_yet_due": ("机构计入尚未到期的利息或费用", "it counts interest or charges of instalments to come"),
    "principal_alone": ("机构只计本金", "it counts principal alone"),
    "due_today": ("机构未计当日到期的利息或费用", "it leaves out charges that fall due today"),
    "credit": ("机构欠借款人", "it is in the borrower's favour"),
    "paid_here": ("机构尚未计入本系统已登记的还款", "it does not count yet what was received here"),
    "unexplained": ("还款计划与还款对不上，须人工核对", "schedule and payments come to another sum, look at them"),
    "derived": ("推算值，并非机构报送：{name} = {how}", "worked out, not told by the lender: {name} = {how}"),
    "absent": ("机构未报送的表：{tables}", "the lender did not send: {tables}"),
    "unaged": (
        "另有 {n} 户逾期金额未知，不计入",
        "{n} accounts whose overdue amount the book does not tell are not in that sum",
    ),
    "bucket": ("逾期阶段", "bucket"),
    "accounts": ("账户", "accounts"),
    "overdue": ("逾期金额", "overdue"),
    "treated": ("有措施", "treated"),
    "treatment": ("措施", "treatment"),
    "value": ("预期净回收", "expected, net"),
    "cost": ("成本", "cost"),
    "reason": ("未采取措施的原因", "nothing done, because"),
    "unknown": ("未知", "unknown"),
    "prices": ("产能价格", "What capacity is worth tonight"),
    "price": (
        "{name}：用了 {used}/{limit}，再多一个单位值 {price}",
        "{name}: {used} of {limit} used; one more is worth {price}",
    ),
    "hour": ("；再多一个催收员小时值 {price}", "; one more collector-hour is worth {price}"),
    "free": ("{name}：用了 {used}/{limit}，有余量", "{name}: {used} of {limit} used; more would change nothing"),
    "certificate": (
        "最优性证明：计划值 {value}，任何计划都不超过 {bound}，差距 {gap}",
        "Certificate: this plan is worth {value}; no plan is worth more than {bound}; gap {gap}",
    ),
    "prior": (
        "以上为预期值，来自策略中标明的先验系数，并非实测回收。",
        "These are expectations from the policy's coefficients, marked as priors; nothing here was measured.",
    ),
}
_CAPACITIES = {
    "agent_minutes": ("坐席分钟", "collector minutes"),
    "messages": ("短信与邮件", "messages"),
    "letters": ("信函", "letters"),
    "human_reviews": ("人工复核", "human reviews"),
}


def print_summary(
    manifest: Mapping[str, Any], summary: Mapping[str, Any], certificate: Mapping[str, Any], lang: str
) -> None:
    """The summary of one night, in Chinese ("zh") or English."""
    column = 0 if lang == "zh" else 1

    def say(word: str, **values: object) -> str:
        return _WORDS[word][column].format(**values)

    out = console(highlight=False, soft_wrap=True)
    out.print(f"\n[bold]{say('title', day=manifest['as_of'])}[/bold]   {manifest['night_id']}")
    out.print(say("people", n=f"{summary['accounts']:,}", people=f"{summary['persons_treated']:,}"))
    out.print(say("money", overdue=_money(summary["overdue_cents"]), outstanding=_money(summary["outstanding_cents"])))
    if summary.get("balances"):
        differs = [
            say(
                "differs",
                n=f"{row['accounts']:,}",
                more=_money(row["lender_balance_cents"] - row["outstanding_cents"]),
                why=say(row["balance_reason"]),
            )
            for row in summary["balances"]
        ]
        out.print(say("lender", theirs=_money(summary["lender_balance_cents"])) + "".join(differs))
    for name, how in summary.get("derived", {}).items():
        out.print(say("derived", name=name, how=how["zh" if column == 0 else "en"]))
    if summary.get("absent"):
        out.print(say("absent", tables=", ".join(summary["absent"])))
    if summary["overdue_unknown"]:
        out.print(say("unaged", n=f"{summary['overdue_unknown']:,}"))
    names = _treatment_names(manifest["policy_id"], column)
    out.print(
        _table(
            [say("bucket"), say("accounts"), say("overdue"), say("treated")],
            (
                [
                    row["bucket"] or say("unknown"),
                    f"{row['accounts']:,}",
                    _money(row["overdue_cents"]) if row["overdue_cents"] is not None else say("unknown"),
                    f"{row['treated']:,}",
                ]
                for row in summary["buckets"]
            ),
        )
    )
    if summary["treatments"]:
        out.print(
            _table(
                [say("treatment"), say("accounts"), say("value"), say("cost")],
                (
                    [
                        names.get(row["treatment"], row["treatment"]),
                        f"{row['accounts']:,}",
                        _money(row["value_cents"]),
                        _money(row["cost_cents"]),
                    ]
                    for row in summary["treatments"]
                ),
            )
        )
    out.print(
        _table(
            [say("reason"), say("accounts"), ""],
            (
                [WORDS[Reason(row["reason"])][column], f"{row['accounts']:,}", row["provision_id"] or ""]
                for row in summary["reasons"]
            ),
        )
    )
    out.print(f"[bold]{say('prices')}[/bold]")
    for capacity in certificate["capacities"]:
        out.print("  " + _priced(capacity, column, say))
    out.print(
        say(
            "certificate",
            value=_money(certificate["value_cents"]),
            bound=_money(round(certificate["upper_bound"] / PRICE_SCALE)),
            gap=f"{certificate['relative_gap']:.1e}",
        )
    )
    out.print(say("prior"))


def _priced(capacity: Mapping[str, Any], column: int, say: Any) -> str:
    name = _CAPACITIES.get(capacity["id"], (capacity["id"],) * 2)[column]
    limit = "∞" if capacity["limit"] is None else f"{capacity['limit']:,}"
    shared = {"name": name, "used": f"{capacity['used']:,}", "limit": limit}
    if not capacity["price"]:
        return str(say("free", **shared))
    text = str(say("price", **shared, price=_money(round(capacity["price"] / PRICE_SCALE))))
    if capacity["id"] == "agent_minutes":
        text += say("hour", price=_money(round(60 * capacity["price"] / PRICE_SCALE)))
    return text


def _treatment_names(policy_id: str, column: int) -> dict[str, str]:
    """Names of the shipped policies' treatments; a lender's own show by their id."""
    from arrears.decision.load import load_policy, shipped

    names: dict[str, str] = {}
    for name in shipped():
        names |= {one.id: (one.zh, one.en)[column] for one in load_policy(name).treatments}
    return names


def _money(cents: int) -> str:
    whole, _, part = decimal_text(int(cents)).partition(".")
    return f"{int(whole):,}.{part}" if not whole.startswith("-0") else f"{whole}.{part}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for place, head in enumerate(heads):
        table.add_column(head, justify="right" if place in (1, 2, 3) and head else "left", style=None)
    for row in rows:
        table.add_row(*map(shown, row))
    return table
