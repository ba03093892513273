"""Lists that were handed over: shown again and deleted by the device or the user that made them, then gone for good."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from services.models import ReferralItem, ReferralList
from tests.html_page import Page, view_url

from .conftest import Device, handed_link


def newest_list():
    return ReferralList.objects.latest("pk")


def test_device_that_made_the_list_shows_its_link_again(worker, counselling):
    link = worker.hand_over(counselling)
    assert handed_link(worker.open("referrals:list", newest_list().pk)) == link
    assert "Eroneuvonta" in worker.open("referrals:given").main.text


def test_another_device_does_not_find_the_list(worker, counselling):
    worker.hand_over(counselling)
    stranger = Device()
    stranger.open("referrals:list", newest_list().pk, status=404)
    response = stranger.browser.post(view_url("referrals:revoke", newest_list().pk))
    assert response.status_code == 404
    assert ReferralList.objects.count() == 1


def test_user_deletes_from_another_device_but_does_not_see_the_link(pirjo, family, counselling):
    link = Device(pirjo).hand_over(counselling)
    elsewhere = Device(pirjo)
    page = elsewhere.open("referrals:list", newest_list().pk)
    assert not page.all(class_="handover-link")
    elsewhere.browser.post(view_url("referrals:revoke", newest_list().pk))
    family(link, status=404)


def test_form_of_a_deleted_list_that_is_sent_again_says_so(worker, counselling):
    form = worker.begin(counselling)
    worker.send(form)
    worker.browser.post(view_url("referrals:revoke", newest_list().pk))
    page = Page(worker.browser.post(view_url("referrals:make-list"), form, follow=True))
    assert "Teit tämän listan jo, ja se on sen jälkeen poistettu." in page.main.text


def test_deleted_list_does_not_open(worker, family, counselling):
    link = worker.hand_over(counselling)
    response = worker.browser.post(view_url("referrals:revoke", newest_list().pk), follow=True)
    assert "Lista on poistettu." in response.content.decode()
    family(link, status=404)
    assert not ReferralItem.objects.exists()


@pytest.mark.parametrize("cookie", ["x", "A" * 5000, "ä.ö", "~" * 22])
def test_tampered_cookie_shows_nothing(worker, counselling, cookie):
    worker.hand_over(counselling)
    worker.browser.cookies["given"] = cookie
    assert "Eroneuvonta" not in worker.open("referrals:given").main.text


def test_cleared_device_knows_no_links_although_they_work(worker, family, counselling):
    link = worker.hand_over(counselling)
    assert worker.browser.post(view_url("referrals:forget")).status_code == 400  # from another site
    worker.browser.post(view_url("referrals:forget"), headers={"Origin": "http://testserver"})
    assert "Eroneuvonta" not in worker.open("referrals:given").main.text
    family(link)


def test_nothing_of_a_list_is_left_in_any_table_after_it_ended(worker, counselling, time_machine, capsys):
    note = "Kysele kotikatselmusta."
    link = worker.hand_over(counselling, **{f"s{counselling.pk}-note": note})
    token = link.strip("/").rpartition("/")[2]
    worker.browser.post(f"{link}fi/1/", {"outcome": "tried"})
    assert rows_with(note)
    assert not rows_with(token)  # only its hash is stored
    secrets = [note, token, newest_list().token_hash]
    time_machine.move_to(timezone.now() + dt.timedelta(days=31))
    call_command("purge_referral_lists")
    assert "1 referral lists deleted" in capsys.readouterr().out
    assert [secret for secret in secrets if rows_with(secret)] == []


def rows_with(text):
    """Tables with a row that holds a text anywhere."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        holding = []
        for table in tables:
            cursor.execute(f'SELECT 1 FROM "{table}" AS t WHERE position(%s in t::text) > 0 LIMIT 1', [text])
            if cursor.fetchone():
                holding.append(table)
    return holding
