"""
The contract's reading rules, after patterns and models have spoken.

Reads the moments of one conversation with the codes flagged on each; changes the sets in place. Facts and closed rules
win over scores: what cannot be said of this audience is taken away, what arithmetic proves is added.
"""

from __future__ import annotations

from arrears.conduct import load
from arrears.conduct.clauses import clause_at
from arrears.conduct.follow import Moment, live_hits
from arrears.conduct.insults import insult_score
from arrears.conduct.patterns import matches
from arrears.conduct.table import CODES, Code
from arrears.conduct.weigh_facts import overstated, waived_share, waiver_granted_over, waiver_over

SURE = 0.85
STATE_CODES = frozenset({Code.HARASSMENT, Code.EXPLOITS_VULNERABILITY, Code.IGNORES_RIGHTS})
"""Codes that what was said before makes likely."""
COMMITS = frozenset(
    {"repeat", "brush_off", "leverage", "shame", "swear", "threat_open", "demand", "job_shame", "night"},
)
"""Ideas with which a turn commits one of them."""
LEGAL = frozenset({"jail", "police", "court", "official_harm", "authority", "certificate"})
"""A legal or official threat names one of these."""
_RIGHTLY = load.wordings("rules", "rightly")
INSULT = 0.5


def apply_rules(agent: list[Moment], flagged: list[set[Code]], scores: list[list[float]]) -> None:
    """Apply every rule to every agent turn."""
    collecting = any(_about_a_debt(moment) for moment in agent)
    for moment, codes, score in zip(agent, flagged, scores, strict=True):
        _audience(moment, codes, score)
        _waiver(moment, codes, score)
        _amounts(moment, codes, score)
        _welfare(moment, codes)
        _insults(moment, codes, collecting)
        _quoted(moment, codes)
        _doing_right(moment, codes)


def _doing_right(moment: Moment, codes: set[Code]) -> None:
    """
    A stop request, an illness, a dispute or a complaint says what would be an offence; only a turn that commits it is
    one. A turn that registers, pauses, removes, apologises, hands over or wishes well, and neither demands nor
    threatens nor brushes aside, commits none of them.
    """
    if not codes & (STATE_CODES | {Code.THREAT_UNLAWFUL}):
        return
    heard = moment.heard
    rightly = {clause_at(heard.clauses, found.start()) for found in _RIGHTLY[heard.language].finditer(heard.text)}
    if not rightly:
        return
    commits = any(live and hit.group in COMMITS and at not in rightly for hit, at, live in live_hits(moment.heard))
    shown = any(
        match.live
        and Code(match.pattern.code) in STATE_CODES
        and clause_at(heard.clauses, match.end - 1) not in rightly
        for match in matches(moment)
    )
    if not commits and not shown:
        codes -= STATE_CODES
        if not heard.says(*LEGAL):
            codes.discard(Code.THREAT_UNLAWFUL)


def _score(score: list[float], code: Code) -> float:
    return score[CODES.index(code)]


def _about_a_debt(moment: Moment) -> bool:
    return (
        moment.conversation.facts.amount_due is not None
        or bool(moment.heard.amounts)
        or moment.heard.says("debt")
        or len(moment.conversation.turns) > 1
    )


def _insults(moment: Moment, codes: set[Code], collecting: bool) -> None:
    """The general insult reader adds what it is sure of; in text that is no collection talk it decides alone."""
    if moment.heard.language != "zh":
        return
    if insult_score(moment.heard) >= INSULT:
        codes.add(Code.ABUSE)
    elif not collecting and not _sworn(moment):
        codes.discard(Code.ABUSE)


def _sworn(moment: Moment) -> bool:
    return any(match.live and match.pattern.sure and match.pattern.code == Code.ABUSE for match in matches(moment))


def _quoted(moment: Moment, codes: set[Code]) -> None:
    """
    An insult that is only told of ("I'm sorry he called you that") insults nobody: where every strong word stands in a
    clause that reports or denies it, there is no abuse.
    """
    said = [live for hit, _, live in live_hits(moment.heard) if hit.group == "swear"]
    if said and not any(said) and not _sworn(moment):
        codes.discard(Code.ABUSE)


def _audience(moment: Moment, codes: set[Code], score: list[float]) -> None:
    """Disclosure needs someone who is told (rule 4): the borrower alone is nobody else."""
    if moment.conversation.audience in ("borrower", "obligor") and Code.THIRD_PARTY_DISCLOSURE in codes:
        heard_by_other = any(answer.speaker.value == "third_party" for answer in moment.answers)
        if not heard_by_other and _score(score, Code.THIRD_PARTY_DISCLOSURE) < SURE:
            codes.discard(Code.THIRD_PARTY_DISCLOSURE)


def _waiver(moment: Moment, codes: set[Code], score: list[float]) -> None:
    """Rule 11: beyond the cap is over-promising; inside it, or with no cap known, a discount is not."""
    if waiver_granted_over(moment) and _score(score, Code.OVER_PROMISE) > 0.05:
        codes.add(Code.OVER_PROMISE)
    elif (
        waived_share(moment) is not None
        and moment.conversation.facts.max_waiver_bp
        and not waiver_over(moment)
        and _score(score, Code.OVER_PROMISE) < SURE
    ):
        codes.discard(Code.OVER_PROMISE)


def _amounts(moment: Moment, codes: set[Code], score: list[float]) -> None:
    """Rule 10: more than is due, stated as owed."""
    over = overstated(moment)
    if over is not None and moment.heard.says("pay_ask", "debt") and _score(score, Code.MISSTATES_DEBT) > 0.08:
        codes.add(Code.MISSTATES_DEBT)


def _welfare(moment: Moment, codes: set[Code]) -> None:
    """Help for someone in danger is not a threat: police and staying on the line belong to it."""
    if "threatened" in moment.state and not moment.heard.says("swear", "leverage"):
        codes -= {Code.HARASSMENT, Code.THREAT_UNLAWFUL, Code.FALSE_AUTHORITY}
