"""Hostile files through the page that checks a procedure: words in the reader's language, nothing stored."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shouwang.kernel.procedures.models import ProcedureVersion
from tests.kernel.procedures.samples import errand
from tests.kernel.procedures.test_hostile import MARK, hostile

WORKER = ("community_worker", "C1")
ADDRESS = "/procedures/check/"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", [name for name in hostile("") if name != "nothing"])
def test_a_hostile_upload_is_answered_in_words(town, page, tmp_path, name, language):
    before = set(ProcedureVersion.objects.values_list("pk", flat=True))
    text = hostile(str(tmp_path / MARK))[name]
    upload = SimpleUploadedFile("method.bpmn", text.encode())
    answer = page(*WORKER, language=language).post(ADDRESS, {"file": upload})
    assert answer.status_code in {200, 422}
    said = answer.content.decode()
    assert "四定齐全" not in said
    assert 'id="findings"' in said or 'role="alert"' in said
    assert "<script>alert" not in said
    assert set(ProcedureVersion.objects.values_list("pk", flat=True)) == before
    assert not (tmp_path / MARK).exists()


def test_ten_megabytes_pasted_are_refused(town, page):
    answer = page(*WORKER).post(ADDRESS, {"text": "y" * 10_000_000})
    assert 400 <= answer.status_code < 500


def test_script_tags_in_names_are_shown_as_text(town, page):
    named = (
        errand()
        .replace('name="跑腿"', 'name="&lt;script&gt;alert(1)&lt;/script&gt;"')
        .replace("<sw:limit>PT2H</sw:limit>", "")
    )
    said = page(*WORKER).post(ADDRESS, {"text": named}).content.decode()
    assert "&lt;script&gt;alert(1)" in said
    assert "<script>alert" not in said
