"""Measurements: CPU time, medians, every claim a ratio taken in one run."""
