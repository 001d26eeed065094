"""`arrears book …` as it is typed: what it prints, what it writes, and the exit codes that scripts rely on."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from tests.book.sample import changed, published, written
from typer.testing import CliRunner, Result

from arrears.book.load_mapping import shipped
from arrears.cli import application


def run(*words: str | int | Path) -> Result:
    return CliRunner().invoke(application(), ["book", *map(str, words)])


def test_import_prints_what_was_read_and_what_became_of_it(tmp_path: Path) -> None:
    """Exit 0, the same again, and a line that says nothing was changed the second time."""
    folder, home = written(tmp_path / "in", changed("payments", 1, account_id="A9")), tmp_path / "home"
    first = run("import", folder, "--home", home)
    assert first.exit_code == 0, first.output
    assert "published:" in first.output
    assert "payments.csv: 1 read = 0 accepted + 1 quarantined" in first.output
    assert "1 × unknown_account; first payments.csv:1 [account_id]" in first.output
    assert "CNY: 2 accounts, principal 1400.00, overdue 200.00, balance 1500.00" in first.output
    assert "not in this book: chargebacks, months" in first.output
    again = run("import", folder, "--home", home)
    assert again.exit_code == 0
    assert "already imported, nothing changed" in again.output
    assert run("import", folder, "--home", home, "--strict").exit_code == 1


def test_a_stopped_import_exits_with_three_and_leaves_the_quarantine_behind(tmp_path: Path) -> None:
    """Whoever has to correct the rows gets them as a file, although nothing was published."""
    folder, home = written(tmp_path / "in", changed("accounts", 1, product="yacht")), tmp_path / "home"
    out = tmp_path / "bad.csv"
    told = run("import", folder, "--home", home, "--expect", "accounts=2", "--quarantine", out)
    assert told.exit_code == 3
    assert "accounts: declared 2, accepted 1, difference 1, of which 1 in quarantine and 0 unexplained" in told.output
    assert published(home) == []
    with out.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[0]["code"] == "unknown_code"
    assert rows[0]["where"] == "accounts.csv"
    assert "yacht" in rows[0]["zh"]
    told = run("import", folder, "--home", home, "--expect", "accounts=2", "--accept-difference")
    assert told.exit_code == 0
    assert "accepted although accounts: declared 2" in told.output


def test_an_unusable_input_exits_with_two_and_one_message(tmp_path: Path) -> None:
    """One line on stderr, no traceback; nothing of a progress bar where there is no terminal."""
    folder = written(tmp_path / "in", {"accounts": ""})
    command = [sys.executable, "-c", "from arrears.cli import main; main()", "book", "import", str(folder)]
    told = subprocess.run(
        [*command, "--home", str(tmp_path / "home")], capture_output=True, text=True, check=False, timeout=60
    )
    assert told.returncode == 2
    assert told.stdout == ""
    assert told.stderr.startswith("arrears: accounts.csv: the file is empty.")
    assert told.stderr.count("\n") == 1


def test_without_a_mapping_the_message_says_how_to_get_one(tmp_path: Path) -> None:
    """Nothing is guessed about which column is the balance."""
    (tmp_path / "loans.csv").write_text("a,b\n1,2\n")
    told = run("import", tmp_path / "loans.csv", "--home", tmp_path / "home")
    assert "book check --suggest" in str(told.exception)


def test_check_shows_every_column_and_writes_nothing(tmp_path: Path) -> None:
    """What it feeds, how much of it was understood, what would be quarantined, what is not mentioned."""
    folder = written(tmp_path / "in", changed("accounts", 1, opened_on="2026-02-30", 备注="x"))
    (folder / "readme.md").write_text("hello")
    before = sorted(path.name for path in tmp_path.rglob("*"))
    told = run("check", folder)
    assert told.exit_code == 0, told.output
    assert "accounts.opened_on 50.0 %" in told.output
    assert "accounts.balance_cents 100.0 %" in told.output
    assert "impossible_date" in told.output
    assert "accounts.csv: 2 read = 1 accepted + 1 quarantined" in told.output
    assert "not mentioned by the mapping: book.toml, readme.md" in told.output
    assert "备注" in told.output
    assert "Nothing was written." in told.output
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_check_masks_whatever_may_be_about_a_person(tmp_path: Path) -> None:
    """A preview is read on shared screens."""
    told = run("check", written(tmp_path / "in")).output
    for secret in ("拟天枢", "15400000001", "1990-01-01"):
        assert secret not in told
    assert "154＊＊＊＊＊＊01" in told


def test_a_suggested_mapping_recognises_chinese_names_and_imports_once_it_is_completed(tmp_path: Path) -> None:
    """From a file nobody mapped to a book: what was suggested holds, and what is missing is named."""
    header = "借据号,客户号,客户姓名,手机号码,身份证号,放款日期,剩余本金,贷款余额,逾期金额,逾期天数,贷款状态"
    rows = [
        f"J{n},K{n},拟天枢,1540000{n:04d},99000019900101{n:03d}X,2026/01/05,900.00,{1000 + n}.50,100.00,15,逾期"
        for n in range(30)
    ]
    (tmp_path / "loans.csv").write_text("\n".join([header, *rows]), encoding="gb18030")
    shown = run("check", tmp_path / "loans.csv").output
    assert "借据号" in shown
    assert "may be accounts.account_id (1.00)" in shown
    suggested = run("check", "--suggest", tmp_path / "loans.csv").output
    for line in (
        'account_id = "借据号"',
        'person_id = "客户号"',
        'balance_cents = "贷款余额"',
        'overdue_cents = "逾期金额"',
        'reported_days_past_due = "逾期天数"',
        'opened_on = "放款日期"',
        'name = "客户姓名"',
        'id_number = "身份证号"',
        'value = "手机号码"',
        '# lawful_source = "" # needed: nothing looks like it',
    ):
        assert line in suggested, suggested
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(suggested)
    at_once = run("import", tmp_path / "loans.csv", "--mapping", mapping, "--home", tmp_path / "first")
    assert at_once.exit_code == 0, at_once.output
    assert "CNY: 30 accounts, principal 27000.00, overdue 3000.00, balance 30450.00" in at_once.output
    lines = suggested.splitlines()
    begins = next(at for at, line in enumerate(lines) if line.startswith("# contact_points are left out"))
    ends = next(at for at, line in enumerate(lines) if at > begins and not line)
    opened = [line.removeprefix("# ") for line in lines[begins + 1 : ends]]
    completed = "\n".join([*lines[:begins], *opened, *lines[ends:]])
    mapping.write_text(completed.replace('lawful_source = ""', 'lawful_source = { constant = "contract" }'))
    done = run("import", tmp_path / "loans.csv", "--mapping", mapping, "--home", tmp_path / "home")
    assert done.exit_code == 0, done.output
    assert "contact_points" not in next(line for line in done.output.splitlines() if "not in this book" in line)


def test_list_and_show_tell_what_is_in_a_home(tmp_path: Path) -> None:
    """Every book with its day, its mapping and its counts; the quarantine again as a file."""
    home = tmp_path / "home"
    assert "There is no book" in run("show", "--home", home).output
    run("import", written(tmp_path / "in", changed("payments", 1, account_id="=A9")), "--home", home)
    told = run("list", "--home", home).output
    assert "2026-11-20-" in told
    assert "2 accounts  1 rows quarantined" in told
    out = tmp_path / "q.csv"
    shown = run("show", "--home", home, "--quarantine", out)
    assert '"as_of": "2026-11-20"' in shown.output
    assert "'=A9" in out.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_generated_book_is_importable_as_it_is(tmp_path: Path, ending: str) -> None:
    """Its own book.toml maps it and declares its totals."""
    out = tmp_path / "made"
    made = run("generate", "--size", 200, "--seed", 4, "--out", out, "--format", ending, "--as-of", "2026-03-31")
    assert made.exit_code == 0, made.output
    assert f"200  {out / 'accounts'}.{ending}" in made.output
    done = run("import", out, "--home", tmp_path / "home")
    assert done.exit_code == 0, done.output
    assert "published:" in done.output
    assert "2026-03-31-" in done.output


def test_the_help_names_every_shipped_mapping() -> None:
    """Whoever reads --help can try one."""
    told = run("import", "--help").output
    for name in shipped():
        assert name in told.replace("\n", " ").replace("  ", ""), name
