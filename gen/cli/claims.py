"""What a specification claims of itself, decided by the solver; what fails is a warning."""

from __future__ import annotations

from gen.diag import Reporter
from gen.vrs import Program

__all__ = ["check_claims"]

_SHOWN = 8  # values in a message


def check_claims(program: Program, root: str | None, reporter: Reporter) -> int:
    """Report each claim that does not hold; return how many hold."""
    from gen.prove import decide
    from gen.vrs.elaborate.claims import claims

    held = 0
    for claim in claims(program, root, reporter):
        found = decide(claim.condition, claim.always)
        held += found.holds is True
        if found.holds is False:
            values = [(n.partition(".")[2] or n, v) for n, v in found.values.items()]
            shown = ", ".join(f"{n} = 0x{v:x}" for n, v in values[:_SHOWN])
            help = f"for example {shown}" if shown else ""
            reporter.report(claim.code, claim.message, claim.span, claim.caret, help=help)
    return held
