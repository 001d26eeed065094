"""
What each account needs tonight: lawful treatments, their value, the best of them under the day's capacity.

Reads:  segmentation.table.CASES; contacts, contact_points and accounts of book.table.Snapshot; a Law; a Policy
Gives:  decision.table.PLAN, one row per account, and the Solution with its certificate
Never:  reads a clock or a file, or settles on an engine. `keep` materialises a stage where the edge wants it.

The borrower stands above the loan: values add up over a person's accounts, cost and harm are counted once, and
capacity is spent once. Exactly one of `treatment` and `reason` is null in every row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from arrears.book.table import Snapshot
from arrears.decision.allocate.passes import TablePasses
from arrears.decision.allocate.problem import MAX_VALUE, NOT_ALLOWED
from arrears.decision.allocate.solve import Solution, solve
from arrears.decision.choose import chosen
from arrears.decision.eligible import NEVER, has_a_way, offers
from arrears.decision.from_book import NO_SECOND, contacted, decided_lately, reachable
from arrears.decision.law_mask import Keep, history_for, hold_provisions, masked
from arrears.decision.policy import CHANNELS, Policy
from arrears.decision.slots import planned_slots
from arrears.decision.table import PLAN
from arrears.decision.value import gross, harm, payday_near
from arrears.kernel.reasons import Reason
from arrears.kernel.table import conform
from arrears.law.load import Law


@dataclass(frozen=True)
class Decided:
    """
    The plan, the choices behind it (one row per person that law and ladder leave open), and their proof; `late` is
    every account that something could be done about, with its zone.
    """

    late: ir.Table
    plan: ir.Table
    choices: ir.Table
    solution: Solution


def decide(cases: ir.Table, snapshot: Snapshot, law: Law, policy: Policy, zones: Sequence[str], keep: Keep) -> Decided:
    """One night's plan for every account of `cases`."""
    late = keep("late", late_accounts(cases, snapshot, policy, zones))
    history = keep("history", history_for(snapshot, law))
    lawful = masked(late, history, law, policy, snapshot.as_of, zones, keep)
    ready = keep("ready", valued(lawful, policy))
    units = keep("units", persons_of(ready, policy))
    solution = allocate(units, policy)
    choices = keep("choices", chosen(units, value_columns(policy), solution))
    return Decided(late, plan_of(cases, ready, choices, law, policy, snapshot), choices, solution)


def value_columns(policy: Policy) -> tuple[str, ...]:
    return tuple(f"value_{treatment.id}" for treatment in policy.treatments)


def late_accounts(cases: ir.Table, snapshot: Snapshot, policy: Policy, zones: Sequence[str]) -> ir.Table:
    """Accounts with something overdue and nothing that holds them, with how and when each may be reached."""
    channels = policy.channels
    late = cases.filter(cases.held_reason.isnull(), cases.overdue_cents > 0).select(
        *("account_id", "person_id", "product", "bucket", "stage", "time_zone", "holds", "overdue_cents"),
        segment=cases.segment.fill_null("unknown"),
        vulnerable=cases.vulnerability.notnull(),
        payday_near=payday_near(cases.payday, snapshot.as_of),
    )
    slots = planned_slots(snapshot.as_of, zones, {c: policy.slots[c] for c in channels})
    late = late.left_join(slots, late.time_zone == slots.of_zone).drop("of_zone")
    decided = decided_lately(snapshot)
    late = late.left_join(decided, late.person_id == decided.of_decided)
    late = late.mutate(decided=late.of_decided.notnull()).drop("of_decided")
    points = reachable(snapshot, channels, among=late.select("person_id"))
    late = late.left_join(points, "person_id").drop("person_id_right")
    late = late.left_join(contacted(snapshot, policy.window_days, channels), "person_id").drop("person_id_right")
    nobody: dict[str, Any] = {**NEVER}
    for channel in channels:
        nobody |= {f"attempts_{channel}": 0, f"last_{channel}_second": NO_SECOND}
    late = late.mutate(
        answered_before=ibis.cases((late.attempts.isnull(), "unknown"), (late.answered == 1, "yes"), else_="no"),
        **{column: late[column].fill_null(value) for column, value in nobody.items()},
    ).drop("answered")
    late = late.mutate(**offers(late, policy, snapshot.as_of))
    return late.mutate(
        **{
            f"plans_{channel}": _any(
                [late[f"fits_{t.id}"] & late[f"open_{t.id}"] for t in policy.treatments if t.channel == channel]
            )
            for channel in channels
        }
    )


def valued(late: ir.Table, policy: Policy) -> ir.Table:
    """
    READY: what each treatment is expected to bring in on each account, null where it may not be done tonight;
    where none may, the reason and the provision behind it.
    """
    fits, reach, waited, may, contacts = [], [], [], {}, []
    for t in policy.treatments:
        kind = CHANNELS[t.channel]
        has_point = late[kind].notnull() if kind else ibis.literal(True)
        fits.append(late[f"fits_{t.id}"])
        reach.append(late[f"fits_{t.id}"] & has_point)
        if kind:
            contacts.append(late[f"fits_{t.id}"])
        waited.append(late[f"fits_{t.id}"] & has_point & late[f"open_{t.id}"])
        may[t.id] = waited[-1] & late[f"{t.channel}_allowed"] if kind else waited[-1]
    reason = ibis.cases(
        (_any(list(may.values())), ibis.null("string")),
        (~_any(fits), Reason.NO_TREATMENT_FITS.value),
        # What reaches nobody is no way to reach them: who can't be contacted is not told to wait.
        (_any(contacts) & ~has_a_way(late, policy), Reason.HELD_FOR_MISSING_CONTACT_POINT.value),
        (~_any(reach), Reason.HELD_FOR_MISSING_CONTACT_POINT.value),
        (~_any(waited), Reason.HELD_FOR_MINIMUM_WAIT.value),
        else_=Reason.NO_LAWFUL_TREATMENT.value,
    )
    provision = ibis.coalesce(ibis.null("string"), *[late[f"{channel}_provision"] for channel in policy.channels])
    ready = late.select(
        *("account_id", "person_id", "overdue_cents", "vulnerable", "attempts_7d"),
        blocked_reason=reason,
        provision=provision,
        **{f"gross_{t.id}": ibis.ifelse(may[t.id], gross(late, t), ibis.null("int64")) for t in policy.treatments},
    )
    lawless = ready.blocked_reason == Reason.NO_LAWFUL_TREATMENT.value
    return ready.mutate(blocked_provision=ibis.ifelse(lawless, ready.provision, ibis.null("string"))).drop("provision")


def persons_of(ready: ir.Table, policy: Policy) -> ir.Table:
    """
    UNITS: one row per person with something that may be done: the account that leads (most overdue, then first by
    id), and the value of each treatment over all accounts, less cost and harm, once.
    """
    open_accounts = ready.filter(ready.blocked_reason.isnull())
    summed = open_accounts.group_by("person_id").agg(
        lead_account_id=open_accounts.account_id.min(),
        vulnerable=open_accounts.vulnerable.cast("int32").max() == 1,
        attempts_7d=open_accounts.attempts_7d.max(),
        **{f"gross_{t.id}": open_accounts[f"gross_{t.id}"].sum().cast("int64") for t in policy.treatments},
    )
    return summed.select(
        "person_id",
        "lead_account_id",
        **{
            f"value_{t.id}": ibis.ifelse(
                summed[f"gross_{t.id}"].isnull(),
                NOT_ALLOWED,
                ibis.least(summed[f"gross_{t.id}"], MAX_VALUE)
                - t.cost_cents
                - ibis.least(harm(summed.attempts_7d, summed.vulnerable, t, policy.harm), MAX_VALUE),
            ).cast("int64")
            for t in policy.treatments
        },
    )


def allocate(units: ir.Table, policy: Policy) -> Solution:
    """The prices, the plan that fits and its bound, by passes on the engine of `units`."""
    terms = policy.terms()
    return solve(TablePasses(terms, units, value_columns(policy), int(units.count().to_pyarrow().as_py())), terms)


def plan_of(
    cases: ir.Table, ready: ir.Table, choices: ir.Table, law: Law, policy: Policy, snapshot: Snapshot
) -> ir.Table:
    """PLAN, one row per account, in no particular order."""
    done = treated(ready, choices, policy)
    names = ["treatment", "channel", "reason", "provision_id", "second_treatment"]
    names += ["value_cents", "second_value_cents", "cost_cents", "propensity"]
    done = done.select("account_id", **{f"of_{name}": name for name in names})
    rows = cases.left_join(done, "account_id").drop("account_id_right")
    nothing_due = (rows.overdue_cents == 0).fill_null(False)
    held_by = [
        (rows.holds.contains(kind), provision) for kind, provision in hold_provisions(law, snapshot.as_of).items()
    ]
    held = rows.held_reason.notnull() & ~nothing_due
    return conform(
        rows.mutate(
            treatment=rows.of_treatment,
            channel=rows.of_channel,
            reason=ibis.cases((nothing_due, Reason.NO_ARREARS.value), (held, rows.held_reason), else_=rows.of_reason),
            provision_id=ibis.ifelse(
                held & (rows.held_fact == "holds"),
                ibis.cases(*held_by, else_=ibis.null("string")) if held_by else ibis.null("string"),
                rows.of_provision_id,
            ),
            second_treatment=rows.of_second_treatment,
            value_cents=rows.of_value_cents,
            second_value_cents=rows.of_second_value_cents,
            cost_cents=rows.of_cost_cents,
            propensity=rows.of_propensity,
            policy_id=ibis.literal(policy.policy_id),
            law_id=ibis.literal(law.law_id),
        ),
        PLAN,
        name="plan",
    )


def treated(ready: ir.Table, choices: ir.Table, policy: Policy) -> ir.Table:
    """
    The answer for every late account. The person's treatment goes to each account it may be used for; the first of
    them (most expected, then by id) carries its cost and harm, so that the plan adds up to the allocation.
    """
    person = choices.select(
        *("person_id", "treatment", "second_treatment", "value", "second_value", "propensity"),
        best=ibis.greatest(*[choices[column] for column in value_columns(policy)]),
    )
    both = ready.left_join(person, "person_id").drop("person_id_right")
    gains = [(both.treatment == t.id, both[f"gross_{t.id}"]) for t in policy.treatments]
    both = both.mutate(gain=ibis.ifelse(both.blocked_reason.isnull(), ibis.cases(*gains), ibis.null("int64")))
    with_it = both.filter(both.gain.notnull())
    place = ibis.window(group_by="person_id", order_by=[ibis.desc("gain"), "account_id"])
    with_it = with_it.mutate(
        is_first=ibis.row_number().over(place) == 0,
        together=with_it.gain.sum().over(ibis.window(group_by="person_id")).cast("int64"),
    )
    costs = ibis.cases(*[(with_it.treatment == t.id, t.cost_cents) for t in policy.treatments]).cast("int64")
    channels = ibis.cases(*[(with_it.treatment == t.id, t.channel) for t in policy.treatments])
    # What the person's value is below the sum of what comes in, is cost and harm (and the cut at MAX_VALUE).
    paid = with_it.together - with_it.value
    acted = with_it.select(
        "account_id",
        "treatment",
        channel=channels,
        reason=ibis.null("string"),
        provision_id=ibis.null("string"),
        second_treatment="second_treatment",
        value_cents=(with_it.gain - ibis.ifelse(with_it.is_first, paid, 0)).cast("float64"),
        second_value_cents=with_it.second_value.cast("float64"),
        cost_cents=ibis.ifelse(with_it.is_first, costs, 0),
        propensity="propensity",
    )
    without = both.filter(both.gain.isnull())
    left = without.select(
        "account_id",
        treatment=ibis.null("string"),
        channel=ibis.null("string"),
        reason=ibis.cases(
            (without.blocked_reason.notnull(), without.blocked_reason),
            (without.treatment.notnull(), Reason.NO_SECOND_CONTACT_TODAY.value),
            (without.best <= 0, Reason.NO_TREATMENT_WORTH_ITS_COST.value),
            else_=Reason.NO_CAPACITY_LEFT.value,
        ),
        provision_id="blocked_provision",
        second_treatment=ibis.ifelse(without.blocked_reason.isnull(), without.second_treatment, ibis.null("string")),
        value_cents=ibis.null("float64"),
        second_value_cents=ibis.ifelse(
            without.blocked_reason.isnull(), without.second_value.cast("float64"), ibis.null("float64")
        ),
        cost_cents=ibis.null("int64"),
        propensity=ibis.ifelse(without.blocked_reason.isnull(), without.propensity, ibis.null("float64")),
    )
    return acted.union(left, distinct=False)


def _any(tests: list[Any]) -> Any:
    found: Any = ibis.literal(False)
    for test in tests:
        found = found | test
    return found
