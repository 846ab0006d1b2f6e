"""The four lists: what stands on them follows from the procedures in force, on page, paper and spreadsheet alike."""

from __future__ import annotations

from html import unescape
from urllib.parse import unquote

import pytest
from django.urls import reverse

from shouwang.domains.handbook.queries import tables
from shouwang.kernel.procedures import api as procedures
from shouwang.util import clock as clocks
from tests.desk.test_drafts import filled
from tests.domains.handbook.issue import MENDED, do, reported
from tests.kernel.documents.pdf_pages import page_sizes
from tests.kernel.documents.pdf_text import text_of
from tests.kernel.sheets.workbook import read as read_book

#: The first limit of home quarantine; 7 hours stand nowhere else in it.
LONGER = ("<sw:limit>PT2H</sw:limit>", "<sw:limit>PT7H</sw:limit>")


def cells(scope: tables.Scope, key: str) -> list[dict[str, tuple[str, ...]]]:
    """Return the rows of a list by the heads of its columns."""
    table = tables.table(scope, key)
    return [dict(zip(table.columns, row.cells, strict=True)) for row in table.rows]


def test_the_duty_list_says_who_answers_and_to_whom_it_climbs(district):
    rows = cells(tables.of_procedure("HOME_QUARANTINE"), "duties")
    profile = procedures.profile_of(procedures.in_force("HOME_QUARANTINE"))
    assert len(rows) == len(profile.steps)
    first = rows[0]
    assert first["谁负责"] == ("社区工作者",)
    assert first["做什么"] == tuple(item.text.zh for item in profile.steps["suitability"].checklist)
    assert first["没按时办完"] == (
        "一超时，升到社区主任",
        "超时满 2 小时，升到街道值班",
        "超时满 4 小时，升到区指挥部值班",
    )


def test_the_process_list_says_what_comes_next_and_who_does_it(district):
    rows = {row["步骤"][0]: row for row in cells(tables.of_procedure("RELEASE"), "process")}
    assert rows["核对体温记录"]["办完以后"] == ("医生签字（社区医生）",)
    assert rows["医生签字"]["办完以后"] == (
        "延长 → 结案：延长",
        "解除 · 期满 · 是 → 撤门牌、停代收垃圾（楼院专班成员）",
    )


def test_the_standard_list_holds_checklist_questions_and_proof(district):
    rows = {row["步骤"][0]: row for row in cells(tables.of_procedure("RELEASE"), "standards")}
    assert rows["医生签字"]["做到"] == ("看过全部体温", "问过本人情况")
    assert rows["医生签字"]["问清、填好"][:2] == ("结论（按期解除 / 延长）", "延长几天，有就填")


def test_the_limit_list_counts_every_climb_from_the_start(district):
    row = cells(tables.of_procedure("RELEASE"), "limits")[0]
    assert row["限时"] == ("4 小时",)
    assert row["升到社区主任"] == ("开始后 4 小时",)
    assert row["升到区指挥部值班"] == ("开始后 8 小时",)
    watch = {row["步骤"][0]: row for row in cells(tables.of_procedure("HOME_QUARANTINE"), "limits")}
    assert watch["每日两次体温"]["每天的时段"] == ("07:00–09:00", "17:00–19:00")
    assert watch["每日两次体温"]["升到街道值班"] == ("到期后 2 小时",)


def test_the_lists_of_a_duty_gather_its_steps_from_every_procedure(district):
    scope = tables.of_role("community_worker")
    wanted = [
        step for step in procedures.all_steps(procedures.list_in_force()) if step.spec.role == scope.key
    ]
    rows = cells(scope, "limits")
    assert len(rows) == len(wanted) > 3
    assert {row["流程"][0] for row in rows} == {step.version.name_zh for step in wanted}
    assert "谁负责" not in rows[0]


def test_a_changed_limit_changes_the_lists_from_its_day(read, change):
    before = read("guard").get("/procedures/HOME_QUARANTINE/lists/?list=limits").content.decode()
    assert "7 小时" not in before
    change("HOME_QUARANTINE", LONGER)
    after = read("guard").get("/procedures/HOME_QUARANTINE/lists/?list=limits").content.decode()
    assert "7 小时" in after
    assert "开始后 11 小时" in after
    assert "第 2 版" in after
    assert "7 小时" in read("guard").get("/duties/roles/community_worker/lists/?list=limits").content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_page_paper_and_spreadsheet_say_the_same(read, language):
    reader = read("community-doctor", language)
    base = "/duties/roles/community_doctor/lists"
    book = read_book(reader.get(f"{base}.xlsx").content)
    names = {"zh-hans": ["职责清单", "流程清单", "标准清单", "时限清单", "问题清单"]}
    names["en"] = ["Duties", "Process", "Standards", "Time limits", "Issues"]
    assert list(book) == names[language]
    paper = "".join(text_of(reader.get(f"{base}.pdf").content).split())
    for key, name in zip(tables.LISTS, names[language], strict=False):
        page = unescape(reader.get(f"{base}/?list={key}").content.decode())
        head, *rows = book[name].rows[1:]
        assert rows
        for cell in (*head, *(cell for row in rows for cell in row)):
            for line in cell.splitlines():
                assert "".join(line.split()) in paper, line
                assert line in page, line
        assert book[name].frozen == 2


def test_papers_are_a4_across_and_bear_readable_names(read):
    reader = read("community-worker")
    answer = reader.get("/procedures/RELEASE/lists.pdf?list=limits")
    assert set(page_sizes(answer.content)) == {(297, 210)}
    assert "解除隔离-时限清单-20200318.pdf" in unquote(answer["Content-Disposition"])
    sheet = reader.get("/procedures/RELEASE/lists.xlsx?language=en")
    assert "Release from quarantine-Lists of work-20200318.xlsx" in unquote(sheet["Content-Disposition"])


def test_nobody_reads_lists_without_signing_in_and_unknown_ones_are_not_there(read, client, district):
    assert client.get("/procedures/RELEASE/lists/").status_code == 302
    reader = read("auditor")
    for path in ("/procedures/NONE/lists/", "/duties/roles/nobody/lists/", "/duties/roles/nobody/lists.pdf"):
        assert reader.get(path).status_code == 404, path
    assert "没有单独的步骤" in reader.get("/duties/roles/auditor/lists/").content.decode()
    assert len(page_sizes(reader.get("/duties/roles/auditor/lists.pdf").content)) == 5


def test_issues_stand_open_ones_first_within_reach_and_are_counted_where_they_belong(read, district, clock):
    worker = district.person("community-worker")
    asked = {"procedure": "HOME_QUARANTINE", "at": "suitability"}
    closed = do(do(reported(worker, asked, what="已经办好的"), MENDED), {"is_solved": True})
    reported(worker, asked, what="还没办好的")
    page = read("community-director").get("/procedures/HOME_QUARANTINE/lists/?list=issues&show=all")
    html = page.content.decode()
    assert html.index("还没办好的") < html.index("已经办好的")
    book = read_book(
        read("community-director").get("/procedures/HOME_QUARANTINE/lists.xlsx?list=issues").content
    )
    rows = book["问题清单"].rows[2:]
    assert rows[1][0] == closed.case.number
    assert rows[1][7].startswith("加了一支体温枪")
    role = (
        read("community-director").get("/duties/roles/community_worker/lists/?list=issues").content.decode()
    )
    assert "还没办好的" in role
    assert "已经办好的" not in role, "open ones are shown first of all"
    outside = read("other-worker").get("/procedures/HOME_QUARANTINE/lists/?list=issues&show=all")
    assert "还没办好的" not in outside.content.decode()
    procedure = read("community-director").get("/procedures/HOME_QUARANTINE/").content.decode()
    assert "没销号的问题 <b>1</b>" in " ".join(procedure.split())


def test_a_limit_changed_in_the_browser_by_four_eyes_is_on_lists_and_guide(read, district):
    """The acceptance of issue 3: what an owner changes on a page is what everybody reads from that day."""
    owner, second, worker = read("district-duty"), read("commander"), read("community-worker")
    draft = owner.post("/procedures/HOME_QUARANTINE/change/", follow=True).context["page"].draft
    element = reverse("desk:draft-element", args=[draft.pk, "suitability"])
    owner.post(element, filled(owner, element, limit_number="7"))
    owner.post(
        reverse("desk:draft-note", args=[draft.pk]), {"revision": 2, "note": "核住处两小时太赶，改七小时。"}
    )
    day = clocks.today().isoformat()
    owner.post(reverse("desk:draft-submit", args=[draft.pk]), {"revision": 3, "effective_from": day})
    second.post(reverse("desk:draft-review", args=[draft.pk]), {"act": "approve", "revision": 3})
    assert "7 小时" not in worker.get("/guide/community_worker/").content.decode()
    owner.post(reverse("desk:draft-publish", args=[draft.pk]))
    for page in (
        "/guide/community_worker/",
        "/procedures/HOME_QUARANTINE/lists/?list=limits",
        "/duties/roles/community_worker/lists/?list=limits",
    ):
        assert "7 小时" in worker.get(page).content.decode(), page
    book = read_book(worker.get("/procedures/HOME_QUARANTINE/lists.xlsx?list=limits").content)
    assert "7 小时" in str(book["时限清单"].rows)
