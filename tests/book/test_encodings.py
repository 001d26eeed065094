"""A file in an encoding that almost any bytes fit is not believed to be in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from tests.book.sample import MAPPING, TABLES, imported, unusable, written

from arrears.book.encodings import likelier_encoding
from arrears.book.load_mapping import load_mapping
from arrears.book.sniff import sniff
from arrears.book.take_in import take_in
from arrears.kernel.problem import Unusable

NAMES = {
    "big5": ("陳麗華", "王小明"),
    "shift_jis": ("山田太郎", "鈴木いちろう"),
    "euc_jp": ("山田たろう", "鈴木ハナコ"),
    "euc_kr": ("김철수", "박영희"),
    "windows-1251": ("Иванов Сергей", "Петрова Анна"),
    "koi8-r": ("Иванов Сергей", "Петрова Анна"),
    "windows-1252": ("Müller", "José García"),
}


def persons(encoding: str, codec: str) -> dict[str, bytes]:
    """The sample with two people whose names are in this encoding."""
    first, second = NAMES[encoding]
    text = TABLES["persons"].replace("拟天枢", first).replace("例天璇", second).replace("样玉衡", "")
    return {name: text.encode(codec) if name == "persons" else other.encode() for name, other in TABLES.items()}


CODECS = {"big5": "big5", "shift_jis": "shift_jis", "euc_jp": "euc_jp", "euc_kr": "euc_kr"} | {
    "windows-1251": "cp1251",
    "koi8-r": "koi8_r",
    "windows-1252": "cp1252",
}


@pytest.mark.parametrize("encoding", NAMES)
def test_another_encoding_is_refused_by_its_name(tmp_path: Path, encoding: str) -> None:
    """Every name would be nonsense, spoken and printed so."""
    fault = unusable(written(tmp_path / "in", persons(encoding, CODECS[encoding])), tmp_path / "home").problem
    assert fault.code == "unsupported_encoding"
    assert f"most likely in {encoding}" in fault.what
    assert f'encoding = "{encoding}"' in fault.fix


@pytest.mark.parametrize("encoding", NAMES)
def test_another_encoding_is_read_where_the_mapping_says_so(tmp_path: Path, encoding: str) -> None:
    """And the book is that of the same names in UTF-8."""
    mapping = MAPPING + f'[files.accounts]\n[files.persons]\nencoding = "{encoding}"\n'
    feeds = "".join(f'[[table]]\ninto = "{name}"\nsame_names = true\n' for name in ("accounts", "persons"))
    sent = {name: data for name, data in persons(encoding, CODECS[encoding]).items() if name in ("accounts", "persons")}
    taken = imported(written(tmp_path / "in", sent, mapping=mapping + feeds), tmp_path / "home")
    plain = {name: data for name, data in persons(encoding, "utf-8").items() if name in ("accounts", "persons")}
    again = imported(written(tmp_path / "plain", plain), tmp_path / "home")
    assert taken.book_id == again.book_id


surnames = some.sampled_from("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕")
given_names = some.text(some.sampled_from("伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂"), min_size=1, max_size=2)


@given(
    names=some.lists(some.builds("{}{}".format, surnames, given_names), min_size=1, max_size=20), rare=some.booleans()
)
@settings(max_examples=300, deadline=None)
def test_chinese_names_in_gb18030_are_never_doubted(names: list[str], rare: bool) -> None:
    """Also where one of them has a character that GB 2312 lacks, and in traditional characters."""
    words = [*names, "欧阳玥", "陳麗華"] if rare else names
    assert likelier_encoding(word.encode("gb18030") for word in words) is None


def test_a_name_in_big5_alone_in_its_file_is_seen_by_what_no_name_holds(tmp_path: Path) -> None:
    """The bytes of the case "big5-read-as-gb18030": three characters, one of them private use once misread."""
    assert likelier_encoding([bytes.fromhex("b3afc5e3a564")]) == "big5"


CASE = Path(__file__).parent / "cases" / "bugs" / "21-big5-read-as-gb18030"


def test_no_name_of_the_case_is_published(tmp_path: Path) -> None:
    """Three loans of one person whose name is in Big5."""
    with pytest.raises(Unusable) as caught:
        take_in([CASE / "loans.csv"], home=tmp_path / "home", mapping=load_mapping(CASE / "map.toml"))
    assert caught.value.problem.code == "unsupported_encoding"
    assert "big5" in caught.value.problem.what


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["account_id,name\nA1,Li\n", "账号,客户,姓名\n甲一,乙二,王一\n"])
def test_utf16_without_its_mark_is_named(tmp_path: Path, encoding: str, text: str) -> None:
    """Latin text in it is UTF-8 with zeros between, Chinese text in it is anything."""
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    with pytest.raises(Unusable, match=encoding):
        sniff(path)


def test_names_of_hong_kong_are_named_as_such() -> None:
    """Big5 with characters that only Hong Kong's supplement has."""
    names = ("陳鰂魚", "李埗", "黃大仙", "張輋", "何嘢")
    assert likelier_encoding(name.encode("big5hkscs") for name in names) == "big5-hkscs"


def test_a_few_damaged_lines_do_not_hide_the_encoding(tmp_path: Path) -> None:
    """A file that is in no encoding we read is still told apart by most of its words."""
    path = tmp_path / "a.csv"
    names = [name.encode("cp1251") for name in ("Иванов Сергей", "Петрова Анна", "Смирнов Олег", "Кузнецова Мария")]
    path.write_bytes(b"name\n" + b"\n".join([*names, b"\xff\xff"]) + b"\n")
    with pytest.raises(Unusable, match="windows-1251"):
        sniff(path)


def test_half_width_kana_are_japanese() -> None:
    """As Japanese banks write the holder of an account."""
    assert likelier_encoding(name.encode("cp932") for name in ("ﾔﾏﾀﾞ ﾀﾛｳ", "ｽｽﾞｷ ﾊﾅｺ")) == "shift_jis"


@given(some.text(some.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=3))
@settings(max_examples=200, deadline=None)
def test_a_rare_name_among_usual_ones_is_read(rare: str) -> None:
    """Whatever characters it is written with."""
    usual = ("王伟", "李娜", "客户姓名", "上海市浦东新区", "张建国", "正常", "逾期")
    assert likelier_encoding(word.encode("gb18030") for word in (*usual, rare)) is None
