"""Reductions over axes."""

import numpy as np

import autograd_mini as am
from rows.line import SIGNAL, A, B, Line

LINES = [
    Line("sum", lambda x: np.sum(x), (A,)),
    Line("sum, last axis", lambda x: np.sum(x, axis=-1) ** 2, (A,)),
    Line("sum, first axis kept", lambda x: np.sum(x, axis=0, keepdims=True) ** 2, (A,)),
    Line("sum, two axes", lambda x: np.sum(x, axis=(0, -1)) ** 2, (SIGNAL,)),
    Line("sum, no axis", lambda x: np.sum(x, axis=()) ** 2, (A,)),
    Line("sum of a number", lambda x: np.sum(x) ** 2, (0.7,)),
    Line("mean", lambda x: np.mean(x) ** 2, (A,)),
    Line("mean, middle axis", lambda x: np.mean(x, axis=1) ** 2, (SIGNAL,)),
    Line("max", lambda x: np.max(x) ** 2, (A,)),
    Line("max, axis kept", lambda x: np.max(x, axis=1, keepdims=True) ** 2, (A,)),
    Line("min, two axes", lambda x: np.min(x, axis=(0, 2)) ** 2, (SIGNAL,)),
    Line("logsumexp", lambda x: am.logsumexp(x), (A,)),
    Line("logsumexp, axis", lambda x: am.logsumexp(x, axis=0) ** 2, (A,)),
    Line("logsumexp, axis kept", lambda x: am.logsumexp(x, axis=1, keepdims=True) ** 2, (A,)),
    Line("softmax", lambda x: am.softmax(x) ** 2, (A,)),
    Line("softmax, first axis", lambda x: am.softmax(x, axis=0) ** 2, (A,)),
    Line("softmax, all entries", lambda x: am.softmax(x, axis=None) ** 2, (A,)),
    Line("log_softmax", lambda x: am.log_softmax(x) * B, (A,)),
    Line("log_softmax, first axis", lambda x: am.log_softmax(x, axis=0) * B, (A,)),
]
