"""How good are the routes? Run: python -m tests.benchmarks.routes [--weeks 60]

Every file of ../shared/data/weeks, with several seeds, against VROOM (exploration 1
and 5), PyVRP and OR-Tools where they are installed, in the same run. Seconds are CPU
seconds of one thread; PyVRP and OR-Tools get ``--factor`` times our own. A gap is in
percent of the best known cost (below zero: better than anybody before). Every plan is
judged by ../shared/tools/check_plan.py where that is at hand.
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
    weeks = (SHARED / "data" / "weeks").glob("week-*.json")
    for path in sorted(path for path in weeks if asked.weeks in path.stem):
        facts = json.loads(path.read_text(encoding="utf-8"))
        seconds = next(
            SECONDS[size] for size in SECONDS if len(facts["visits"]) <= size
        )
        cells = []
        for name, ask in engines.items():
            found = [
                _ours(facts, seconds, seed)
                if ask is None
                else _theirs(ask, facts, asked.factor * seconds, seed)
                for seed in range(1, 1 + (asked.seeds if ask is None else 1))
            ]
            best = (facts.get("best_known") or {}).get("cost")
            costs = [cost for cost, _ in found]
            cells.append(_cell(costs, best, found[0][1]))
            if best:
                gaps[name].append(100 * (statistics.mean(costs) / best - 1))
        _say(f"{path.stem[5:]:<16}{seconds:>7.0f}" + "".join(cells))
    means = (statistics.mean(some) if some else 0 for some in gaps.values())
    _say(f"{'mean gap':<23}" + "".join(f"{mean:>+16.2f}%" for mean in means))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _say(f"Memory at its highest, all engines: {peak / 1024:.0f} MB")


def _arguments() -> argparse.Namespace:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--weeks", default="", help="only those with this in the name")
    wanted.add_argument("--seeds", type=int, default=5)
    wanted.add_argument("--factor", type=float, default=10)
    wanted.add_argument("--alone", action="store_true", help="without yardsticks")
    return wanted.parse_args()


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
    judge = SHARED / "tools" / "check_plan.py"
    if not judge.is_file():
        return found.cost.total
    spec = importlib.util.spec_from_file_location("check_plan", judge)
    referee = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(referee)
    return referee.check(facts, written_plan(found, week))["cost"]


def _cell(costs: list[int], best: int | None, seconds: float) -> str:
    if not best:
        return f"{min(costs):>10} {seconds:5.1f}s"
    return f"{100 * (statistics.mean(costs) / best - 1):>+9.2f}% {seconds:5.1f}s"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if SHARED is None:
        sys.exit("../shared/data/weeks is not here.")
    main()
