"""
Every message the pages may say, read off the code and the templates.

Reads:  the files of this package
Gives:  messages(), and `python -m arrears.web.words.collect`, which brings zh.po up to date: new messages come in
        empty, those that nothing says any more go out, translations stay
Never:  runs in the workspace: it reads source files, for whoever changes words and for the test that none is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

WEB = Path(__file__).parents[1]
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
KEYWORDS = {"_": None, "marked": None, "gettext": None, "ngettext": (1, 2), "say": None, "say_n": (1, 2)}
HEADER = rb"""# What the pages say in Chinese. The English message is the key.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Language: zh\n"
"Plural-Forms: nplurals=1; plural=0;\n"

"""


def messages() -> Iterator[tuple[str, int, str | tuple[str, str]]]:
    """(file, line, message) of each; a message with a plural is a pair."""
    found = extract_from_dir(
        str(WEB), METHODS, options_map={"**.html": {"newstyle_gettext": "true"}}, keywords=KEYWORDS
    )
    for path, line, message, _comments, _context in found:
        yield path, line, message if isinstance(message, str) else (message[0], message[1])


def catalogue(language: str) -> Catalog:
    """The catalogue as it is kept."""
    with (Path(__file__).parent / f"{language}.po").open("rb") as opened:
        return read_po(opened, locale=language)


def brought_up_to_date(kept: Catalog, language: str) -> Catalog:
    """The messages of today with the translations of `kept`."""
    now = Catalog(locale=language, project="arrears", fuzzy=False, charset="utf-8")
    for _path, _line, message in messages():
        if message not in ("", ("", "")):
            before = kept.get(message[0] if isinstance(message, tuple) else message)
            now.add(message, before.string if before is not None else None)
    return now


def main() -> None:
    """Rewrite zh.po."""
    path = Path(__file__).parent / "zh.po"
    kept = catalogue("zh") if path.exists() else Catalog(locale="zh")
    written = BytesIO(HEADER)
    written.seek(0, 2)
    write_po(written, brought_up_to_date(kept, "zh"), width=0, sort_output=True, no_location=True, omit_header=True)
    path.write_bytes(written.getvalue())


if __name__ == "__main__":
    main()
