"""Checking what a holder hands in for a step: the form's answers, the checklist and the evidence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from shouwang.kernel.cases import api as cases
from shouwang.kernel.procedures.queries.profile import FormField, StartSpec, StepSpec
from shouwang.util import clock
from shouwang.util.problems import Problem
from shouwang.util.text import Text

MAX_TEXT_LENGTH = 300
_TRUE = {"true", "on", "1", "yes"}
_FALSE = {"false", "0", "no"}


def checked_form(spec: StepSpec | StartSpec, form: dict[str, Any]) -> dict[str, Any]:
    """Return the answers as JSON values by field key; fields that the form does not know are dropped.

    Raises:
        Problem: a required answer is missing or an answer is not of its kind; `field` names it.
    """
    answers: dict[str, Any] = {}
    for field in spec.form:
        raw = form.get(field.key)
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            if field.is_required:
                raise _problem(field, Text(f"还没填“{field.text.zh}”", f"“{field.text.en}” is not filled in"))
            continue
        answers[field.key] = _READERS[field.kind](field, raw)
    return answers


def require_term_over(step: cases.Step, spec: StepSpec) -> None:
    """Refuse to complete a step that only waits, or one in which readings are due (`sw:cadence`) before its
    due instant.

    It ends with what it watches over; done by hand it would stop the watch, and messages would find nobody.

    Raises:
        Problem: the instant has not come.
    """
    if spec.is_wait:
        raise Problem(
            "step.ends_by_itself",
            Text(
                f"“{spec.name.zh}”等到了就自己结束，不用点办结",
                f"“{spec.name.en}” ends by itself when it comes",
            ),
            do=Text("到时没等到，按过时处理", "If it does not come in time, treat it as late"),
        )
    if spec.cadence is not None and clock.now() < step.due_at:
        until = clock.local(step.due_at)
        raise Problem(
            "step.ends_by_itself",
            Text(
                f"“{spec.name.zh}”到期自己结束，不用点办结",
                f"“{spec.name.en}” ends by itself when its term is over",
            ),
            do=Text(
                f"看护到 {until.month} 月 {until.day} 日 {until:%H:%M}；要提前结束，走转诊或解除",
                f"It goes on until {until.day} {until:%b %H:%M}; an earlier end is a referral or a release",
            ),
        )


def require_standard(
    step: cases.Step, spec: StepSpec, new_ticks: list[str], evidence: frozenset[str]
) -> None:
    """Add ticks to the step and refuse it while an item of its checklist or a required proof is missing.

    `evidence` are the keys of the proofs that the step has.

    Raises:
        Problem: names every missing item.
    """
    now = clock.now().isoformat()
    known_items = {item.key for item in spec.checklist}
    for key in new_ticks:
        if key in known_items:
            step.ticks.setdefault(key, now)
    missing = [item.text for item in spec.checklist if item.key not in step.ticks]
    if missing:
        raise Problem(
            "step.checklist_incomplete",
            Text(
                f"还差 {len(missing)} 项没勾：{'、'.join(text.zh for text in missing)}",
                f"{len(missing)} not ticked: {', '.join(text.en for text in missing)}",
            ),
            do=Text("做完再勾，全部勾上才能办结这一步", "Do them and tick them; the step needs all"),
            field="ticks",
        )
    _require_evidence(spec, evidence)


def _require_evidence(spec: StepSpec, present: frozenset[str]) -> None:
    missing = [item.text for item in spec.evidence if item.is_required and item.key not in present]
    if missing:
        raise Problem(
            "step.evidence_missing",
            Text(
                f"还缺凭据：{'、'.join(text.zh for text in missing)}",
                f"Proof is missing: {', '.join(text.en for text in missing)}",
            ),
            do=Text("先存凭据，再办结这一步", "Add it, then complete the step"),
            field="evidence",
        )


def _boolean(field: FormField, raw: Any) -> bool:  # noqa: ANN401 - an answer from a page or an API
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word in _TRUE | _FALSE:
        return word in _TRUE
    raise _problem(field, Text(f"“{field.text.zh}”要选是或否", f"“{field.text.en}” is yes or no"))


def _choice(field: FormField, raw: Any) -> str:  # noqa: ANN401 - as above
    if any(option.key == raw for option in field.options):
        return str(raw)
    raise _problem(field, Text(f"“{field.text.zh}”没有这个选项", f"“{field.text.en}” has no such option"))


def _text(field: FormField, raw: Any) -> str:  # noqa: ANN401 - as above
    text = str(raw).strip()
    if len(text) > MAX_TEXT_LENGTH:
        raise _problem(
            field,
            Text(
                f"“{field.text.zh}”有 {len(text)} 字，最多 {MAX_TEXT_LENGTH} 字",
                f"“{field.text.en}” has {len(text)} characters, at most {MAX_TEXT_LENGTH}",
            ),
        )
    return text


def _integer(field: FormField, raw: Any) -> int:  # noqa: ANN401 - as above
    try:
        return int(str(raw).strip())
    except ValueError:
        raise _problem(
            field, Text(f"“{field.text.zh}”要填整数", f"“{field.text.en}” is a whole number")
        ) from None


def _decimal(field: FormField, raw: Any) -> str:  # noqa: ANN401 - as above
    try:
        return str(Decimal(str(raw).strip()))
    except InvalidOperation:
        raise _problem(field, Text(f"“{field.text.zh}”要填数字", f"“{field.text.en}” is a number")) from None


def _date(field: FormField, raw: Any) -> str:  # noqa: ANN401 - as above
    try:
        return date.fromisoformat(str(raw).strip()).isoformat()
    except ValueError:
        raise _problem(
            field,
            Text(
                f"“{field.text.zh}”要填日期，例如 2020-03-20",
                f"“{field.text.en}” is a date such as 2020-03-20",
            ),
        ) from None


_READERS: dict[str, Callable[[FormField, Any], Any]] = {
    "boolean": _boolean,
    "choice": _choice,
    "text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
}


def _problem(field: FormField, what: Text) -> Problem:
    return Problem("step.answer", what, field=field.key)
