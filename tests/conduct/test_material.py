"""The material that the weights come from, and the clauses that findings name."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from arrears.conduct import load
from arrears.conduct.advise import advice
from arrears.conduct.table import CODES, LANGUAGES, Code, Language
from arrears.conduct.train import MATERIAL, material_hash, read_material

PACKS = Path(__file__).parents[2] / "src" / "arrears" / "law" / "packs"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shipped_weights_come_from_the_material(language: Language) -> None:
    """Retrain with `python -m arrears.conduct.train` after any change of the material."""
    shipped = load.weights(f"{language}_model")
    assert shipped is not None
    assert bytes(shipped["material"]).decode("ascii") == material_hash(MATERIAL, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_material_has_the_contracts_form_and_twins_for_every_code(language: Language) -> None:
    """Every code has offending lines, and conversations without it beside them."""
    examples = read_material(MATERIAL, language)
    seen: set[str] = set()
    for example in examples:
        for finding in example.labels["findings"]:
            assert finding["code"] in [code.value for code in CODES]
            assert example.conversation.turns[finding["turn"]].speaker.value == "agent", example.conversation.id
            seen.add(finding["code"])
    assert seen == {code.value for code in CODES}
    assert any(not example.labels["findings"] for example in examples)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", list(Code))
def test_every_finding_names_a_provision_of_a_law_pack(code: Code, language: Language) -> None:
    """The citation is the pack's own, word for word."""
    beside = advice(code, language)
    area, instrument, name = beside.provision.split(".")
    text = (PACKS / area / instrument / f"{name}.toml").read_text("utf-8")
    cited = re.search(r'^citation\s*=\s*"([^"]+)"', text, re.MULTILINE)
    assert cited is not None
    assert beside.clause == cited[1]
    assert re.search(rf'^id\s*=\s*"{re.escape(beside.provision)}"', text, re.MULTILINE)


def test_material_lines_have_their_own_ids() -> None:
    """A fault report names one conversation."""
    ids = [
        json.loads(line)["id"]
        for path in sorted(MATERIAL.rglob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
        if line.strip()
    ]
    assert len(ids) == len(set(ids))
