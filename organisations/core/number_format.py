"""Numbers as readers of each language write them."""

from django.utils.formats import number_format


class GroupedInt(int):
    """A number that shows itself with its thousands apart (12 600), and counts as it did: texts choose plurals by it.

    Numbers are not grouped everywhere, as those of records stand in addresses and forms.
    """

    def __str__(self) -> str:
        return number_format(int(self), force_grouping=True)
