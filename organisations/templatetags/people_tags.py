"""Template filters for form fields and login sessions."""

from django import forms, template

register = template.Library()

# The first match wins: user agents also name the browsers they are derived from.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"))


@register.filter
def without_placeholder(field: forms.BoundField) -> str:
    """Render a field without a placeholder, which would repeat the label."""
    return field.as_widget(attrs={"placeholder": False})


@register.filter
def is_radio_select(field: forms.BoundField) -> bool:
    return isinstance(field.field.widget, forms.RadioSelect)


@register.filter
def is_checkbox(field: forms.BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def browser_name(user_agent: str) -> str:
    """A short name for a user agent: "Firefox, Windows"."""
    names = [
        next((name for token, name in tokens if token in user_agent), None)
        for tokens in (_BROWSERS, (*_SYSTEMS, ("Linux", "Linux")))
    ]
    return ", ".join(filter(None, names)) or user_agent[:60] or "–"
