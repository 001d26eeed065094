"""A mapping is refused, with the key and what to write instead, before a single row is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.book.sample import codes, imported, written

from arrears.book.load_mapping import load_mapping, shipped
from arrears.kernel.problem import Unusable

SOUND = """
name = "a lender"
as_of = 2026-11-20
currency = "CNY"
[files.loans]
match = ["loans.csv"]
[[table]]
into = "accounts"
from = "loans"
[table.columns]
account_id = "借据号"
person_id = "客户号"
lender_id = { constant = "L1" }
product = { column = "产品", codes = { "消费贷" = "consumer_loan" }, other = "other" }
balance_cents = "余额"
overdue_cents = { column = "逾期金额", default = "0" }
annual_rate_bps = "年利率"
opened_on = { column = "放款日", date = "%d.%m.%Y" }
loan_status = { constant = "active" }
"""


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_mapping_is_sound(name: str) -> None:
    """It is read whole, and its name is its file's."""
    assert load_mapping(name).name == name


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('name = "a lender"', 'nmae = "a lender"', ("'nmae'", "Did you mean name?")),
        ('currency = "CNY"', 'currency = "JPY"', ("JPY", "two decimals")),
        ('currency = "CNY"', "currency = 3", ("currency", "wrong kind")),
        ('into = "accounts"', 'into = "acounts"', ("acounts", "accounts")),
        ('from = "loans"', 'from = "loan"', ("'loan'", "loans")),
        ("balance_cents =", "balence_cents =", ("balence_cents", "Did you mean balance_cents?")),
        ('balance_cents = "余额"', "", ("balance_cents", "every row needs")),
        ('lender_id = { constant = "L1" }', 'lender_id = { constant = "L1", column = "x" }', ("exactly one of",)),
        ('lender_id = { constant = "L1" }', 'lender_id = { const = "L1" }', ("'const'", "Did you mean constant?")),
        ('balance_cents = "余额"', 'balance_cents = { column = "余额", amount = "yuan" }', ("units, cents, wan",)),
        ('match = ["loans.csv"]', 'match = ["loans.csv"]\ndelimiter = "ab"', ("delimiter", "one character")),
        ('match = ["loans.csv"]', 'match = ["loans.csv"]\nencoding = "latin-1"', ("encoding", "gb18030")),
        ('balance_cents = "余额"', 'balance_cents = { column = "余额", times = "余额" }', ("times and at_most",)),
        (
            'balance_cents = "余额"',
            'balance_cents = { column = "余额", times = "余额", at_most = "余额" }',
            ("does not say how", "derived ="),
        ),
        (
            'balance_cents = "余额"',
            'balance_cents = { column = "余额", times = "余额", at_most = "余额", percent = 101, '
            'derived = { zh = "推", en = "d" } }',
            ("percent is 101",),
        ),
        ('balance_cents = "余额"', 'balance_cents = { column = "余额", add_months = "余额" }', ("makes a day",)),
        ('lender_id = { constant = "L1" }', 'lender_id = { column = "x", times = "x", at_most = "x" }', ("an amount",)),
        ("as_of = 2026-11-20", 'as_of = "today"', ("as_of", "wrong kind")),
        ("[files.loans]", "[totals]\nrows = 3\n[files.loans]", ("'rows'", "principal")),
        ("[files.loans]", "[totals]\nprincipal = 'x'\n[files.loans]", ("principal is 'x'",)),
        ('into = "accounts"', "into = 'accounts'\njoin = [{ file = 'loans' }]", ("no `on`",)),
        ("[files.loans]", "[files.loans", ("not TOML",)),
        ('name = "a lender"', 'extends = "nobody"', ("'nobody'", "arrears, berka")),
    ],
)
def test_an_unsound_mapping_is_refused(tmp_path: Path, before: str, after: str, words: tuple[str, ...]) -> None:
    """A key that is left over is a spelling mistake, not something to ignore."""
    assert before in SOUND
    path = tmp_path / "m.toml"
    path.write_text(SOUND.replace(before, after, 1))
    with pytest.raises(Unusable) as caught:
        load_mapping(path)
    assert caught.value.problem.where == str(path)
    for word in words:
        assert word in str(caught.value), str(caught.value)


def test_a_mapping_without_accounts_is_refused(tmp_path: Path) -> None:
    """A book is about accounts."""
    path = tmp_path / "m.toml"
    path.write_text("[files.x]\n[[table]]\ninto = 'persons'\nfrom = 'x'\nsame_names = true\n")
    with pytest.raises(Unusable, match="no table feeds accounts"):
        load_mapping(path)


def test_a_mapping_that_is_not_there_is_told_with_the_shipped_names(tmp_path: Path) -> None:
    """Whoever mistypes a name sees the names."""
    with pytest.raises(Unusable, match="uci-cards"):
        load_mapping(tmp_path / "nothing.toml")
    with pytest.raises(Unusable, match="uci-cards"):
        load_mapping("uci-card")


def test_a_chinese_tape_is_read_as_its_mapping_says(tmp_path: Path) -> None:
    """Words, defaults, rates, forms of date and full-width digits, from a header in Chinese."""
    folder = written(tmp_path / "in", {}, mapping=SOUND)
    (folder / "loans.csv").write_text(
        "借据号,客户号,产品,余额,逾期金额,年利率,放款日\n"
        'J1,K1,消费贷,"￥12,345.60",１００.５,7.2%,05.01.2026\n'
        "J2,K2,别的,500元,,24,31.01.2026\n",
        encoding="gb18030",
    )
    taken = imported(folder, tmp_path / "home")
    assert codes(taken) == []
    import pyarrow.parquet as pq

    first, second = pq.read_table(taken.directory / "accounts.parquet").to_pylist()
    assert (first["product"], first["balance_cents"], first["overdue_cents"]) == ("consumer_loan", 1234560, 10050)
    assert (first["annual_rate_bps"], first["opened_on"].isoformat()) == (720, "2026-01-05")
    assert (second["product"], second["balance_cents"], second["overdue_cents"]) == ("other", 50000, 0)
    assert (second["annual_rate_bps"], second["currency"]) == (2400, "CNY")


def test_one_row_a_loan_feeds_each_person_once(tmp_path: Path) -> None:
    """A borrower with two loans is one person; two names for one person are a contradiction, and neither is taken."""
    mapping = SOUND + (
        '[[table]]\ninto = "persons"\nfrom = "loans"\ndistinct = true\n'
        '[table.columns]\nperson_id = "客户号"\nname = "姓名"\n'
    )
    folder = written(tmp_path / "in", {}, mapping=mapping)
    rows = [
        "J1,K1,消费贷,1,,7,05.01.2026,拟天枢",
        "J2,K1,消费贷,2,,7,05.01.2026,拟天枢",
        "J3,K2,消费贷,3,,7,05.01.2026,例天璇",
    ]
    header = "借据号,客户号,产品,余额,逾期金额,年利率,放款日,姓名\n"
    (folder / "loans.csv").write_text(header + "\n".join(rows))
    taken = imported(folder, tmp_path / "home")
    assert (taken.rows["accounts"], taken.rows["persons"]) == (3, 2)
    (folder / "loans.csv").write_text(header + "\n".join([*rows, "J4,K1,消费贷,4,,7,05.01.2026,样玉衡"]))
    taken = imported(folder, tmp_path / "home")
    assert codes(taken) == ["duplicate_id"] * 3
    assert (taken.rows["accounts"], taken.rows["persons"]) == (1, 1)
