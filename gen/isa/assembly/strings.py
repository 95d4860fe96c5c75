"""Strings and characters of assembly."""

from __future__ import annotations

import re

__all__ = ["CHARACTER", "STRING", "unescape"]

STRING = r'"(?:\\.|[^"\\\n])*"'
CHARACTER = r"'(?:\\.|[^\\'\n])'"

_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]+|[0-7]{1,3}|.)|[^\\]+", re.DOTALL)
_NAMED = {"n": 10, "t": 9, "r": 13, "b": 8, "f": 12, "\\": 92, '"': 34, "'": 39}


def unescape(text: str) -> bytes | None:
    """Return the bytes of a text between quotes, in UTF-8; None if an escape is none."""
    made = bytearray()
    for m in _ESCAPE.finditer(text):
        code = m[1]
        if code is None:
            made += m[0].encode()
        elif code[0] == "x" and len(code) > 1:
            made.append(int(code[1:], 16) & 0xFF)
        elif code.isdigit() and code[0] in "01234567":
            made.append(int(code, 8) & 0xFF)
        elif code in _NAMED:
            made.append(_NAMED[code])
        else:
            return None
    return bytes(made)
