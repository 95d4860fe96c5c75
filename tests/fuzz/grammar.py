"""Specifications from the grammar: units that mostly pass the rules, with odd sizes and shapes."""

from __future__ import annotations

from random import Random

__all__ = ["specification"]

_BITS = (1, 2, 5, 8, 12, 16, 20, 31, 32, 33, 48, 63, 64)
_NUMBERS = (0, 1, 2, 3, 7, 8, 31, 32, 63, 64, 4095, 4096, 1 << 20, (1 << 32) - 1, (1 << 64) - 1)
_SUMS = "+ - * / % & | ^ << >>".split()
_TESTS = "== != < <= > >=".split()


def specification(draw: Random) -> str:
    """Return the text of a file with one to three units, the last of them perhaps over others."""
    return _File(draw).text()


class _File:
    def __init__(self, draw: Random) -> None:
        self.draw = draw
        self.fields: list[tuple[str, list[str]]] = []
        self.flags = ["readable", "writable", "executable"][: draw.randint(1, 3)]
        self.consts: list[str] = []
        self.helpers: list[str] = []

    def text(self) -> str:
        lines = [f"flags {{ {', '.join(self.flags)} }}"]
        for i in range(self.draw.randint(0, 3)):
            lines.append(f"const C{i} : int = {self.constant()};")
            self.consts.append(f"C{i}")
        units = [self.segment(f"U{i}") for i in range(self.draw.randint(1, 3))]
        lines += units
        if self.draw.random() < 0.5:
            lines.append(self.over(len(units)))
        return "\n".join(lines) + "\n"

    # Units

    def segment(self, name: str) -> str:
        d = self.draw
        memory = d.random() < 0.25
        bits, out = d.choice(_BITS), d.choice(_BITS)
        state, interface = self.state(memory)
        self.helpers = []
        lines = [f"segment {name}(base : addr) {{"]
        lines += [f"    inbitwidth = {bits};", f"    outbitwidth = {out};"]
        lines += [f"    state(base : addr) {{\n{state}\n    }}"]
        lines += [f"    interface(base : addr) {{\n{interface}\n    }}"]
        for i in range(d.randint(0, 2)):
            lines.append(f"    fn h{i}() -> int {{ {self.sum(3)} }}")
            self.helpers.append(f"h{i}()")
        lines.append(f"    fn valid() -> bool {{ {self.test(2)} }}")
        flag = f"flgs.{d.choice(self.flags)}"
        allowed = f"{d.choice(['', '!'])}{flag} || {self.test(1)}"
        lines.append(f"    fn matchflags(flgs : flags) -> bool {{ {allowed} }}")
        lines.append("    fn translate(va : vaddr) -> paddr")
        lines += [f"        requires {self.test(2, 'va')}" for _ in range(d.randint(0, 3))]
        lines.append(f"    {{ {self.sum(d.randint(0, 5), 'va')} }}")
        lines += [
            "    synth fn map(va : vaddr, sz : size, flgs : flags, pa : paddr)",
            "    synth fn protect(va : vaddr, sz : size, flgs : flags)",
            "    synth fn unmap(va : vaddr, sz : size)",
            "}",
        ]
        return "\n".join(lines)

    def state(self, memory: bool) -> tuple[str, str]:
        """Return the items of state and interface, and remember the fields."""
        d, self.fields, offset = self.draw, [], 0
        state, interface = [], []
        for i in range(d.randint(1, 4)):
            size = d.choice((1, 2, 4, 8, 8, 16))
            bits = 8 * size if size != 16 or d.random() < 0.5 else 128
            slices, names, at = [], [], 0
            while at < bits and len(names) < 6:
                low = at + d.choice((0, 0, 0, 1, 5))
                high = min(bits, low + d.choice((1, 1, 3, 12, 20, 32, 64)))
                if low >= high:
                    break
                slices.append(f"{low} .. {high} s{len(names)}")
                names.append(f"s{len(names)}")
                at = high
            self.fields.append((f"r{i}", names))
            place = f"[ base, {offset}, {size} ]"
            body = f"{{ {', '.join(slices)} }}" if slices else ""
            state.append(
                f"        mem r{i} {place} {body}"
                if memory
                else f"        reg r{i} [ {size} ] {body}"
            )
            interface.append(f"        {'mem' if memory else 'mmio'} r{i} {place}")
            offset += size
            offset += -offset % 16 if size == 16 or d.random() < 0.2 else -offset % 8
        return ",\n".join(state), ",\n".join(interface)

    def over(self, units: int) -> str:
        """Return a unit made of the others."""
        d = self.draw
        one = f"U{d.randrange(units)}"
        kind = d.randrange(3)
        if kind == 0:
            names = [f"U{i}(base)" for i in range(units)]
            return f"enum Either(base : addr) {{ {', '.join(names)} }}"
        count = d.choice((1, 2, 3, 4, 8, 16, 17, 64, 1024, 1 << 20, 1 << 40))
        step = d.choice((8, 16, 32, 64, 4096))
        width = d.choice(_BITS)
        head = f"staticmap Table(base : addr) {{\n    inbitwidth = {width};\n"
        head += f"    outbitwidth = {d.choice(_BITS)};\n"
        if kind == 1:
            return f"{head}    maps [ {one}(base + i * {step}) for i in 0 .. {count} ]\n}}"
        some = ", ".join(f"U{d.randrange(units)}(base + {step * i})" for i in range(min(count, 6)))
        return f"{head}    maps [ {some} ]\n}}"

    # Expressions

    def constant(self) -> str:
        d = self.draw
        number = str(d.choice(_NUMBERS))
        if d.random() < 0.5:
            return number
        other = d.choice([*self.consts, str(d.choice(_NUMBERS))])
        return f"({number} {d.choice(_SUMS)} {other})"

    def leaf(self, va: str) -> str:
        d = self.draw
        choices = [str(d.choice(_NUMBERS)), *self.consts, *self.helpers]
        for register, slices in self.fields:
            choices += [f"state.{register}.{s}" for s in slices] * 2 or [f"state.{register}"]
        choices += [va] * 4 if va else []
        leaf = d.choice(choices)
        if d.random() < 0.1 and not leaf[0].isdigit() and "(" not in leaf:
            low = d.choice((0, 0, 3, 12, 31))
            return f"{leaf}[{low} .. {low + d.choice((1, 4, 20, 32, 33))}]"
        return leaf

    def sum(self, depth: int, va: str = "") -> str:
        d = self.draw
        if depth <= 0 or d.random() < 0.2:
            return self.leaf(va)
        if d.random() < 0.1:
            test, then = self.test(1, va), self.sum(depth - 1, va)
            return f"if {test} {{ {then} }} else {{ {self.sum(depth - 1, va)} }}"
        if d.random() < 0.08:
            return f"~({self.sum(depth - 1, va)})"
        return f"({self.sum(depth - 1, va)} {d.choice(_SUMS)} {self.sum(depth - 1, va)})"

    def test(self, depth: int, va: str = "") -> str:
        d = self.draw
        if depth > 0 and d.random() < 0.4:
            mark = d.choice(("&&", "||", "==>"))
            return f"({self.test(depth - 1, va)}) {mark} ({self.test(depth - 1, va)})"
        if d.random() < 0.05:
            stop = d.choice(("2", "4", "64", "1000000", "18446744073709551615"))
            return f"(forall i : int :: i < {stop} ==> i != {self.sum(1, va)})"
        return f"{self.sum(depth, va)} {d.choice(_TESTS)} {self.sum(depth, va)}"
