"""What is shipped is found by its name, whatever lies in the folder where the command runs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.book.sample import written
from typer.testing import CliRunner

from arrears.book.load_mapping import load_mapping, shipped
from arrears.cli import application
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
    """A folder or a file of the same name, in the folder one works in: each is read as it is read anywhere else."""
    mappings = [load_mapping(name) for name in shipped()]
    told = [load_policy(name) for name in policies()]
    log = read_mapping("vicidial")
    monkeypatch.chdir(tmp_path)
    for name in (*shipped(), *policies(), "vicidial"):
        if as_folder:
            Path(name).mkdir(exist_ok=True)
        else:
            Path(name).write_text("nothing")
    assert [load_mapping(name) for name in shipped()] == mappings
    assert [one.where for one in mappings] == [f"mappings/{name}.toml" for name in shipped()]
    assert [load_policy(name) for name in policies()] == told
    assert read_mapping("vicidial") == log


def test_a_path_to_what_is_called_like_something_shipped_is_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a separator or a suffix it is never the shipped one, be it sound or not."""
    monkeypatch.chdir(tmp_path)
    own = 'extends = "arrears"\nas_of = 2026-11-20\ncurrency = "CNY"\n'
    for name in shipped():
        for given in (f"./{name}", f"{name}.toml", str(tmp_path / name)):
            Path(given).write_text(own)
            assert load_mapping(given).as_of == date(2026, 11, 20)
            assert load_mapping(given).sha256 != load_mapping(name).sha256
    for name in policies():
        Path(f"{name}.toml").write_text("nothing")
        with pytest.raises(Unusable, match=f"{name}.toml"):
            load_policy(f"{name}.toml")
    Path("vicidial.toml").write_text("nothing")
    with pytest.raises(Unusable, match=r"vicidial\.toml"):
        read_mapping("vicidial.toml")


def test_a_command_beside_a_folder_of_that_name_imports_by_the_shipped_mapping(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole way: `--mapping arrears` in a folder that has one called arrears."""
    written(tmp_path / "in")
    monkeypatch.chdir(tmp_path)
    Path("arrears").mkdir()
    ran = CliRunner().invoke(application(), ["book", "check", "in", "--mapping", "arrears"])
    assert ran.exit_code == 0, ran.output
    assert "2 accounts" in ran.output


def test_a_name_that_is_not_shipped_is_told_how_to_be_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is there, and its name alone does not say that it is meant."""
    monkeypatch.chdir(tmp_path)
    Path("mine").write_text("")
    for read in (load_mapping, load_policy, read_mapping):
        with pytest.raises(Unusable, match=r"\./mine"):
            read("mine")
