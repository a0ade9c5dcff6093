"""Einsum: every kind of letter, and every way to write the subscripts."""

import numpy as np

from rows.line import VECTOR, A, B, Line, numbers

SQUARE = numbers(3, 3, seed=51)
CUBE = numbers(2, 2, 2, seed=52)


def line(why, subscripts, *inputs, **options):
    return Line(f"einsum, {why}", lambda *x: np.einsum(subscripts, *x, **options) ** 2, inputs)


LINES = [
    line("matrix product", "ij,jk->ik", A, numbers(4, 2)),
    line("matrix product, implicit output", "ij,jk", A, numbers(4, 2)),
    line("implicit output sorts letters", "ba", A),
    line("batch of products", "bij,bjk->bik", numbers(2, 3, 4), numbers(2, 4, 2)),
    line("spaces", " ij , jk -> ik ", A, numbers(4, 2)),
    line("all entries", "ij->", A),
    line("a letter in one operand only", "ij,k->i", A, VECTOR),
    line("a letter in one operand only, twice", "ij,kl->", A, B),
    line("transpose", "ij->ji", A),
    line("trace", "ii", SQUARE),
    line("diagonal", "ii->i", SQUARE),
    line("diagonal of a cube", "iii->i", CUBE),
    line("trace of a cube", "iii->", CUBE),
    line("diagonal and another operand", "iij,j->i", numbers(3, 3, 4), VECTOR),
    line("diagonal of a batch, implicit ellipsis", "...ii", numbers(2, 3, 3)),
    line("two diagonals", "iijj->ij", numbers(2, 2, 3, 3)),
    line("outer product", "i,j->ij", VECTOR, numbers(3)),
    line("numbers", ",->", 0.7, 0.3),
    line("number and matrix", ",ij->ij", 0.7, A),
    line("ellipsis", "...ij,...jk->...ik", numbers(2, 3, 4), numbers(4, 2)),
    line("ellipsis that broadcasts", "...i,...i->...", numbers(2, 1, 4), numbers(3, 4)),
    line("ellipsis of no axes", "...,...->...", 0.7, A),
    line("ellipsis in the middle", "i...j->j...i", numbers(2, 3, 4)),
    line("a letter of length 1 broadcasts", "ij,jk->ik", numbers(3, 1), numbers(4, 2)),
    line("three operands", "ij,jk,kl->il", A, numbers(4, 2), numbers(2, 3)),
    line("three operands in the order given", "ij,jk,kl->il", A, numbers(4, 2), numbers(2, 3), optimize=False),
    line("a plan", "ij,jk,kl->il", A, numbers(4, 2), numbers(2, 3), optimize=["einsum_path", (1, 2), (0, 1)]),
    line("greedy", "ij,jk->ik", A, numbers(4, 2), optimize="greedy"),
    line("no entries", "ij,jk->ik", np.zeros((2, 0)), np.zeros((0, 3))),
    Line("einsum, same operand twice", lambda x: np.einsum("ij,ij->", x, x), (A,)),
    Line("einsum, same operand three times", lambda x: np.einsum("i,i,i->i", x, x, x), (VECTOR,)),
    Line("einsum with a constant", lambda x: np.einsum("ij,ij->j", B.astype(x.dtype), x) ** 2, (A,)),
    Line("einsum, lists", lambda x, y: np.einsum(x, [0, 1], y, [1, 2], [0, 2]) ** 2, (A, numbers(4, 2))),
    Line("einsum, lists, implicit output", lambda x, y: np.einsum(x, [0, 1], y, [1, 2]) ** 2, (A, numbers(4, 2))),
    Line("einsum, lists with ellipsis", lambda x: np.einsum(x, [..., 0, 0], [..., 0]) ** 2, (numbers(2, 3, 3),)),
]
