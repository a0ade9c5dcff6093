"""The einsum gate: products of any number of operands, summed over the letters that the output does not have.

The derivative by one operand is the einsum of upstream and the other operands, so derivatives of any order stay einsum.
Every call is first written out: without ellipsis, and with the output's letters. Contractions are ordered for speed
(`optimize=True`) unless asked otherwise.
"""

import string

import numpy as np

from ..errors import ShapeError
from ..notation import Notation, Style
from ..primitive import composed, primitive
from .shaping import broadcast_to, reshaped


def _style(function, opening, closing, arrow):
    """Return the style that writes the subscripts before the operands."""

    def template(*operands, subscripts, **_):
        return function + opening + ", ".join(["'" + subscripts.replace("->", arrow) + "'", *operands]) + closing

    return Style(template, takes_options=True)


def _to_one_operand(upstream, operands, position, subscripts, optimize):
    """Return the einsum of upstream and the other operands that has the letters of the operand at `position`."""
    inputs, output = subscripts.split("->")
    terms = inputs.split(",")
    operand, letters = operands[position], terms[position]
    shape = np.shape(operand)
    factors = [upstream, *operands[:position], *operands[position + 1 :]]
    given = [output, *terms[:position], *terms[position + 1 :]]
    wanted = ""
    for axis, letter in enumerate(letters):
        if letter in wanted:
            # A letter that the operand repeats stands for its diagonal: the identity puts upstream back on it.
            other = next(free for free in string.ascii_letters if free not in subscripts + wanted)
            factors.append(np.eye(shape[axis], dtype=operand.dtype))
            given.append(letter + other)
            letter = other
        wanted += letter
    known = [letter for letter in wanted if any(letter in term for term in given)]
    # A plan for this einsum's operands does not fit those of its derivative.
    plan = optimize if isinstance(optimize, bool | str) else True
    result = einsum(*factors, subscripts=",".join(given) + "->" + "".join(known), optimize=plan)
    lengths = iter(np.shape(result))
    result = reshaped(result, tuple(next(lengths) if letter in known else 1 for letter in wanted))
    # Where only this operand is longer than 1, or only it has the letter, each of its entries has the same gradient.
    full = np.broadcast_shapes(np.shape(result), shape)
    return result if full == np.shape(result) else broadcast_to(result, shape=full)


@primitive(
    notation=Notation(
        _style("einsum", "(", ")", "→"), _style(r"\operatorname{einsum}", r"\left(", r"\right)", r"\to ")
    ),
    operands=_to_one_operand,
)
def einsum(*operands, subscripts, optimize=True):
    """Return the sum of products that `subscripts` name: einsum(x, y, subscripts="ij,jk->ik") is x @ y.

    Args:
        operands: arrays, one for each term.
        subscripts: one letter per axis of each operand, then "->" and the letters of the output; no ellipsis.
        optimize: the order of contractions, as in np.einsum.
    """
    return np.einsum(subscripts, *operands, optimize=optimize if len(operands) > 1 else False)


@composed(np.einsum)
def _einsum(*operands, optimize=True):
    """Return np.einsum of any number of operands, in any of the forms in which NumPy takes its subscripts."""
    if operands and isinstance(operands[0], str):
        text, arrays = operands[0].replace(" ", ""), operands[1:]
    else:
        text, arrays = _text_of_lists(operands)
    return einsum(*arrays, subscripts=_written_out(text, [np.shape(array) for array in arrays]), optimize=optimize)


def _text_of_lists(arguments):
    """Return the subscripts as text, and the operands, of einsum(x, [0, 1], y, [1, 2], [0, 2])."""

    def text(numbers):
        known = range(len(string.ascii_letters))
        if not isinstance(numbers, list | tuple) or any(
            number is not ... and number not in known for number in numbers
        ):
            raise ShapeError(
                "einsum: expected subscripts as text before the operands, or as a list of whole numbers from 0 to 51 "
                f"behind each; got {numbers!s:.60}."
            )
        return "".join("..." if number is ... else string.ascii_letters[number] for number in numbers)

    pairs = len(arguments) // 2
    terms = ",".join(text(arguments[2 * i + 1]) for i in range(pairs))
    return terms + ("->" + text(arguments[-1]) if len(arguments) % 2 else ""), arguments[: 2 * pairs : 2]


def _written_out(text, shapes):
    """Return subscripts with letters for every ellipsis and for the output.

    Raises:
        ShapeError: if they do not fit the operands' shapes.
    """
    inputs, arrow, output = text.partition("->")
    terms = inputs.split(",")
    if set(text.replace("->", "", 1).replace("...", "")) - {*string.ascii_letters, ","} or "," in output:
        raise _misfit(text, shapes, "write letters, commas, at most one '->', and '...' for further axes")
    if len(terms) != len(shapes):
        raise _misfit(text, shapes, f"{len(terms)} terms for {len(shapes)} operands")
    extra = [len(shape) - len(term.replace("...", "")) for term, shape in zip(terms, shapes, strict=True)]
    for term, further, shape in zip(terms, extra, shapes, strict=True):
        if further < 0 or (further and "..." not in term) or term.count("...") > 1:
            raise _misfit(text, shapes, f"the term '{term}' for the shape {shape}")
    most = max((further for term, further in zip(terms, extra, strict=True) if "..." in term), default=0)
    free = "".join(letter for letter in string.ascii_letters if letter not in text)[:most]
    named = inputs.replace("...", "").replace(",", "")
    if not arrow:
        output = "..." + "".join(sorted(letter for letter in set(named) if named.count(letter) == 1))
    elif most and "..." not in output:
        raise _misfit(text, shapes, "the output needs '...' too")
    letters = output.replace("...", "")
    if len(set(letters)) < len(letters) or set(letters) - set(named) or output.count("...") > 1:
        raise _misfit(text, shapes, "the output may have each letter of the operands once")
    terms = [term.replace("...", free[most - further :]) for term, further in zip(terms, extra, strict=True)]
    _check_lengths(text, terms, shapes)
    return ",".join(terms) + "->" + output.replace("...", free)


def _check_lengths(text, terms, shapes):
    """Raise ShapeError unless each letter has one length, or 1 in some operands."""
    lengths = {}
    for term, shape in zip(terms, shapes, strict=True):
        own = {}
        for letter, length in zip(term, shape, strict=True):
            if own.setdefault(letter, length) != length:
                raise _misfit(text, shapes, f"'{letter}' is {own[letter]} and {length} long in one operand")
            if length != 1 and lengths.setdefault(letter, length) != length:
                raise _misfit(text, shapes, f"'{letter}' is {lengths[letter]} and {length} long")


def _misfit(text, shapes, why):
    given = ", ".join(map(str, shapes))
    return ShapeError(f"einsum: the subscripts '{text}' do not fit operands of shapes {given}: {why}.")
