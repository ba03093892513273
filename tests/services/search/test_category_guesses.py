"""The choice of the categories that a query searches for."""

from services.search.ranking import CategoryGuess, likely_guesses


def guess(category, sureness, *words):
    return CategoryGuess(category, sureness, "", words)


def test_the_two_most_probable_categories_are_chosen():
    assert likely_guesses([]) == ()
    assert [g.category for g in likely_guesses([guess(1, 0.9, 0), guess(2, 0.8, 0), guess(3, 0.7, 0)])] == [1, 2]


def test_a_much_less_probable_category_is_left_out():
    assert [g.category for g in likely_guesses([guess(1, 0.9, 0), guess(2, 0.5, 1)])] == [1]


def test_a_second_category_should_match_other_words():
    """ "Pregnant and drinking" names two needs, although two categories match the first."""
    assert [g.category for g in likely_guesses([guess(1, 0.8, 0), guess(2, 0.8, 0), guess(3, 0.7, 1)])] == [1, 3]
