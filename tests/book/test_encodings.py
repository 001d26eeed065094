"""A file in an encoding that almost any bytes fit is not believed to be in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from tests.book.sample import MAPPING, TABLES, imported, unusable, written

from arrears.book.encodings import likelier_encoding

NAMES = {
    "big5": ("陳麗華", "王小明"),
    "shift_jis": ("山田太郎", "鈴木いちろう"),
    "euc_jp": ("山田たろう", "鈴木ハナコ"),
    "euc_kr": ("김철수", "박영희"),
    "windows-1252": ("Müller", "José García"),
}


def persons(encoding: str, codec: str) -> dict[str, bytes]:
    """The sample with two people whose names are in this encoding."""
    first, second = NAMES[encoding]
    text = TABLES["persons"].replace("拟天枢", first).replace("例天璇", second).replace("样玉衡", "")
    return {name: text.encode(codec) if name == "persons" else other.encode() for name, other in TABLES.items()}


CODECS = {"big5": "big5", "shift_jis": "shift_jis", "euc_jp": "euc_jp", "euc_kr": "euc_kr", "windows-1252": "cp1252"}


@pytest.mark.parametrize("encoding", NAMES)
def test_another_encoding_is_refused_by_its_name(tmp_path: Path, encoding: str) -> None:
    """Every name would be nonsense, spoken and printed so."""
    fault = unusable(written(tmp_path / "in", persons(encoding, CODECS[encoding])), tmp_path / "home").problem
    assert fault.code == "unsupported_encoding"
    assert f"most likely in {encoding}" in fault.what
    assert "in the mapping" in fault.fix


@pytest.mark.parametrize("encoding", NAMES)
def test_another_encoding_is_read_where_the_mapping_says_so(tmp_path: Path, encoding: str) -> None:
    """And the book is that of the same names in UTF-8."""
    mapping = f'{MAPPING}[files.accounts]\n[files.persons]\nencoding = "{encoding}"\n'
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
