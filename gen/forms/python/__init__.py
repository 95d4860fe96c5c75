"""The Python form: a standalone module, readable, with nothing but the standard library."""

from gen.forms.python.module import class_name, generate

__all__ = ["class_name", "generate"]
