"""A module that the lab breaks in three places."""


def rate(errors, characters):
    """Errors per character, at most 1.

    >>> rate(1, 4)
    0.25
    """
    if not characters:
        return 1.0 if errors else 0.0
    return min(1.0, errors / characters)
