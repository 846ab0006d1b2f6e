"""Objecting to what is held about oneself, and answering: journaled, with the community's director told."""

from __future__ import annotations

from django.db import transaction

from shouwang.kernel.cases import api as cases
from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices import api as notices
from shouwang.kernel.parties import api as parties
from shouwang.kernel.parties.api import Person
from shouwang.kernel.places.api import Place
from shouwang.portal.queries.objections import ANSWERED, OBJECTED, Objection, known_objection
from shouwang.util.problems import Problem
from shouwang.util.text import Text

SHORTEST, LONGEST = 4, 500
#: The duty that answers; where nobody holds it, whoever leads above.
ANSWERING = "community_director"


def object_to_record(person: Person, text: str, request_key: str) -> int:
    """Journal an objection of `person`, and tell the director of their community; return its key.

    The text is kept as a personal detail and goes when the person's data is shredded. The same `request_key`
    twice is one objection.

    Raises:
        Problem: the text is too short or too long, or nobody is found who could answer.
    """
    text = _checked(text)
    with transaction.atomic():
        parties.Person.objects.select_for_update().get(pk=person.pk)
        known = known_objection(person, request_key)
        if known is not None:
            return known
        place = _place_of(person)
        entry = journal.record(
            OBJECTED,
            journal.person(person.pk),
            journal.Ref("person", person.pk),
            thread=f"person:{person.pk}",
            place_path=place.path,
            data={"request_key": request_key},
            personal={"text": text},
        )
        answer = duties.answerable(ANSWERING, place)
        notices.send(
            [answer.person],
            kind=OBJECTED,
            title=Text("有人说存的信息不对，等你答复", "Somebody objects to what is held about them"),
            body=Text(
                f"{place.name_zh}，请在 1 个工作日内答复", f"{place.name_en}; answer within a working day"
            ),
            link=f"/objections/{entry.pk}/",
            urgency=notices.Urgency.URGENT,
            thread=f"objection:{entry.pk}",
        )
    return entry.pk


def answer_objection(objection: Objection, text: str, by: Person) -> None:
    """Journal the answer to an objection; the person reads it on their page. Answering twice is refused.

    Raises:
        Problem: it was answered already, or the text is too short or too long.
    """
    text = _checked(text)
    with transaction.atomic():
        parties.Person.objects.select_for_update().get(pk=objection.person.pk)
        ref = journal.Ref("person", objection.person.pk)
        if any(
            one.data["objection"] == objection.pk for one in journal.entries(subject=ref, verbs=[ANSWERED])
        ):
            raise Problem(
                "objection.answered",
                Text("已经有人答复了", "It has been answered already"),
                do=Text("看一眼答复，够了就不用再写", "Read the answer; nothing more may be needed"),
            )
        journal.record(
            ANSWERED,
            journal.person(by.pk),
            ref,
            thread=f"person:{objection.person.pk}",
            place_path=objection.place_path,
            data={"objection": objection.pk},
            personal={"text": text},
        )
        notices.close_thread(f"objection:{objection.pk}")


def _checked(text: str) -> str:
    text = text.strip()
    if SHORTEST <= len(text) <= LONGEST:
        return text
    raise Problem(
        "objection.length",
        Text(
            f"写清楚哪里不对、应该是什么，{SHORTEST} 到 {LONGEST} 个字，现在 {len(text)} 个字",
            f"Say what is wrong and what is right, in {SHORTEST} to {LONGEST} characters; now {len(text)}",
        ),
        field="text",
    )


def _place_of(person: Person) -> Place:
    """Return where the person lives, else the place of their latest case."""
    residence = parties.residence_of(person)
    if residence is not None:
        return residence.place
    latest = cases.Case.objects.filter(person=person).select_related("place").order_by("-opened_at").first()
    if latest is not None:
        return latest.place
    raise Problem(
        "objection.no_place",
        Text(
            "还没登记住处，不知道该请哪个社区答复", "No residence is registered, so no community can answer"
        ),
        do=Text("请打区指挥部电话", "Please call the district headquarters"),
    )
