"""Sequential: layers one after the other."""

from typing import Any

from ..errors import DtypeError, UnsupportedError
from .module import Module


class Sequential(Module):
    """Layers one after the other: Sequential(Linear(...), ReLU(), ...), or with names, Sequential(hidden=..., out=...).

    Called as `torch.nn.Sequential`, with names by keyword besides.

    Attributes:
        layers: the layers by name, "0", "1", ... where none was given.
    """

    def __init__(self, *layers: Module, **named: Module) -> None:
        """Put layers one after the other.

        Raises:
            DtypeError: if something is no Module.
            UnsupportedError: if some have names and some have not.
        """
        if layers and named:
            raise UnsupportedError("Sequential: give all layers names, or none of them.")
        self.layers = {str(i): layer for i, layer in enumerate(layers)} | named
        for name, layer in self.layers.items():
            if not isinstance(layer, Module):
                raise DtypeError(
                    f"Sequential: layer {name} must be a Module; got {layer!r:.60}. "
                    "A function is made one by a class with `forward`; a class is called first: ReLU()."
                )

    def children(self) -> dict[str, Module]:
        return dict(self.layers)

    def forward(self, x: Any) -> Any:
        for layer in self.layers.values():
            x = layer(x)
        return x

    def __getitem__(self, position: int) -> Module:
        """Return a layer by its position."""
        return list(self.layers.values())[position]

    def __len__(self) -> int:
        return len(self.layers)
