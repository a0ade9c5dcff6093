"""A convolutional net's forward and backward pass, for docs/gallery.md: each layer one gate, arrays as heat maps.

Prints:

    wrote network.svg
"""

import numpy as np

from autograd_mini import draw, nn, scope
from autograd_mini import functional as F  # noqa: N812

image = np.zeros((1, 1, 8, 8))
image[0, 0, 1:7, [2, 5]] = image[0, 0, [1, 6], 2:6] = 1
net = nn.parse_architecture("CONV3-4 RELU POOL2 FC-10", (1, 8, 8), rng=np.random.default_rng(0))
with nn.frames(net):
    scores = net(image)
with scope("cross-entropy"):
    loss = F.cross_entropy(scores, np.array([0])).named("loss")
print("wrote", draw(loss, arrays="heat", depth=0).save("network.svg"))
