"""Papers: numbered, printed with their own fonts, kept, and revoked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shouwang.kernel.documents import api as documents
from shouwang.kernel.documents.models import vocabulary
from shouwang.kernel.journal import api as journal
from shouwang.util.problems import NotFoundOrNotYours
from shouwang.util.text import Text
from tests.kernel.documents.pdf_text import text_of
from tests.races import all_well, at_once

NOTICE = documents.DocumentKind(
    "test-notice",
    Text("解除隔离通知书", "Release certificate"),
    Path(__file__).parent / "papers" / "notice.typ",
    number_prefix="TN",
    claims=("name", "until"),
)
DATA = {
    "issuer": {"zh": "郑州市金水区疫情防控指挥部", "en": "Jinshui District Epidemic Command"},
    "name": "裴**",
    "until": "2020-03-20",
    "period": {"zh": "2020 年 3 月 6 日至 3 月 20 日", "en": "6 to 20 March 2020"},
    "place": {"zh": "南阳路街道阳光社区", "en": "Yangguang Community"},
}


@pytest.fixture(autouse=True)
def _registered(monkeypatch, clock):
    monkeypatch.setattr(vocabulary, "_kinds", dict(vocabulary._kinds))
    documents.register_kinds(NOTICE)


def issue(**more):
    chosen = {"data": DATA, "thread": "case:7", "actor": journal.SYSTEM, **more}
    return documents.issue("test-notice", **chosen)


@pytest.mark.django_db
def test_a_paper_is_numbered_journaled_and_printed_in_chinese():
    paper = issue()
    text = text_of(paper.content)
    assert paper.number == "TN-2020-000001"
    for words in (
        "解除隔离通知书",
        "郑州市金水区疫情防控指挥部",
        "2020 年 3 月 6 日至 3 月 20 日",
        "裴**",
        paper.number,
    ):
        assert words in text
    assert "\ufffd" not in text.replace("\ufffdTN", "TN")
    (entry,) = journal.entries(thread="case:7")
    assert journal.describe(entry).en == "Issued Release certificate no. TN-2020-000001"


@pytest.mark.django_db
def test_numbers_go_on_within_a_year_and_begin_again_with_the_next(clock):
    assert [issue().number, issue().number] == ["TN-2020-000001", "TN-2020-000002"]
    # New Year in Zhengzhou is eight hours before that of UTC
    clock.move_to(datetime(2020, 12, 31, 16, 30, tzinfo=UTC))
    assert issue().number == "TN-2021-000001"


@pytest.mark.django_db
def test_an_english_paper_leads_with_english():
    text = text_of(issue(language="en").content)
    assert text.index("Release certificate") < text.index("解除隔离通知书")
    assert "20 March 2020" in text


@pytest.mark.django_db
def test_what_was_typed_is_never_markup():
    typed = '#panic("x") *a* $x$ [b] \\ "q" <tag>'
    assert typed in text_of(issue(data={**DATA, "place": typed}).content)


def test_without_a_document_a_paper_says_specimen():
    assert "样张" in text_of(documents.render(NOTICE, DATA))


def test_printing_is_fast_enough_to_do_while_somebody_waits_and_safe_for_threads():

    def work(number):
        for turn in range(5):
            text = text_of(documents.render(NOTICE, {**DATA, "name": f"第{number}号{turn}"}))
            assert f"第{number}号{turn}" in text

    all_well(at_once(*[lambda number=number: work(number) for number in range(4)]))


@pytest.mark.django_db
def test_a_paper_without_what_its_code_claims_is_not_issued():
    with pytest.raises(KeyError):
        issue(data={key: value for key, value in DATA.items() if key != "name"})
    with pytest.raises(LookupError, match="no document kind"):
        documents.issue("unknown", data={}, thread="", actor=journal.SYSTEM)
    assert documents.documents_of("case:7").count() == 0


@pytest.mark.django_db
def test_an_identity_number_never_gets_into_a_code():
    with pytest.raises(ValueError, match="id_number"):
        issue(data={**DATA, "name": "11010519491231002X"})


@pytest.mark.django_db
def test_papers_are_found_by_number_and_by_thread(clock):
    first = issue()
    clock.advance(timedelta(minutes=1))
    second = issue()
    assert list(documents.documents_of("case:7")) == [second, first]
    assert documents.get(f" {first.number.lower()} ") == first
    with pytest.raises(NotFoundOrNotYours):
        documents.get("TN-2020-999999")


@pytest.mark.django_db
def test_revoking_is_journaled_once_with_its_reason_kept_apart():
    paper = issue()
    documents.revoke(paper, reason="日期写错", actor=journal.SYSTEM)
    revoked = documents.revoke(paper, reason="又一次", actor=journal.SYSTEM)
    entries = [entry for entry in journal.entries(thread="case:7") if entry.verb == "document.revoked"]
    assert revoked.revoked_at is not None
    assert len(entries) == 1
    assert "reason" not in entries[0].data
    assert entries[0].detail.data == {"reason": "日期写错"}


def test_two_kinds_never_share_a_key_or_a_prefix():
    other = Text("别的", "Other")
    with pytest.raises(ValueError, match="already registered"):
        documents.register_kinds(documents.DocumentKind("test-notice", other, NOTICE.template, "XX"))
    with pytest.raises(ValueError, match="TN is used by"):
        documents.register_kinds(documents.DocumentKind("test-other", other, NOTICE.template, "TN"))
    with pytest.raises(ValueError, match="capital letters"):
        documents.DocumentKind("test-third", other, NOTICE.template, "tn")


@pytest.mark.django_db(transaction=True)
def test_two_first_papers_of_the_year_at_once_get_two_numbers():
    numbers = all_well(at_once(*[lambda: issue().number] * 2))
    assert sorted(numbers)[0] != sorted(numbers)[1]
