"""Where wrong backward functions are noted."""

WRONG = []


def wrong(pair, gradients, *ids):
    """Note a backward function of a pair whose gradients, given as one text, are wrong."""

    def note(function):
        WRONG.append((pair, function, gradients.split(), ids))
        return function

    return note
