"""Mutation: faults put into the sources on purpose, each of which the checks must see."""
