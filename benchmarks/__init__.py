"""Benchmarks: `python -m benchmarks` measures and prints; nothing here is a test."""

import os

# One thread each, stated before NumPy, PyTorch or JAX is read: with more, a busy machine makes every figure vary. JAX
# makes as many as there are processors for the process; while they wait for work, the next contestant's time counts it.
os.environ.update(
    dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"), JAX_PLATFORMS="cpu"
)
if hasattr(os, "sched_setaffinity"):
    _processors = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {_processors[os.getpid() % len(_processors)]})
