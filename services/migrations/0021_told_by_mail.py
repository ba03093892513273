import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# So far a report knew when mails had told of it, not whom. Who could have been told counts as told; people at the desk
# are taken to be coordinators everywhere, which only matters for these reports.
NOTE = """
INSERT INTO services_reminder (user_id, organisation_id, report_id, stage, sent_at)
SELECT member.user_id, report.organisation_id, report.id, 7, report.members_told_at
FROM services_mistakereport AS report JOIN organisations_membership AS member USING (organisation_id)
WHERE report.members_told_at IS NOT NULL
UNION ALL
SELECT person.id, report.organisation_id, report.id, 8, report.coordinators_told_at
FROM services_mistakereport AS report JOIN organisations_user AS person ON person.is_staff OR person.is_superuser
WHERE report.coordinators_told_at IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE
"""
FORGET = """
UPDATE services_mistakereport AS report SET
  members_told_at = (SELECT min(sent_at) FROM services_reminder WHERE report_id = report.id AND stage = 7),
  coordinators_told_at = (SELECT min(sent_at) FROM services_reminder WHERE report_id = report.id AND stage = 8);
DELETE FROM services_reminder WHERE stage > 5
"""


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("organisations", "0005_list_of_organisations"),
        ("services", "0020_last_warning"),
    ]

    operations = [
        migrations.RemoveConstraint("reminder", "reminded_once"),
        migrations.AddField(
            "reminder",
            "report",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="services.mistakereport",
            ),
        ),
        migrations.AlterField("reminder", "due", models.DateField(null=True)),
        migrations.AlterField(
            "reminder",
            "user",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            "reminder",
            "stage",
            models.PositiveSmallIntegerField(
                choices=[
                    (1, "before"),
                    (2, "due"),
                    (3, "after"),
                    (4, "last"),
                    (5, "leaving"),
                    (6, "archived"),
                    (7, "reported"),
                    (8, "unanswered"),
                ]
            ),
        ),
        migrations.AddConstraint(
            "reminder",
            models.UniqueConstraint(
                fields=["user", "organisation", "service", "report", "due", "stage"],
                nulls_distinct=False,
                name="reminded_once",
            ),
        ),
        migrations.RunSQL(NOTE, FORGET),
        migrations.RemoveField("mistakereport", "members_told_at"),
        migrations.RemoveField("mistakereport", "coordinators_told_at"),
    ]
