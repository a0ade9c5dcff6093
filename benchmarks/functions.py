"""Our functions under the names that a workload calls them by.

They stand in a module, as where a user's code finds its own: compiled code compares at each call what a function looks
up there, and not the rest.
"""

from typing import Any

import numpy as np

import autograd_mini as am

tanh, sum, mean, maximum, reshape = np.tanh, np.sum, np.mean, np.maximum, np.reshape
sigmoid, relu, log_softmax, conv1d = am.sigmoid, am.relu, am.log_softmax, am.conv1d
conv2d = am.functional.conv2d


def max_pool2(x: Any) -> Any:
    """Return the largest entries of windows of 2 × 2."""
    return am.functional.max_pool2d(x, 2)
