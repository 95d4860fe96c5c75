"""Regressions: every unit times many seeds, results kept, a page of what came out."""
