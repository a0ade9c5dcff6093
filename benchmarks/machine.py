"""The machine and the versions that figures belong to."""

import os
import platform
from pathlib import Path

import numpy as np

import autograd_mini as am

from .engines import versions


def machine() -> dict[str, str]:
    """Return processor, cores, and the versions of everything that takes part."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "NumPy": np.__version__,
        "autograd_mini": am.__version__,
        **versions(),
    }


def _processor() -> str:
    """Return the processor's model, which only Linux tells without a tool."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"
