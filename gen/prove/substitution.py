"""Substitution of many constants at once, prepared once for many terms."""

from __future__ import annotations

from collections.abc import Sequence

import z3

__all__ = ["Substitution"]


class Substitution:
    """Replaces terms by others of the same sort, all at once.

    z3py's own `substitute` checks each pair anew for each term, which takes longer than the
    substitution where there are hundreds of pairs.
    """

    def __init__(self, pairs: Sequence[tuple[z3.ExprRef, z3.ExprRef]]) -> None:
        for old, new in pairs:
            if not old.sort().eq(new.sort()):
                raise TypeError(f"{old} is {old.sort()}, its substitute {new.sort()}")
        self.pairs = list(pairs)  # keeps the terms alive
        self._old = (z3.Ast * len(pairs))(*(old.as_ast() for old, _ in pairs))
        self._new = (z3.Ast * len(pairs))(*(new.as_ast() for _, new in pairs))

    def __call__(self, term: z3.ExprRef) -> z3.ExprRef:
        """Return the term with each replaced."""
        if not self.pairs:
            return term
        context = term.ctx
        made = z3.Z3_substitute(context.ref(), term.as_ast(), len(self.pairs), self._old, self._new)
        return z3.z3._to_expr_ref(made, context)
