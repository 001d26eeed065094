"""
What can be agreed to happen next: the last word of every call, pinned to a day.

Gives:  STEPS, code to words in (Chinese, English), and who does each
Never:  has a step toward a third party.
"""

from __future__ import annotations

STEPS: dict[str, tuple[str, str]] = {
    "they_pay": ("对方还款", "they pay"),
    "they_send_papers": ("对方提供材料", "they send a document"),
    "they_answer": ("对方考虑后答复", "they think it over and answer"),
    "we_call": ("我方按约联系", "we contact them as agreed"),
    "we_write": ("我方书面答复", "we answer in writing"),
    "we_check": ("我方核实", "we find out"),
    "supervisor_decides": ("交主管决定", "a supervisor decides"),
    "hardship_team": ("转困难帮助", "the hardship team takes over"),
    "legal_reads": ("交法务看", "legal reads it"),
}
