"""What is shipped is found by its name, whatever lies in the folder where the command runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from arrears.book.load_mapping import load_mapping, shipped
from arrears.cli._contact_log import read_mapping
from arrears.decision.load import load_policy
from arrears.decision.load import shipped as policies
from arrears.kernel.name_or_path import is_path
from arrears.kernel.problem import Unusable


@pytest.mark.parametrize(
    ("given", "path"),
    [("berka", False), ("default-2026-11", False), ("./berka", True), ("berka.toml", True), ("a/b", True), (".", True)],
)
def test_a_path_has_a_separator_or_a_suffix(given: str, path: bool) -> None:
    """Anything else is a name."""
    assert is_path(given) is path


@pytest.mark.parametrize("as_folder", [True, False])
def test_what_lies_beside_hides_nothing_that_is_shipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_folder: bool
) -> None:
    """A folder or a file of the same name, in the folder one works in."""
    monkeypatch.chdir(tmp_path)
    for name in (*shipped(), *policies(), "vicidial"):
        if as_folder:
            Path(name).mkdir(exist_ok=True)
        else:
            Path(name).write_text("nothing")
    assert [load_mapping(name).where for name in shipped()] == [f"mappings/{name}.toml" for name in shipped()]
    assert all(load_policy(name).treatments for name in policies())
    assert read_mapping("vicidial")["columns"]


def test_a_name_that_is_not_shipped_is_told_how_to_be_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is there, and its name alone does not say that it is meant."""
    monkeypatch.chdir(tmp_path)
    Path("mine").write_text("")
    for read in (load_mapping, load_policy, read_mapping):
        with pytest.raises(Unusable, match=r"\./mine"):
            read("mine")
