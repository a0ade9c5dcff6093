"""Run the benchmarks: `python -m benchmarks`."""

import sys
from .engines import engines
from .timing import check_gradients, time_steps
from .workloads import workloads

wanted = sys.argv[1].split(",") if len(sys.argv) > 1 else None
only = sys.argv[2].split(",") if len(sys.argv) > 2 else None
found = {k: e for k, e in engines().items() if only is None or k in only}
for name, w in workloads().items():
    if wanted and name not in wanted:
        continue
    try:
        steps = w.contestants(found)
        check_gradients(w, steps)
    except Exception as e:
        print(name, "FAILED", repr(e)[:600])
        continue
    t = time_steps(steps, gates=w.gates, budget=2)
    print(
        name,
        w.goal,
        f"floor {t['floor'].seconds * 1e6:.2f}us",
        " ".join(f"{k} {v.ratio:.2f} [{v.low:.2f}-{v.high:.2f}]" for k, v in t.items() if k != "floor"),
        flush=True,
    )
