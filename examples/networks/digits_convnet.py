"""A small convolutional net on scikit-learn's handwritten digits, with the formulas of its shapes and parameters.

Needs the extra `data`. The picture is a forward and a backward pass on one digit, each layer a gate.

Prints:

    Conv2d(1, 16, 3, padding=1) | (8 − 3 + 2·1)/1 + 1 = 8 | 16·(3·3·1 + 1) = 160
    BatchNorm2d(16) |  | 2·16 = 32
    Conv2d(16, 32, 3, padding=1) | (8 − 3 + 2·1)/1 + 1 = 8 | 32·(3·3·16 + 1) = 4640
    BatchNorm2d(32) |  | 2·32 = 64
    FullyConnected(512, 10) | 32·4·4 = 512 inputs | 10·(512 + 1) = 5130
    test accuracy at least 98.5 %: True
    wrote digits_convnet.svg
"""

import numpy as np
from sklearn.datasets import load_digits

from autograd_mini import draw, nn, scope
from autograd_mini import functional as F  # noqa: N812

rng = np.random.default_rng(0)
order = rng.permutation(1797)
images, y = (array[order] for array in load_digits(return_X_y=True))
x = images.reshape(-1, 1, 8, 8) / 16
net = nn.parse_architecture("CONV3-16 BN RELU CONV3-32 BN RELU POOL2 DROPOUT0.3 FC-10", (1, 8, 8), rng=rng)
trainer = nn.Trainer(net, F.cross_entropy, nn.optim.Adam(nn.optim.Cosine(3e-3, steps=12 * 23)), rng=rng)
trainer.fit(x[:1437], y[:1437], epochs=12)
for row in nn.summary(net, (1, 8, 8)).rows:
    if row.account.parameters:
        print(row.layer, row.account.lengths, row.account.parameters_formula, sep=" | ")
print("test accuracy at least 98.5 %:", trainer.evaluate(x[1437:], y[1437:])[1] >= 0.985)
with nn.frames(net.eval()):
    scores = net(x[-1:])
with scope("cross-entropy"):
    loss = F.cross_entropy(scores, y[-1:])
print("wrote", draw(loss, arrays="heat", depth=0).save("digits_convnet.svg"))
