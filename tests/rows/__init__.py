"""The specification of the gates: one line per function and corner, family by family.

`LINES` has them all, from the modules of this package; whoever adds a gate adds its lines to the module of its family.
"""

import importlib
import pkgutil

LINES = [
    line
    for module in pkgutil.iter_modules(__path__)
    if module.name != "line"
    for line in importlib.import_module(f"{__name__}.{module.name}").LINES
]
