"""The Python form: a standalone module, readable, with nothing but the standard library."""

from gen.forms.python.module import generate
from gen.forms.python.names import Names, class_name

__all__ = ["Names", "class_name", "generate"]
