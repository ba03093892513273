"""Which of the categories that a query points at are searched by."""

from services.search.ranking import CategoryGuess, likely_guesses


def guess(category, sureness, *words):
    return CategoryGuess(category, sureness, "", words)


def test_surest_and_the_next_one():
    assert likely_guesses([]) == ()
    assert [g.category for g in likely_guesses([guess(1, 0.9, 0), guess(2, 0.8, 0), guess(3, 0.7, 0)])] == [1, 2]


def test_one_that_is_much_less_sure_is_left_out():
    assert [g.category for g in likely_guesses([guess(1, 0.9, 0), guess(2, 0.5, 1)])] == [1]


def test_rather_one_that_says_something_new():
    """ "Pregnant and drinking" names two troubles, though two categories are about the first."""
    assert [g.category for g in likely_guesses([guess(1, 0.8, 0), guess(2, 0.8, 0), guess(3, 0.7, 1)])] == [1, 3]
