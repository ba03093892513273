"""Words are analysed in several threads at once."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.search.analysis import analyse, meaningful_words

# Nobody has analysed these before, and none is in a dictionary.
UNKNOWN = [f"{start}{middle}{end}" for start in "bdfg" for middle in ("olkkamisess", "ilppauksien") for end in "aeiouy"]


@pytest.fixture
def hasty_threads():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_threads_analyse_words_alike(hasty_threads, language):
    texts = [f"{word}{letter}" for letter in "klmnprst" for word in UNKNOWN]
    alone = [[word.terms for word in meaningful_words(text, language)] for text in texts]
    analyse.cache_clear()
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda text: [word.terms for word in meaningful_words(text, language)], texts)) == alone
