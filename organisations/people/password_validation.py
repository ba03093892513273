"""Django's password rules with a one-sentence help text and plain error messages."""

from django.contrib.auth import password_validation as rules
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MIN_LENGTH = 10


class PasswordValidator:
    def validate(self, password: str, user=None) -> None:
        errors = []
        for rule, message in self._rules():
            try:
                rule.validate(password, user)
            except ValidationError as problem:
                errors += [ValidationError(message, code=error.code) for error in problem.error_list]
        if errors:
            raise ValidationError(errors)

    def get_help_text(self) -> str:
        return _("At least %(count)s characters. Three words that do not belong together are easy to remember.") % {
            "count": MIN_LENGTH
        }

    def _rules(self):
        return [
            (
                rules.MinimumLengthValidator(MIN_LENGTH),
                _("The password is too short. Write at least %(count)s characters.") % {"count": MIN_LENGTH},
            ),
            (
                rules.UserAttributeSimilarityValidator(("name", "email")),
                _("The password is too much like your name or e-mail address."),
            ),
            (
                rules.CommonPasswordValidator(),
                _("Many people use this password. Choose another."),
            ),
            (rules.NumericPasswordValidator(), _("The password has digits only. Add letters.")),
        ]
