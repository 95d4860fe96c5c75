"""Linux user mode: a process with its system calls, files and address space."""

from sim.programs.linux.process import Process

__all__ = ["Process"]
