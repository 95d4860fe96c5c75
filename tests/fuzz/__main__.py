"""Make inputs, run them, shrink and print what goes wrong; 3 if anything does."""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from tests.fuzz.shrink import shrink
from tests.fuzz.subjects import SUBJECTS, cases, made, subject_of
from tests.fuzz.worker import Outcome, Worker, run_all

_SHOWN = 1500  # bytes of an input


@dataclass
class _Tally:
    """What came of the inputs of one subject."""

    inputs: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    slowest: tuple[float, int] = (0.0, 0)

    def add(self, case: int, outcome: Outcome) -> None:
        self.inputs += 1
        self.ends["finding" if outcome.signature else outcome.end] += 1
        self.seconds += outcome.seconds
        self.slowest = max(self.slowest, (outcome.seconds, case))


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz",
        description=__doc__,
        epilog="examples:\n  python -m tests.fuzz --count 2000\n"
        "  python -m tests.fuzz --subject stream --seed 7\n"
        "  python -m tests.fuzz --seed 7 --case 42",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--count", type=int, default=100_000, help="inputs (default: 100000)")
    parser.add_argument("--seed", type=int, default=1, help="of all inputs (default: 1)")
    parser.add_argument("--subject", choices=SUBJECTS, help="only this one (default: all)")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default: 2)")
    parser.add_argument("--first", type=int, default=0, metavar="K", help="begin at this case")
    parser.add_argument("--case", type=int, metavar="K", help="run one input, and print it")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    """Run what the command line asks for."""
    args = _arguments(words)
    if args.case is not None:
        return _replay(args.seed, args.case)
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    findings: dict[tuple[str, str], list[tuple[int, Outcome]]] = defaultdict(list)
    start = time.monotonic()
    wanted = cases(args.count, args.subject, args.first)
    with contextlib.suppress(KeyboardInterrupt):  # what was found until then is told
        for done, (case, outcome) in enumerate(run_all(args.seed, wanted, args.jobs), 1):
            name = subject_of(case)
            tallies[name].add(case, outcome)
            if outcome.signature is not None:
                found = findings[name, outcome.signature]
                found.append((case, outcome))
                if len(found) == 1:
                    print(f"finding: {outcome.end}: --seed {args.seed} --case {case}", flush=True)
            _progress(done, len(wanted), time.monotonic() - start)
    _say(tallies, time.monotonic() - start)
    for (name, _), found in findings.items():
        _show(args.seed, name, found)
    print(f"{len(findings)} findings")
    return 3 if findings else 0


def _progress(done: int, wanted: int, seconds: float) -> None:
    """Say how far it is: all the time on a terminal, now and then elsewhere."""
    tty = sys.stderr.isatty()
    if tty or done % 5_000 == 0 or done == wanted:
        end = "" if tty and done < wanted else "\n"
        text = f"{done:,} of {wanted:,}, {done / seconds:.0f} a second"
        print(f"\r{text}" if tty else text, end=end, file=sys.stderr, flush=True)


def _replay(seed: int, case: int) -> int:
    name, data = made(seed, case)
    with Worker() as worker:
        outcome = worker.run(name, data)
    sys.stdout.write(f"subject   {name}, {len(data)} bytes\n")
    print(_text(data, len(data)))
    print(f"outcome   {outcome.end} ({outcome.seconds:.2f} CPU-s)\n{outcome.detail}")
    return 3 if outcome.signature else 0


def _say(tallies: dict[str, _Tally], seconds: float) -> None:
    for name, t in tallies.items():
        ends = ", ".join(f"{end} {n}" for end, n in t.ends.most_common(6))
        print(
            f"{name:<9} {t.inputs:>7,} inputs, {1000 * t.seconds / t.inputs:.1f} ms each, "
            f"at most {t.slowest[0]:.2f} s (case {t.slowest[1]}); {len(t.ends)} ends: {ends}"
        )
    total = sum(t.inputs for t in tallies.values())
    print(f"all       {total:>7,} inputs in {seconds / 60:.1f} minutes")


def _show(seed: int, name: str, found: list[tuple[int, Outcome]]) -> None:
    """Print a finding with its smallest input."""
    case, outcome = min(found, key=lambda f: len(made(seed, f[0])[1]))
    with Worker() as worker:

        def wrong(data: bytes) -> bool:
            return worker.run(name, data).signature == outcome.signature

        small = shrink(SUBJECTS[name], made(seed, case)[1], wrong)
    print(f"\n{name}: {outcome.end}  ({len(found)} times)")
    print(outcome.detail)
    print(f"smallest input found, {len(small)} bytes:\n{_text(small, _SHOWN)}")
    print(f"replay: python -m tests.fuzz --seed {seed} --case {case}")


def _text(data: bytes, most: int) -> str:
    shown = data[:most].decode("utf-8", "backslashreplace")
    safe = "".join(
        c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in shown
    )
    return safe + (f" ... and {len(data) - most} bytes more" if len(data) > most else "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
