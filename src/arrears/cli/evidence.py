"""The evidence log: verify it, export it, sign its head, check proofs of other logs."""

from __future__ import annotations

from pathlib import Path

import typer

from arrears.cli._cases import Case

app = typer.Typer(help="The evidence log: verify, export, sign; check Merkle proofs.", no_args_is_help=True)


@app.command()
def vectors(
    file: Path = typer.Argument(..., metavar="FILE.jsonl", help="One proof a line, inclusion or consistency."),
) -> None:
    """
    Check every Merkle proof in FILE (RFC 9162, SHA-256) and say whether it verifies. Writes nothing.

    Prints {"id": "kind/case", "ok": true or false} a line, in the order of the file. A proof that is malformed in
    any way does not verify; `wantErr` is not read.

    Exits 0; 1 where a line is no vector at all (stderr names it, the others are checked); 2 where there is no file.
    """
    from arrears.cli._cases import answer_each

    raise typer.Exit(answer_each(file, _checked))


def _checked(case: Case) -> Case:
    """The contract's answer to one vector."""
    kind, name = case.get("kind"), case.get("case")
    if not isinstance(kind, str) or not isinstance(name, str):
        raise ValueError('kind and case are missing. A vector has both, such as "inclusion" and "0/happy-path".')
    try:
        return {"id": f"{kind}/{name}", "ok": _verifies(kind, case)}
    except (ValueError, TypeError):
        return {"id": f"{kind}/{name}", "ok": False}


def _verifies(kind: str, case: Case) -> bool:
    """Raises ValueError or TypeError where a field is not what a vector holds."""
    from arrears.evidence.verify import verify_consistency, verify_inclusion

    listed = case.get("proof")
    if not isinstance(listed, list | None):
        raise TypeError("proof is not a list")
    proof = [_hash(each) for each in listed or ()]
    if kind == "inclusion":
        index, size = _size(case, "leafIdx"), _size(case, "treeSize")
        return verify_inclusion(index, size, _hash(case.get("leafHash")), proof, _hash(case.get("root")))
    if kind == "consistency":
        size1, size2 = _size(case, "size1"), _size(case, "size2")
        return verify_consistency(size1, size2, proof, _hash(case.get("root1")), _hash(case.get("root2")))
    raise ValueError(f"{kind} is neither inclusion nor consistency")


def _size(case: Case, name: str) -> int:
    found = case.get(name)
    if not isinstance(found, int) or isinstance(found, bool):
        raise TypeError(f"{name} is not a whole number")
    return found


def _hash(found: object) -> bytes:
    import base64

    if not isinstance(found, str):
        raise TypeError("a hash is base64 text")
    return base64.b64decode(found, validate=True)
