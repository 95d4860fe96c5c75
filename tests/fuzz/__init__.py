"""Inputs made at random, from a seed, for everything that reads what a user wrote: docs/fuzz.md."""
