"""What is found wrong with a backward function: an id with what its sentence is filled in with, said when asked."""

from dataclasses import dataclass, field
from typing import Any

from .messages import remedy, sentence

# What makes diagnoses of two trials the same.
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Diagnosis:
    """What explains a gradient's numbers, or what is wrong with how the function behaves.

    Attributes:
        id: which, such as "shape.transposed", or the marker's "bias.mean_not_sum".
        gradients: the gradients it is about; none where it is about the function as a whole.
        parts: what its sentence is filled in with.
        likelihood: how likely it is, against others that explain the same.
    """

    id: str
    gradients: tuple[str, ...] = ()
    parts: dict[str, Any] = field(default_factory=dict, hash=False)
    likelihood: float = 3

    @property
    def key(self) -> Key:
        """What makes it the same diagnosis in another trial."""
        return (self.id, *sorted((name, str(part)) for name, part in self.parts.items()))

    def sentence(self, language: str = "en") -> str:
        """Return what was done."""
        return sentence(language, self.id, self.parts)

    def remedy(self, language: str = "en") -> str:
        """Return what to change; "" where the sentence says it."""
        return remedy(language, self.id, self.parts)

    def said(self, language: str = "en") -> str:
        """Return the gradients, what was done, and what to change."""
        names = f"{', '.join(self.gradients)}: " if self.gradients else ""
        return " ".join(part for part in (names + self.sentence(language), self.remedy(language)) if part)
