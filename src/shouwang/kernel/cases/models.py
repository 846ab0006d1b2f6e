"""Tables of cases, steps, handovers, escalations, custody and containment. Written by `services` only."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from shouwang.database.constraints import never_overlaps
from shouwang.util.privacy import EMERGENCY, Personal
from shouwang.util.text import Text

_OPEN_CASE_HAS_OPEN_STEP = """
    IF EXISTS (SELECT 1 FROM cases_case c WHERE c.id = {case_id} AND c.state = 'OPEN')
       AND NOT EXISTS (SELECT 1 FROM cases_step s WHERE s.case_id = {case_id} AND s.state = 'OPEN') THEN
        RAISE EXCEPTION 'I1: open case % would have no open step', {case_id} USING ERRCODE =
        'check_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM cases_case c WHERE c.id = {case_id} AND c.state = 'CLOSED')
       AND EXISTS (SELECT 1 FROM cases_step s WHERE s.case_id = {case_id} AND s.state = 'OPEN') THEN
        RAISE EXCEPTION 'I1: closed case % would keep an open step', {case_id} USING ERRCODE =
        'check_violation';
    END IF;
    RETURN NULL;
"""

_CONTAINED_WHILE_IN_FORCE = """
    IF EXISTS (SELECT 1 FROM cases_case c
               WHERE c.id = {case_id} AND c.state = 'OPEN' AND c.is_order_in_force)
       AND NOT EXISTS (SELECT 1 FROM cases_containment k WHERE k.case_id = {case_id} AND k.until_at IS
       NULL) THEN
        RAISE EXCEPTION 'I3: an order is in force in case % but its person is not contained', {case_id}
              USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""


def _deferred(name: str, operation: pgtrigger.Operation, body: str, case_id: str) -> pgtrigger.Trigger:
    """Build a constraint trigger that is checked at commit, when the whole act has been written."""
    return pgtrigger.Trigger(
        name=name,
        operation=operation,
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        func=body.format(case_id=case_id),
    )


class CaseState(models.TextChoices):
    """Whether the concern still needs somebody."""

    OPEN = "OPEN", "进行中"
    CLOSED = "CLOSED", "已结"


class Case(models.Model):
    """One concern, from opening to an outcome. `number` is what people read out on the telephone."""

    NOT_PERSONAL: ClassVar = {
        "number": "counts cases; tied to nobody once the person is shredded",
        "title_zh": "what the case is about, without names",
        "title_en": "as title_zh",
        "allowed_outcomes": "keys of a procedure's ends",
        "facts": "keys, codes and instants; procedures carry no data of people in their facts",
    }

    number = models.CharField(max_length=32, unique=True)
    procedure_key = models.CharField(max_length=40)
    campaign = models.CharField(max_length=32)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=160)
    state = models.CharField(max_length=8, choices=CaseState.choices, default=CaseState.OPEN)
    outcome = models.CharField(max_length=40, blank=True)
    allowed_outcomes = ArrayField(models.CharField(max_length=40))
    person = models.ForeignKey("parties.Person", null=True, on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=40)
    subject_key = models.CharField(max_length=64)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    place_path = models.CharField(max_length=250)
    source_case = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    is_order_in_force = models.BooleanField(default=False)
    facts = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["place_path", "state"], name="case_place_state", opclasses=["text_pattern_ops", ""]
            ),
            models.Index(fields=["procedure_key", "state", "opened_at"], name="case_procedure_state"),
            models.Index(fields=["subject_kind", "subject_key"], name="case_subject"),
            models.Index(fields=["person"], name="case_person"),
            models.Index(fields=["source_case"], name="case_source"),
        ]
        constraints = [
            models.CheckConstraint(
                name="case_closes_by_an_end",  # I5
                condition=Q(state=CaseState.OPEN, outcome="", closed_at__isnull=True)
                | (
                    Q(state=CaseState.CLOSED, closed_at__isnull=False)
                    & Q(allowed_outcomes__contains=[models.F("outcome")])
                ),
            ),
        ]
        triggers = [
            _deferred(
                "case_has_step", pgtrigger.Insert | pgtrigger.Update, _OPEN_CASE_HAS_OPEN_STEP, "NEW.id"
            ),
            _deferred(
                "case_contained", pgtrigger.Insert | pgtrigger.Update, _CONTAINED_WHILE_IN_FORCE, "NEW.id"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> Text:
        """What the case is about, without names, in both languages."""
        return Text(self.title_zh, self.title_en)

    @property
    def thread(self) -> str:
        """The key under which the journal keeps this case's story."""
        return f"case:{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act."""
        return self.state == CaseState.OPEN


class StepState(models.TextChoices):
    """Whether a step waits for its holder, was done, or fell away with its branch."""

    OPEN = "OPEN", "待办"
    DONE = "DONE", "已办"
    CANCELLED = "CANCELLED", "不再需要"


class Step(models.Model):
    """One thing to do by one holder before one instant.

    `clock` counts the clocks the step has had (a new one starts when a handover is accepted);
    `escalation_level` is how far the present clock has climbed: 0 not late, 1 community, 2 sub-district, 3
    district. Two instants are kept to learn from: `accepted_at`, when the offer that the step was opened with was
    accepted (null: it was opened in its holder's hands), and `touched_at`, the first tick or proof.
    """

    PERSONAL: ClassVar = {
        "form": Personal(
            Text("让接手的人知道上一步怎么办的", "so that whoever follows knows how the step was done"),
            EMERGENCY,
            keep_days=30,
            shred="blank",
            label=Text("这一步填的内容", "what was filled in for the step"),
        ),
    }
    PERSONAL_OF = "case__person"
    NOT_PERSONAL: ClassVar = {"ticks": "keys of checklist items and when they were ticked"}

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    key = models.CharField(max_length=64)
    task_id = models.UUIDField()
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    role = models.CharField(max_length=40)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    place_path = models.CharField(max_length=250)
    holder = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey("duties.Post", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=StepState.choices, default=StepState.OPEN)
    opened_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(null=True)
    limit_seconds = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    clock = models.PositiveSmallIntegerField(default=1)
    escalation_level = models.PositiveSmallIntegerField(default=0)
    next_escalation_at = models.DateTimeField(null=True)
    ticks = models.JSONField(default=dict)
    form = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("parties.Person", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["case", "state"], name="step_case"),
            models.Index(fields=["holder", "due_at"], name="step_holder_due", condition=Q(state="OPEN")),
            models.Index(
                fields=["next_escalation_at"], name="step_next_escalation", condition=Q(state="OPEN")
            ),
            models.Index(
                fields=["place_path", "due_at"],
                name="step_place_due",
                opclasses=["text_pattern_ops", ""],
                condition=Q(state="OPEN"),
            ),
            models.Index(fields=["done_at"], name="step_done", condition=Q(state="DONE")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "task_id"], name="step_once_per_task"),
            models.CheckConstraint(
                name="step_done_or_not",
                condition=Q(state="OPEN", done_at__isnull=True)
                | (~Q(state="OPEN") & Q(done_at__isnull=False)),
            ),
        ]
        triggers = [
            _deferred(
                "step_case_open", pgtrigger.Insert | pgtrigger.Update, _OPEN_CASE_HAS_OPEN_STEP, "NEW.case_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.key}"

    @property
    def name(self) -> Text:
        """What is to be done, in both languages."""
        return Text(self.name_zh, self.name_en)

    @property
    def is_open(self) -> bool:
        """Whether the step still waits for its holder."""
        return self.state == StepState.OPEN


class HandoverState(models.TextChoices):
    """A handover counts only when the receiver accepts."""

    OFFERED = "OFFERED", "待接收"
    ACCEPTED = "ACCEPTED", "已接收"
    DECLINED = "DECLINED", "不接"
    RECALLED = "RECALLED", "收回"


class Handover(models.Model):
    """An open step offered by its holder to another. Offers of one gesture (a car, a shift) share `batch`.

    `due_after_acceptance` is the step's own due instant when it was already running; without it the step's
    limit begins when the receiver accepts.
    """

    PERSONAL: ClassVar = {
        "reason": Personal(
            Text("让移交的人知道为什么不接", "so that the giver knows why it was declined"),
            EMERGENCY,
            keep_days=30,
            shred="blank",
            label=Text("不接的原因", "reason for declining"),
        ),
        "note": Personal(
            Text("让接班的人知道这件事要留意什么", "so that whoever takes over knows what to mind"),
            EMERGENCY,
            keep_days=30,
            shred="blank",
            label=Text("交班时写的话", "note at a shift handover"),
        ),
    }
    PERSONAL_OF = "step__case__person"

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="handovers")
    batch = models.UUIDField()
    giver = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    giver_post = models.ForeignKey("duties.Post", on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    receiver_post = models.ForeignKey("duties.Post", on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=HandoverState.choices, default=HandoverState.OFFERED)
    due_after_acceptance = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("parties.Person", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=300, blank=True, db_default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["receiver", "due_at"], name="handover_receiver", condition=Q(state="OFFERED")
            ),
            models.Index(fields=["batch"], name="handover_batch"),
            models.Index(fields=["settled_at"], name="handover_declined", condition=Q(state="DECLINED")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["step"], name="handover_one_offer_at_a_time", condition=Q(state="OFFERED")
            ),
            models.CheckConstraint(
                name="handover_settled_or_not",
                condition=Q(state="OFFERED", settled_at__isnull=True)
                | (~Q(state="OFFERED") & Q(settled_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="handover_declined_with_reason", condition=~Q(state="DECLINED") | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_id}: {self.giver_id} → {self.receiver_id} {self.state}"

    @property
    def took(self) -> timedelta | None:
        """How long it was open; None while it is."""
        return self.settled_at - self.offered_at if self.settled_at else None


class Shift(models.Model):
    """Everything that one holder of a post has open there, offered to the next one in one gesture.

    Its key is the `batch` of its handovers. What the giver has already offered to third parties is not
    offered again: it goes along when the shift is accepted. Whoever holds the post may accept.
    """

    id = models.UUIDField(primary_key=True)
    post = models.ForeignKey("duties.Post", on_delete=models.PROTECT, related_name="+")
    giver = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=HandoverState.choices, default=HandoverState.OFFERED)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("parties.Person", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["giver", "post"], name="shift_one_offer_at_a_time", condition=Q(state="OFFERED")
            ),
            models.CheckConstraint(
                name="shift_settled_or_not",
                condition=Q(state="OFFERED", settled_at__isnull=True)
                | (~Q(state="OFFERED") & Q(settled_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["receiver"], name="shift_receiver", condition=Q(state="OFFERED")),
        ]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.giver_id} → {self.receiver_id} {self.state}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits for the next holder."""
        return self.state == HandoverState.OFFERED

    @property
    def thread(self) -> str:
        """The key under which its papers are kept."""
        return f"shift:{self.pk}"


class Escalation(models.Model):
    """One climb of one clock to one level; the unique key is what makes it happen exactly once (I4)."""

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="escalations")
    clock = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField()
    to_person = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    to_post = models.ForeignKey("duties.Post", on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "clock", "level"], name="escalation_once_per_level"),
        ]
        indexes = [
            models.Index(fields=["to_person", "at"], name="escalation_to_person"),
            models.Index(fields=["at"], name="escalation_at"),
        ]

    def __str__(self) -> str:
        return f"{self.step_id}/{self.clock} → {self.level}"


class Evidence(models.Model):
    """Proof that a step was done to its standard: a note, a number of a document, or a small picture."""

    PERSONAL: ClassVar = {
        "note": Personal(
            Text("证明这一步按规范办了", "to prove that the step was done to its standard"),
            EMERGENCY,
            keep_days=30,
            shred="blank",
            label=Text("凭据的说明", "note of a proof"),
        ),
    }
    PERSONAL_OF = "step__case__person"
    NOT_PERSONAL: ClassVar = {"document_number": "the number of a document"}

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="evidence")
    key = models.CharField(max_length=64)
    note = models.CharField(max_length=300, blank=True)
    document_number = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["step", "key"], name="evidence_step")]

    def __str__(self) -> str:
        return f"{self.step_id}/{self.key}"


class Custody(models.Model):
    """Which place answers for a case from when until when; a case's rows follow without gap or overlap."""

    class CameBy(models.TextChoices):
        """How a place came to answer for the case."""

        OPENED = "OPENED", "新开"
        RECEIVED = "RECEIVED", "接进"

    class LeftBy(models.TextChoices):
        """How it stopped answering."""

        CLOSED = "CLOSED", "办结"
        HANDED_ON = "HANDED_ON", "交出"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="custody")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    place_path = models.CharField(max_length=250)
    came_from_path = models.CharField(max_length=250, blank=True)
    went_to_path = models.CharField(max_length=250, blank=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    came_by = models.CharField(max_length=10, choices=CameBy.choices)
    left_by = models.CharField(max_length=10, choices=LeftBy.choices, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["from_at"], name="custody_from"),
            models.Index(fields=["until_at"], name="custody_until"),
            models.Index(fields=["place_path"], name="custody_place", opclasses=["text_pattern_ops"]),
        ]
        constraints = [
            never_overlaps("custody_one_place_at_a_time", "case"),
            models.CheckConstraint(
                name="custody_left_or_not",
                condition=Q(until_at__isnull=True, left_by="") | (Q(until_at__isnull=False) & ~Q(left_by="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}@{self.place_id}"


class ContainmentKind(models.TextChoices):
    """Where a person under an order is kept."""

    HOME = "HOME", "居家观察"
    FACILITY = "FACILITY", "集中留观"
    HOSPITAL = "HOSPITAL", "定点医院"
    IN_TRANSIT = "IN_TRANSIT", "转运途中"


class Containment(models.Model):
    """The containment state of one person over time; never two at once, whoever writes (I3)."""

    person = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=ContainmentKind.choices)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="containments")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    place_path = models.CharField(max_length=250)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["case"], name="containment_case"),
            models.Index(
                fields=["place_path"],
                name="containment_place_now",
                opclasses=["text_pattern_ops"],
                condition=Q(until_at__isnull=True),
            ),
        ]
        constraints = [
            never_overlaps("containment_one_at_a_time", "person"),
        ]
        triggers = [
            _deferred(
                "containment_left",
                pgtrigger.Update | pgtrigger.Delete,
                _CONTAINED_WHILE_IN_FORCE,
                "OLD.case_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"
