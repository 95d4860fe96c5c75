"""The version, as written in generated files."""

__all__ = ["VERSION"]

VERSION = "0.1.0"
