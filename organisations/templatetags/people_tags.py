"""Fields of forms in the look of the house."""

from django import forms, template

register = template.Library()

# The first that fits: browsers name those before them.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"))


@register.filter
def plain(field: forms.BoundField) -> str:
    """A field without a placeholder: its label says what to write, and does not vanish."""
    return field.as_widget(attrs={"placeholder": False})


@register.filter
def is_choice(field: forms.BoundField) -> bool:
    return isinstance(field.field.widget, forms.RadioSelect)


@register.filter
def is_tick(field: forms.BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def browser(user_agent: str) -> str:
    """What a person calls the browser: "Firefox, Windows"."""
    names = [
        next((name for mark, name in known if mark in user_agent), None)
        for known in (_BROWSERS, (*_SYSTEMS, ("Linux", "Linux")))
    ]
    return ", ".join(filter(None, names)) or user_agent[:60] or "–"
