"""Hardware blocks, written by hand and parameterised by plain dataclasses."""
