"""Train the net of the gallery's picture, and write its weights and one image to docs/data/digits_convnet.json.

Needs scikit-learn. The digits are the test set of "Optical Recognition of Handwritten Digits" (E. Alpaydin and
C. Kaynak, UCI Machine Learning Repository, 1998, CC BY 4.0) as scikit-learn ships them: 1797 images of 8×8 pixels from
0 to 16. The net learns from 1437 of them; the accuracy that is written down is that on the other 360, with the weights
rounded as they are written.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

from autograd_mini import functional as F  # noqa: N812
from autograd_mini import nn
from autograd_mini.transforms.trees import mapped

FILE = Path(__file__).parent / "data" / "digits_convnet.json"
ARCHITECTURE = "CONV3-4 RELU POOL2 FC-10"


def main() -> None:
    """Train, and write the file."""
    rng = np.random.default_rng(0)
    order = rng.permutation(1797)
    pixels, classes = (array[order] for array in load_digits(return_X_y=True))
    x = pixels.reshape(-1, 1, 8, 8) / 16
    net = nn.parse_architecture(ARCHITECTURE, (1, 8, 8), rng=rng)
    trainer = nn.Trainer(net, F.cross_entropy, nn.optim.Adam(nn.optim.Cosine(1e-2, steps=30 * 23)), rng=rng)
    trainer.fit(x[:1437], classes[:1437], epochs=30)
    rounded = mapped(lambda array: np.round(array, 3), net.parameters())
    accuracy = nn.Trainer(net.update(rounded), F.cross_entropy, nn.optim.SGD(), rng=rng).evaluate(
        x[1437:], classes[1437:]
    )[1]
    # Of the 360, the image that the net names rightly with the least confidence: its gradients are not all near 0.
    sure = F.softmax(net.predict(x[1437:]), 1)
    right = np.where(np.argmax(sure, 1) == classes[1437:], sure[np.arange(360), classes[1437:]], 1.0)
    place = 1437 + int(np.argmin(right))
    found = {
        "source": "Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998 (CC BY 4.0), as "
        "shipped with scikit-learn; weights by docs/train_digits.py",
        "architecture": ARCHITECTURE,
        "accuracy": round(float(accuracy), 4),
        "number": int(order[place]),
        "class": int(classes[place]),
        "pixels": pixels[place].astype(int).reshape(8, 8).tolist(),
        "weights": mapped(np.ndarray.tolist, rounded),
    }
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(value)}" for name, value in found.items())
    FILE.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    print(f"wrote {FILE.name}: accuracy {accuracy:.4f}")


if __name__ == "__main__":
    main()
