"""How good are the routes? Run: python -m tests.benchmarks.routes [--weeks 60]

Every file of ../shared/data/weeks, or with ``--invented 8`` eight weeks that nobody has
tuned for, with several seeds, against VROOM (exploration 1 and 5), PyVRP and OR-Tools
where they are installed, in the same run. Seconds are CPU seconds of one thread; PyVRP
and OR-Tools get ``--factor`` times our own, and ours is shown as it took. A gap is in
percent of the best known cost (below zero: better than anybody before), or else of the
best of this run. Every plan is judged by ../shared/tools/check_plan.py where that is at
hand.
"""

import argparse
import importlib.util
import json
import resource
import statistics
import sys
from pathlib import Path
from time import process_time

from booking.routing import Plan, plan, read_week, written_plan
from booking.routing.problem import Problem
from booking.routing.schedule import timetable
from booking.routing.telling import as_plan
from booking.routing.ties import draft_for
from tests.benchmarks.invented_weeks import invented
from tests.benchmarks.yardsticks import installed

SHARED = next(
    (
        folder / "shared"
        for folder in Path(__file__).resolve().parents
        if (folder / "shared" / "data" / "weeks").is_dir()
    ),
    None,
)
SECONDS = {20: 2.0, 60: 5.0, 200: 15.0, 1000: 50.0}  # CPU seconds, as promised


def main() -> None:
    """Plan every week with every engine, and print a table of gaps."""
    asked = _arguments()
    engines = {"ours": None} | ({} if asked.alone else installed())
    _say(f"{'week':<16}{'CPU s':>7}" + "".join(f"{name:>17}" for name in engines))
    gaps: dict[str, list[float]] = {name: [] for name in engines}
    for facts in _weeks(asked):
        seconds = next(
            SECONDS[size] for size in SECONDS if len(facts["visits"]) <= size
        )
        found = {
            name: _found(ask, facts, seconds, asked) for name, ask in engines.items()
        }
        best = (facts.get("best_known") or {}).get("cost") or min(
            cost for pairs in found.values() for cost, _ in pairs
        )
        cells = ""
        for name, pairs in found.items():
            gap = 100 * (statistics.mean(cost for cost, _ in pairs) / best - 1)
            gaps[name].append(gap)
            cells += f"{gap:>+9.2f}% {pairs[0][1]:5.1f}s"
        _say(f"{facts['name'][-15:]:<16}{seconds:>7.0f}{cells}")
    means = (statistics.mean(some) if some else 0 for some in gaps.values())
    _say(f"{'mean gap':<23}" + "".join(f"{mean:>+16.2f}%" for mean in means))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _say(f"Memory at its highest, all engines: {peak / 1024:.0f} MB")


def _weeks(asked: argparse.Namespace) -> list[dict]:
    if asked.invented:
        return [invented(number) for number in range(1, 1 + asked.invented)]
    weeks = (SHARED / "data" / "weeks").glob("week-*.json") if SHARED else ()
    paths = sorted(path for path in weeks if asked.weeks in path.stem)
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def _arguments() -> argparse.Namespace:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--weeks", default="", help="only those with this in the name")
    wanted.add_argument("--invented", type=int, default=0, help="how many, made anew")
    wanted.add_argument("--seeds", type=int, default=5)
    wanted.add_argument("--factor", type=float, default=10)
    wanted.add_argument("--alone", action="store_true", help="without yardsticks")
    return wanted.parse_args()


def _found(ask, facts, seconds, asked) -> list[tuple[int, float]]:
    if ask is not None:
        return [_theirs(ask, facts, asked.factor * seconds, 1)]
    return [_ours(facts, seconds, seed) for seed in range(1, 1 + asked.seeds)]


def _ours(facts: dict, seconds: float, seed: int) -> tuple[int, float]:
    begun = process_time()
    week = read_week(facts)
    found = plan(week, seed=seed, watch=lambda _: (process_time() - begun) / seconds)
    return _judged(facts, found), process_time() - begun


def _theirs(ask, facts: dict, seconds: float, seed: int) -> tuple[int, float]:
    begun = process_time()
    problem = Problem(read_week(facts))
    routes = ask(problem, seconds, seed)
    gone = process_time() - begun
    draft = draft_for(problem)
    tables = (timetable(problem, shift, tuple(o)) for shift, o in routes.items())
    draft.adopt([table for table in tables if table.is_possible])
    return _judged(facts, as_plan(draft)), gone


def _judged(facts: dict, found: Plan) -> int:
    week = read_week(facts)
    judge = SHARED and SHARED / "tools" / "check_plan.py"
    if not judge or not judge.is_file():
        return found.cost.total
    spec = importlib.util.spec_from_file_location("check_plan", judge)
    referee = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(referee)
    return referee.check(facts, written_plan(found, week))["cost"]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
