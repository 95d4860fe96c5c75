"""Codes of the messages about stimulus files, for `isoform explain`."""

from __future__ import annotations

__all__ = ["CODES"]

CODES: dict[str, tuple[str, str]] = {
    "E0501": (
        "a stimulus file cannot be read",
        "`--stream` takes the path of a YAML file, or the name of one in `specs/streams` without "
        "its ending: `default`, `stress`, `walk`.",
    ),
    "E0502": (
        "a stimulus file is no YAML",
        "The text breaks YAML's own grammar: often an indentation, a missing blank after `:`, or "
        "an unclosed bracket.",
    ),
    "E0503": (
        "an unknown key in a stimulus file",
        "Keys are those of the reference in `docs/streams.md`. A key that is not understood is an "
        "error, never ignored.",
    ),
    "E0504": (
        "a value of the wrong kind in a stimulus file",
        "The message says what was expected. Numbers may be decimal or `0x`; weights are numbers "
        "of at least 0, not all 0.",
    ),
    "E0505": (
        "the histogram names no operation of the unit",
        "Operations are `translate`, `write`, `read`, `instr`, `reconfigure`, and for one register "
        "`write:NAME` or `read:NAME`. A name may be a regular expression for the whole word.",
    ),
    "E0506": (
        "a memory scheme selects no address",
        "`size` and `stride` must be above 0, `first-offset` at most `last-offset`, and "
        "`last-offset` below `stride`; `mask` and `fixed` must not share bits.",
    ),
    "E0507": (
        "a stimulus file is too large",
        "A file has at most 65536 characters, and lists and mappings nest at most 50 deep. A "
        "stimulus file is some dozen lines; this is probably another kind of file.",
    ),
    "E0508": (
        "a case names what the unit does not have",
        "A case (`isoform sim --case`) writes and reads registers by name, `NAME[k]` for "
        "an element of an array, or by offset; access flags are those of the unit's "
        "`flags` declaration.",
    ),
}
