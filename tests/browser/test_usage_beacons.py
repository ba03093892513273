"""Contact links and saving are told to the site by a script, without waiting and without saying who."""

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def service(open_page):
    """The page of a service with a phone number, and what its script has told the site."""
    page = open_page("/en/services/?q=separation")
    page.locator(".card-name a").first.click()
    page.locator("[data-used]").wait_for()
    page.told = []
    page.on("request", lambda request: page.told.append(request) if request.url.endswith("/en/count/") else None)
    # The number is dialled by another program, which is not there.
    page.evaluate(
        "addEventListener('click', (event) => event.target.closest('a[href^=tel]') && event.preventDefault())"
    )
    return page


def test_a_number_that_is_called_counts_once(service):
    call = service.locator("main a[href^='tel:']").first
    with service.expect_response("**/en/count/") as answer:
        call.click()
    call.click()
    assert answer.value.status == 204
    of = service.locator("[data-used]").get_attribute("data-used")
    (told,) = service.told
    assert told.post_data == f"use=contacted&of={of}"
    assert service.problems == []


def test_a_service_that_is_saved_counts(service):
    with service.expect_response("**/en/count/") as answer:
        service.locator("[data-save]").first.check()
    assert answer.value.status == 204
    assert service.told[0].post_data.startswith("use=saved&of=service-")


def test_links_within_the_site_count_nothing(service):
    service.locator("main .card-by a").first.click()
    service.wait_for_load_state()
    assert service.told == []
