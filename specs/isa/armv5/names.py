"""Names of ARM registers."""

from gen.isa import OperandError

__all__ = ["OTHERS", "REGISTERS", "register"]

# Procedure call standard for the ARM architecture, section 5.1
REGISTERS = "r0 r1 r2 r3 r4 r5 r6 r7 r8 r9 sl fp ip sp lr pc".split()
OTHERS = (
    {f"r{n}": n for n in range(10, 16)}
    | {f"a{n}": n - 1 for n in range(1, 5)}
    | {f"v{n}": n + 3 for n in range(1, 9)}
    | {"sb": 9}
)


def register(text: str) -> int:
    """Return the number of a register; raises OperandError for other text."""
    if text in REGISTERS:
        return REGISTERS.index(text)
    if text in OTHERS:
        return OTHERS[text]
    raise OperandError(f"expected a register from `r0` to `pc`, found `{text}`")
