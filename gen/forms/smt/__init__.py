"""The Z3 form: expressions and operations as terms with exactly the definition's meaning.

An input, a register or a load becomes a constant named ``kind.name``; a register file an array
``file.name`` of 128-bit index, which covers every width that an index may have.
"""

from gen.forms.smt.operations import LoadTerm, OperationTerms, StoreTerm, operation_terms
from gen.forms.smt.questions import equal, unreachable
from gen.forms.smt.terms import Lowering, term, terms

__all__ = [
    "LoadTerm",
    "Lowering",
    "OperationTerms",
    "StoreTerm",
    "equal",
    "operation_terms",
    "term",
    "terms",
    "unreachable",
]
