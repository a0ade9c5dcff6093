"""Benchmarks: `python -m benchmarks` measures and prints; nothing here is a test."""

import os

# One thread each, stated before NumPy, PyTorch or JAX is read: with more, a busy machine makes every figure vary.
# JAX reads NPROC.
os.environ.update(
    dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC"), "1"),
    JAX_PLATFORMS="cpu",
)
