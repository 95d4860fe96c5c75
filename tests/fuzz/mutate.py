"""Changes to a text that keep some of its structure: tokens, lines, blocks, numbers, bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

__all__ = ["EXTREMES", "disturb", "mutate"]

EXTREMES = (
    "0 1 2 7 8 9 31 32 33 47 48 63 64 65 127 128 129 255 256 1023 4095 4096 4097 65535 65536 -1 "
    "-64 0x 0x0 0b 0b2 0o7 0o8 1e3 1.5 .5 nan inf 1_ _1 0xffffffff 0x100000000 0x7fffffffffffffff "
    "0x8000000000000000 0xffffffffffffffff 0x10000000000000000 18446744073709551615 "
    "18446744073709551616 1000000000000000000000000000000 0_0 00 007 0x_f 999999999"
).split()
_ODD = (
    "\0 \x01 \x1b[31m \x7f \x85 \xa0 \xad \u200b \u202e \u2028 \u2029 \ufeff \ufffe \u00d7 \u0661 "
    "\u00b2 \U0001d7d9 \U0001f600 \u0130 \u017f \u1e9e e\u0301 \u2260 \uff10 \uff08"
).split(" ")
_TOKEN = re.compile(r"\w+|[ \t]+|\r?\n|[^\w\s]|\s")
_DEPTHS = (2, 10, 100, 199, 200, 250, 1000, 10_000)
_NESTS = (
    *(("(", ")"), ("!", ""), ("~(", ")"), ("[", "]"), ("{", "}"), ("", "[0]"), ("", ".a")),
    *(("1 + ", ""), ("", " - 1"), ("(1 << ", ")"), ("(", " + 1)"), ("- ", ""), ("(not ", ")")),
    *(("if true { ", " } else { 0 }"), ("forall i : int :: ", "")),
)
_LONG = (50, 500, 5_000, 100_000)

Words = list[str]


def mutate(
    draw: Random, text: str, donors: Sequence[str], words: Sequence[str], most: int = 4
) -> str:
    """Return `text` with one to `most` changes; `donors` are texts to splice from."""
    for _ in range(draw.randint(1, most)):
        change = draw.choices(_CHANGES, _WEIGHTS)[0]
        tokens = _TOKEN.findall(text) or [" "]
        text = "".join(change(draw, tokens, donors, words))
    return text


def disturb(draw: Random, data: bytes) -> bytes:
    """Return bytes as another editor, or another kind of file, would have them; mostly the same."""
    if draw.random() > 0.06:
        return data
    at = draw.randrange(len(data) + 1)
    how = draw.randrange(7)
    if how == 0:
        return data.replace(b"\n", b"\r\n")
    if how == 1:
        return b"\xef\xbb\xbf" + data
    if how == 2:
        return data[:at]
    if how == 3:
        return data[:at] + draw.randbytes(draw.randint(1, 8)) + data[at:]
    if how == 4:
        return data.decode("utf-8", "replace").encode("utf-16")
    if how == 5:
        return data.replace(b"\n", b"\r")
    return data[:at] + draw.choice([b"\0", b"\xff", b"\xc0\x80", b"\xed\xa0\x80"]) + data[at:]


def _is_number(token: str) -> bool:
    return token[0].isdigit()


def _is_word(token: str) -> bool:
    return token[0].isalpha() or token[0] == "_"


def _is_mark(token: str) -> bool:
    return not (token[0].isspace() or token[0] == "_" or token[0].isalnum())


def _some(draw: Random, tokens: Words, kind: Callable[[str], bool]) -> int:
    """Return the place of a token of a kind, or of any."""
    places = [i for i, t in enumerate(tokens) if kind(t)]
    return draw.choice(places) if places else draw.randrange(len(tokens))


def _number(draw: Random, tokens: Words, donors: Sequence[str], words: Sequence[str]) -> Words:
    i = _some(draw, tokens, _is_number)
    others = [t for t in tokens if _is_number(t)]
    how = draw.random()
    if how < 0.5 or not others:
        tokens[i] = draw.choice(EXTREMES)
    elif how < 0.75 and tokens[i].isdecimal() and len(tokens[i]) < 40:
        tokens[i] = str(int(tokens[i]) + draw.choice((-1, 1, 8, 64)))
    else:
        tokens[i] = draw.choice(others)
    return tokens


def _word(draw: Random, tokens: Words, donors: Sequence[str], words: Sequence[str]) -> Words:
    own = [t for t in tokens if _is_word(t)]
    pool = own if own and draw.random() < 0.7 else words
    tokens[_some(draw, tokens, _is_word)] = draw.choice(pool)
    return tokens


def _mark(draw: Random, tokens: Words, donors: Sequence[str], words: Sequence[str]) -> Words:
    own = [t for t in tokens if _is_mark(t)] or ["("]
    tokens[_some(draw, tokens, _is_mark)] = draw.choice([*own, *"+-*/%&|^~!<>=.,:;#@?\"'\\"])
    return tokens


def _operator(draw: Random, tokens: Words, donors: Sequence[str], words: Sequence[str]) -> Words:
    """Put an operation on what stands somewhere."""
    i = _some(draw, tokens, lambda t: _is_word(t) or _is_number(t))
    other = tokens[_some(draw, tokens, lambda t: _is_word(t) or _is_number(t))]
    mark = draw.choice("+ - * / % & | ^ << >> == != < <= && || ==>".split())
    tokens[i] = f"({tokens[i]} {mark} {draw.choice([other, *EXTREMES])})"
    return tokens


def _tokens(draw: Random, tokens: Words, donors: Sequence[str], words: Sequence[str]) -> Words:
    i, j = draw.randrange(len(tokens)), draw.randrange(len(tokens))
    how = draw.randrange(3)
    if how == 0:
        del tokens[i : i + draw.randint(1, 3)]
    elif how == 1:
        tokens[i], tokens[j] = tokens[j], tokens[i]
    else:
        tokens.insert(i, tokens[j])
    return tokens


def _lines(draw: Random, tokens: Words, donors: Sequence[str], words: Sequence[str]) -> Words:
    lines = "".join(tokens).splitlines(keepends=True) or [""]
    i, j = draw.randrange(len(lines)), draw.randrange(len(lines))
    n = draw.randint(1, 6)
    how = draw.randrange(4)
    if how == 0:
        del lines[i : i + n]
    elif how == 1:
        lines[j:j] = lines[i : i + n]
    elif how == 2:
        lines[i], lines[j] = lines[j], lines[i]
    else:
        donor = draw.choice(donors).splitlines(keepends=True) or [""]
        k = draw.randrange(len(donor))
        lines[i:i] = donor[k : k + draw.choice((1, 3, 10, 40))]
    return lines


def _block(draw: Random, tokens: Words, donors: Sequence[str], words: Sequence[str]) -> Words:
    """Delete, repeat or replace what stands between two matching brackets."""
    start = _some(draw, tokens, lambda t: t in "({[")
    end = _closing(tokens, start)
    how = draw.randrange(4)
    if how == 0:
        return tokens[:start] + tokens[end:]
    if how == 1:
        return tokens[:end] + tokens[start:end] * draw.choice((1, 2, 20)) + tokens[end:]
    if how == 2:
        return tokens[: start + 1] + tokens[max(end - 1, start + 1) :]
    other = _TOKEN.findall(draw.choice(donors)) or ["()"]
    begin = _some(draw, other, lambda t: t in "({[")
    return tokens[:start] + other[begin : _closing(other, begin)] + tokens[end:]


def _closing(tokens: Words, start: int) -> int:
    depth = 0
    for i in range(start, len(tokens)):
        depth += (tokens[i] in "({[") - (tokens[i] in ")}]")
        if depth <= 0:
            return i + 1
    return len(tokens)


def _deep(draw: Random, tokens: Words, donors: Sequence[str], words: Sequence[str]) -> Words:
    i = _some(draw, tokens, lambda t: _is_word(t) or _is_number(t))
    n = draw.choice(_DEPTHS)
    head, tail = draw.choice(_NESTS)
    tokens[i] = head * n + tokens[i] + tail * n
    return tokens


def _long(draw: Random, tokens: Words, donors: Sequence[str], words: Sequence[str]) -> Words:
    i, n = draw.randrange(len(tokens)), draw.choice(_LONG)
    tokens[i] = draw.choice([tokens[i] * n, "a" * n, "9" * n, " " * n, "/*" + "*" * n, "\n" * n])
    return tokens


def _odd(draw: Random, tokens: Words, donors: Sequence[str], words: Sequence[str]) -> Words:
    i = draw.randrange(len(tokens))
    tokens[i] = draw.choice([tokens[i], ""]) + draw.choice(_ODD)
    return tokens


_CHANGES = (_number, _word, _mark, _operator, _tokens, _lines, _block, _deep, _long, _odd)
_WEIGHTS = (28, 22, 6, 14, 10, 12, 10, 3, 1, 2)
