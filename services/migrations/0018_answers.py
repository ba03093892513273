import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("services", "0017_usage_counts"),
    ]

    operations = [
        migrations.RemoveConstraint("mistakereport", "closed_mistake_report_has_no_email"),
        # Answered from somebody's own mailbox: the address is needed no more.
        migrations.RunSQL(
            "UPDATE services_mistakereport SET email = '' WHERE state = 'answered'", migrations.RunSQL.noop
        ),
        migrations.AddConstraint(
            "mistakereport",
            models.CheckConstraint(
                condition=models.Q(("state", "open"), ("email", ""), _connector="OR"),
                name="settled_mistake_report_has_no_email",
            ),
        ),
        migrations.AddField(
            "categoryproposal",
            "category",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="services.category",
                verbose_name="the category that fits",
            ),
        ),
        migrations.AddField(
            "categoryproposal", "answer", models.CharField(blank=True, max_length=300, verbose_name="answer")
        ),
        migrations.AddField(
            "categoryproposal", "answered_at", models.DateTimeField(editable=False, null=True, verbose_name="answered")
        ),
        migrations.AddField("categoryproposal", "put_away_at", models.DateTimeField(editable=False, null=True)),
        migrations.AlterField(
            "categoryproposal",
            "state",
            models.CharField(
                choices=[("open", "open"), ("accepted", "accepted"), ("declined", "declined")],
                default="open",
                max_length=8,
                verbose_name="state",
            ),
        ),
        migrations.RemoveConstraint("categoryproposal", "category_proposal_state_is_known"),
        # Settled without an answer: there is nothing to show to anybody.
        migrations.RunSQL(
            "UPDATE services_categoryproposal SET state = 'declined', answered_at = now(), put_away_at = now()"
            " WHERE state = 'settled'",
            "UPDATE services_categoryproposal SET state = 'settled' WHERE state <> 'open'",
        ),
        migrations.AddConstraint(
            "categoryproposal",
            models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "accepted", "declined"])),
                name="category_proposal_state_is_known",
            ),
        ),
    ]
