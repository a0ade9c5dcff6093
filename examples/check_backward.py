"""A backward function of batch normalisation with three mistakes, written by hand, and the report on it.

Prints:

    batchnorm_backward: 3 of 3 gradients wrong.
    gradient  shape          verdict      wrong entries  worst     yours      right
    dx        (4, 3)         wrong        12 of 12       dx[0, 1]  −0.391702  0.0995296
    dgamma    (4,) for (3,)  wrong shape
    dbeta     (3,)           wrong        3 of 3         dbeta[2]  −0.610593  −2.44237
    dx: at mu = mean(x, axis=0) on the way back: the path through the mean of the batch was left out.
      or dx: the path through mu = mean(x, axis=0) is missing: x is used there too. Add what comes back along it.
    dgamma: summed over the wrong axis: axis 0 of the output is left. Sum over axis 0, which the input does not have, and keep the one that it has.
    dbeta: the right numbers divided by the batch size 4: a mean in place of a sum. Write np.sum, not np.mean; the 1/N of the loss is already in dout.
    Compared with the derivative recorded of the forward function, at x (4, 3), gamma (3,), beta (3,).
"""

import numpy as np

from autograd_mini import check_backward


def batchnorm_forward(x, gamma, beta, bn_param):
    mu, var = x.mean(axis=0), x.var(axis=0)
    std = np.sqrt(var + 1e-5)
    xhat = (x - mu) / std
    bn_param["running_mean"] = 0.9 * bn_param.get("running_mean", 0) + 0.1 * mu
    return gamma * xhat + beta, (x, mu, std, xhat, gamma)


def batchnorm_backward(dout, cache):
    x, mu, std, xhat, gamma = cache
    dxhat = dout * gamma
    dvar = np.sum(dxhat * (x - mu), axis=0) * -0.5 / std**3
    dx = dxhat / std + dvar * 2 * (x - mu) / len(x)
    return dx, np.sum(dout * xhat, axis=1), np.mean(dout, axis=0)


shapes = {"x": "ND", "gamma": "D", "beta": "D"}
print(check_backward(batchnorm_forward, batchnorm_backward, {"mode": "train"}, shapes=shapes))
