"""What officers, the secretariat, the organiser and the administrator do in a browser at their desk."""

from datetime import date

from playwright.sync_api import Page, expect

CRITERIA = ("management", "measures", "results", "audit", "innovation", "compliance")
TODAY = date.today().isoformat()


def open_case(page: Page, words: str) -> None:
    """Find a case in the queue by what is typed into its search, and open it."""
    page.goto("/admin/scheme/partnerapplication/")
    page.locator("#searchbar").fill(words)
    page.locator("#searchbar").press("Enter")
    page.locator("#result_list tbody tr a").first.click()
    expect(page.locator("#work")).to_be_visible()


def press(page: Page, work: str) -> None:
    """Press the button of a work on the case page, and see that it was done."""
    page.locator(f"button[name=work][value={work}]").click()
    page.wait_for_url(f"**/*done={work}*")


def write(page: Page, work: str, **typed: str) -> None:
    for name, value in typed.items():
        page.locator(f"[name='{work}-{name}']").fill(value)


def unfold(page: Page, work: str) -> None:
    page.locator(f"#work-{work} > summary").click()


def start_screening(page: Page, reference: str) -> None:
    open_case(page, reference)
    press(page, "start_screening")


def ask(page: Page, question: str) -> None:
    unfold(page, "ask")
    write(page, "ask", question=question)
    press(page, "ask")


def check_and_send_on(page: Page, reference: str) -> None:
    open_case(page, reference)
    for choice in page.locator("#work-record_checks input[type=radio][value=met]").all():
        choice.check()
    press(page, "record_checks")
    press(page, "send_on")


def report(page: Page, reference: str) -> None:
    open_case(page, reference)
    write(
        page, "report_assessment", visited_on=TODAY, assessors="Two assessors of the secretariat",
        facts="Heat recovery runs on all six dryers; meters were read.", conclusion="As the application says.",
    )  # fmt: skip
    press(page, "report_assessment")


def review(page: Page, reference: str, *, mark: int, recommendation: str, comment: str) -> None:
    open_case(page, reference)
    press(page, "start_review")
    for code in CRITERIA:
        page.locator(f"[name='save_review-mark_{code}']").fill(str(mark))
    write(page, "save_review", comment=comment)
    page.locator(f"[name='save_review-recommendation'][value={recommendation}]").check()
    press(page, "save_review")
    press(page, "complete_review")


def propose_note(page: Page, reference: str, *, note: str, outcome: str) -> None:
    open_case(page, reference)
    write(page, "propose_note", note=note)
    page.locator(f"[name='propose_note-outcome'][value={outcome}]").check()
    press(page, "propose_note")


def sign(page: Page, reference: str) -> None:
    open_case(page, reference)
    press(page, "sign_note")


def recommend(page: Page, reference: str) -> None:
    open_case(page, reference)
    write(page, "recommend", reason="Both governments have signed the joint note.")
    press(page, "recommend")


# The list ------------------------------------------------------------------------------------------------------------
def propose_list(page: Page, year: int) -> str:
    """Propose the list of the round; returns its address."""
    page.goto("/admin/scheme/partnerlist/add/")
    rounds = page.locator("[name=round]")
    rounds.select_option(label=rounds.locator("option").filter(has_text=str(year)).first.inner_text())
    page.get_by_role("button", name="Propose the list").click()
    page.wait_for_url("**/partnerlist/*/change/")
    return page.url


def check_everyone(page: Page, address: str) -> None:
    """Record that nothing stands against anybody in the place this person looks up."""
    page.goto(address)
    page.locator("[name=everyone]").check()
    page.locator("[name=outcome]").select_option("clear")
    page.locator("[name=evidence]").fill("The public register was looked up; no record was found.")
    page.locator("[name=evidence_on]").fill(TODAY)
    page.get_by_role("button", name="Record the finding").click()
    expect(page.locator(".desk-figure.desk-tone-good").first).to_be_visible()


def step(page: Page, address: str, code: str) -> None:
    """Make a step of the list, and see that it was made."""
    page.goto(address)
    page.locator(f"#step-{code} button[type=submit]").click()
    expect(page.locator(f"#step-{code} .desk-step-done")).to_be_visible()


def endorse(page: Page, address: str) -> None:
    """Endorse the list at the latest meeting that was recorded."""
    page.goto(address)
    page.locator("#step-endorse [name=meeting]").select_option(index=1)
    page.locator("#step-endorse button[type=submit]").click()
    expect(page.locator("#step-endorse .desk-step-done")).to_be_visible()


def record_meeting(page: Page, number: int) -> None:
    page.goto("/admin/scheme/meeting/add/")
    page.locator("[name=number]").fill(str(number))
    page.locator("[name=held_on]").fill(TODAY)
    page.locator("[name=place]").fill("Guangzhou")
    page.locator("[name=chairs]").fill("The Secretary; the Director")
    page.locator("[name=minutes]").fill("The list was read, and endorsed.")
    page.get_by_role("button", name="Record the meeting").click()
    page.wait_for_url("**/meeting/")


def dismiss_objection(page: Page) -> None:
    page.goto("/admin/scheme/objection/")
    page.locator("#result_list tbody tr a").first.click()
    page.locator("[name=minute]").fill("Looked into at the site: the smell came from another works.")
    page.get_by_role("button", name="Dismiss the objection").click()
    expect(page.locator("[name=minute]")).to_have_count(0)


# Administrator -------------------------------------------------------------------------------------------------------
def set_notice_days(page: Page, year: int, days: int) -> None:
    """Set for how many working days the notice of the round of a year runs."""
    page.goto(f"/admin/scheme/round/?q={year}")
    page.locator("#result_list tbody tr a").first.click()
    page.locator("[name=notice_working_days]").fill(str(days))
    page.locator("[name=_save]").click()
    page.wait_for_url("**/round/?q=*")


def act_on_round(page: Page, year: int, action: str, reason: str) -> None:
    """Take an action that asks for its reason on the round of a year."""
    page.goto(f"/admin/scheme/round/?q={year}")
    page.locator("#result_list input[name=_selected_action]").first.check()
    page.locator("select[name=action]").select_option(action)
    page.locator("#changelist-form button[name=index], #changelist-form [type=submit]").first.click()
    page.locator("[name=reason]").fill(reason)
    page.locator("form.desk-form .desk-button").first.click()
    page.wait_for_url("**/round/**")
