"""
A provision's own cases, run: the answer it gives alone, without any other rule that could hide a fault in it.

A third-party rule that asks whether the debtor can be reached is given the tests of its law; a test of
reachability is asked through a rule that depends on it and on nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from arrears.law.cases import Case
from arrears.law.judge import judge_by
from arrears.law.kinds.contact import ThirdParty, Unreachable
from arrears.law.load import Law, read_all_cases
from arrears.law.provision import Provision


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a case expected and what came out of the provision."""

    provision: Provision
    case: Case
    answers: tuple[str, ...]
    allowed_again: datetime | None = None

    @property
    def holds(self) -> bool:
        if _word(self.case.expect) not in self.answers:
            return False
        return self.case.allowed_again is None or self.case.allowed_again == self.allowed_again


def run_cases(law: Law) -> Iterator[Outcome]:
    """Every case of every provision of a law."""
    for provision, case in read_all_cases(law):
        yield run_case(law, provision, case)


def run_case(law: Law, provision: Provision, case: Case) -> Outcome:
    """One case against one provision."""
    if case.act is None or case.standing is None:
        return Outcome(provision, case, (_word(_answer(provision, case)),))
    verdict = judge_by(_alone(law, provision), case.act, case.standing, case.history)
    answers = tuple(finding.reason.value for finding in verdict.against) or ("allowed",)
    return Outcome(provision, case, answers, verdict.allowed_again_at)


def _answer(provision: Provision, case: Case) -> object:
    answer = getattr(provision.encoding, "answer", None)
    if answer is None:
        raise TypeError(f"{case.where}: {provision.kind} answers no stated question; the case needs act and standing")
    return answer(case.given)


def _alone(law: Law, provision: Provision) -> tuple[Provision, ...]:
    if isinstance(provision.encoding, Unreachable):
        asking = ThirdParty(only_if=("unreachable",), may_disclose_debt=True, stops_when_declined=False)
        return provision, replace(provision, id=f"{provision.id}.asked", encoding=asking)
    if isinstance(provision.encoding, ThirdParty):
        tests = tuple(item for item in law.provisions if isinstance(item.encoding, Unreachable))
        return provision, *tests
    return (provision,)


def _word(answer: object) -> str:
    if isinstance(answer, bool):
        return "true" if answer else "false"
    return str(answer)
