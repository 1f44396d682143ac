from rates import rate


def test_nothing_to_read():
    assert rate(0, 0) == 0.0
    assert rate(3, 0) == 1.0


def test_at_most_one():
    assert rate(9, 3) == 1.0


def test_half():
    assert rate(2, 4) == 0.5
