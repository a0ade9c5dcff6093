"""Benchmarks: `python -m benchmarks` measures and prints; nothing here is a test."""

import os

# One thread each, stated before NumPy, PyTorch or JAX is read: with more, a busy machine makes every figure vary.
os.environ.update(
    dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    XLA_FLAGS="--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    JAX_PLATFORMS="cpu",
)
