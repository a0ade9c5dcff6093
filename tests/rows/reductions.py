"""Reductions over axes."""

import numpy as np

import autograd_mini as am
from rows.line import SIGNAL, VECTOR, A, B, Line, numbers, weighed

MASK = A > -0.5
EVERY_ROW_HAS_SOME = np.array([[True], [False], [True]])

LINES = [
    Line("amax", lambda x: np.amax(x, axis=1) ** 2, (A,)),
    Line("amin", lambda x: np.amin(x, axis=1) ** 2, (A,)),
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
    Line("sum of nothing", lambda x: np.sum(x), (numbers(0),)),
    Line("sum, arguments by place", lambda x: weighed(np.sum(x, 1, None, None, True)), (A,)),
    Line("sum, mask", lambda x: weighed(np.sum(x, axis=1, where=MASK)), (A,)),
    Line("sum, mask of a column", lambda x: np.sum(x, where=EVERY_ROW_HAS_SOME) ** 2, (A,)),
    Line("sum, no entry chosen", lambda x: np.sum(x, axis=0, where=False), (A,)),
    Line("sum, initial", lambda x: np.sum(x, axis=0, initial=2) ** 2, (A,)),
    Line("sum, initial that is a wire", lambda x, y: np.sum(x, 1, initial=y) ** 2, (A, 0.7)),
    Line("sum in float64", lambda x: weighed(np.sum(x, axis=0, dtype=np.float64)), (A,)),
    Line("sum, ufunc method", lambda x: weighed(np.add.reduce(x)), (A,)),
    Line("sum, ufunc method, mask", lambda x: weighed(np.add.reduce(x, 1, where=MASK, initial=1)), (A,)),
    Line("sum, method, mask", lambda x: weighed(x.sum(1, keepdims=True, where=MASK)), (A,)),
    Line("mean, mask", lambda x: weighed(np.mean(x, axis=1, where=MASK)), (A,)),
    Line("mean, mask, all axes kept", lambda x: np.mean(x, keepdims=True, where=MASK) ** 2, (A,)),
    Line("mean, method", lambda x: weighed(x.mean((0, -1), where=True)), (A,)),
    Line("max, initial below", lambda x: weighed(np.max(x, axis=1, initial=-5)), (A,)),
    Line("max, initial between", lambda x: weighed(np.max(x, axis=0, initial=0.9)), (A,)),
    Line("max, initial that is a wire", lambda x, y: weighed(np.max(x, axis=0, initial=y)), (A, 0.9)),
    Line("max, mask", lambda x: weighed(np.max(x, axis=1, where=MASK, initial=-9)), (A,)),
    Line("max of nothing, initial", lambda x: np.max(x, axis=1, initial=0.5), (numbers(2, 0),)),
    Line("max, a row without chosen entries", lambda x: np.max(x, 1, where=EVERY_ROW_HAS_SOME, initial=-9) ** 2, (A,)),
    Line("max, ufunc method", lambda x: weighed(np.maximum.reduce(x)), (A,)),
    Line("max, method", lambda x: weighed(x.max(axis=1)), (A,)),
    Line("min, initial between", lambda x: weighed(np.min(x, axis=0, initial=-0.9)), (A,)),
    Line("min, mask", lambda x: weighed(np.min(x, axis=1, where=MASK, initial=9)), (A,)),
    Line("min, ufunc method", lambda x: weighed(np.minimum.reduce(x, axis=1)), (A,)),
    Line("min, method", lambda x: weighed(x.min(0, keepdims=True)), (A,)),
    Line("ptp", lambda x: np.ptp(x) ** 2, (A,)),
    Line("ptp, axis kept", lambda x: weighed(np.ptp(x, axis=-1, keepdims=True)), (A,)),
    Line("ptp, one entry", lambda x: np.ptp(x), (numbers(1),)),
    Line("logsumexp of a row and a half", lambda x: am.logsumexp(x) ** 2, (np.append(VECTOR, [30.0, 30.5]),)),
    Line("logsumexp", lambda x: am.logsumexp(x), (A,)),
    Line("logsumexp, axis", lambda x: am.logsumexp(x, axis=0) ** 2, (A,)),
    Line("logsumexp, axis kept", lambda x: am.logsumexp(x, axis=1, keepdims=True) ** 2, (A,)),
    Line("softmax", lambda x: am.softmax(x) ** 2, (A,)),
    Line("softmax, first axis", lambda x: am.softmax(x, axis=0) ** 2, (A,)),
    Line("softmax, all entries", lambda x: am.softmax(x, axis=None) ** 2, (A,)),
    Line("log_softmax", lambda x: am.log_softmax(x) * B, (A,)),
    Line("log_softmax, first axis", lambda x: am.log_softmax(x, axis=0) * B, (A,)),
]
