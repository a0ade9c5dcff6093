"""The workloads, by name."""

from ..workload import Workload
from . import arrays, convolutions, operations, scalars


def workloads() -> dict[str, Workload]:
    """Return every workload, in the order of the table."""
    made = (*scalars.workloads(), *arrays.workloads(), *convolutions.workloads(), *operations.workloads())
    return {workload.name: workload for workload in made}
