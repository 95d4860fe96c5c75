"""Models written by hand from the manuals. They share no code with `gen`: that is their worth."""
