"""Expressions and machines: what every specification becomes and every form is made from."""
