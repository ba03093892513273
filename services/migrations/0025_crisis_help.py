"""Mark subjects of danger, and the services that answer emergencies."""

from django.db import migrations, models

# Levels of subjects of the starter taxonomy, which directories may have already.
CRISIS = ("self-harm-and-suicide", "crisis-help", "ls-acute-crisis")
VIOLENCE = (
    "domestic-violence",
    "violent-behaviour",
    "sexual-violence",
    "child-abuse-and-neglect",
    "honour-related-violence",
    "fc-violence-prevention",
    "ls-violence-at-home",
    "crisis-accommodation",
)


def mark_starter_subjects(apps, schema_editor):
    categories = apps.get_model("services", "Category").objects
    categories.filter(code__in=CRISIS).update(safety=1)
    categories.filter(code__in=VIOLENCE).update(safety=2)


class Migration(migrations.Migration):
    dependencies = [("services", "0024_referral_answers")]

    operations = [
        migrations.AddField(
            "category",
            "safety",
            models.PositiveSmallIntegerField(
                "safety of readers",
                choices=[
                    (0, "nothing special"),
                    (1, "emergency numbers first"),
                    (2, "emergency numbers first, quick exit, neutral titles, no copies on the device"),
                ],
                default=0,
                help_text="Also applies to the subjects below it.",
            ),
        ),
        migrations.AddField(
            "service",
            "is_crisis_number",
            models.BooleanField(
                "social and crisis emergency service",
                default=False,
                help_text="Its first phone number is shown beside 112 to everybody in its area.",
            ),
        ),
        migrations.RunPython(mark_starter_subjects, migrations.RunPython.noop),
    ]
