"""A small ConvNet's forward and backward pass on a digit, for docs/gallery.md: layers as gates, and as frames.

The image and the trained weights stand in docs/data/digits_convnet.json, with their source.

Prints:

    right for 98.6 % of 360 new digits; this 8 has probability 0.49
    wrote network.svg
    wrote network_frames.svg
"""

import json
from pathlib import Path

import numpy as np

from autograd_mini import Tensor, draw, nn, scope
from autograd_mini import functional as F  # noqa: N812

data = json.loads((Path(__file__).parent.parent / "docs" / "data" / "digits_convnet.json").read_text(encoding="utf-8"))
net = nn.parse_architecture(data["architecture"], (1, 8, 8), init=nn.init.zeros).update(data["weights"])
image = Tensor(np.reshape(data["pixels"], (1, 1, 8, 8)) / 16, name="image")
with nn.frames(net):
    scores = net(image)
with scope("loss"), scope("cross-entropy"):
    loss = F.cross_entropy(scores, np.array([data["class"]])).named("loss")
probability = F.softmax(scores, 1).data[0, data["class"]]
print(
    f"right for {100 * data['accuracy']:.1f} % of 360 new digits; this {data['class']} has probability {probability:.2f}"
)
print("wrote", draw(loss, arrays="heat", depth=0).save("network.svg"))
print("wrote", draw(loss, arrays="heat", depth=1).save("network_frames.svg"))
