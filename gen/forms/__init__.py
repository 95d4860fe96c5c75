"""The forms: one module each, made from a machine and nothing else."""
