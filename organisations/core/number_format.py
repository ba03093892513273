"""Numbers formatted for the active language."""

from django.utils.formats import number_format


class GroupedInt(int):
    """An integer that renders with grouped thousands (12 600) and still selects plural forms.

    Grouping is opt-in, because primary keys appear in URLs and forms.
    """

    def __str__(self) -> str:
        return number_format(int(self), force_grouping=True)
