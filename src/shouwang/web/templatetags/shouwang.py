"""Template tags and filters: icons, state shapes, clocks, numbers, and values in the reader's language.

Only words and markup are made here; nothing is read from the database and nothing is decided.
"""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta

from django import forms, template
from django.forms import BoundField
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from shouwang.util import clock as clocks
from shouwang.util.text import CHINESE, Text, mask_name
from shouwang.web import manifest, wording

register = template.Library()

#: The state shapes, and the word that follows each when the template gives none.
STATES = {
    "wait": gettext_lazy("等待"),
    "doing": gettext_lazy("进行中"),
    "done": gettext_lazy("已完成"),
    "due": gettext_lazy("快到期"),
    "late": gettext_lazy("超时"),
    "up": gettext_lazy("已升级"),
    "offer": gettext_lazy("等接收"),
    "none": gettext_lazy("没人"),
    "hold": gettext_lazy("留观"),
    "stop": gettext_lazy("不予通行"),
    "again": gettext_lazy("可能重复"),
    "notify": gettext_lazy("通行并告知"),
}
LADDER = (
    gettext_lazy("还没升级"),
    gettext_lazy("已升到社区"),
    gettext_lazy("已升到街道"),
    gettext_lazy("已升到区"),
)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw the Tabler outline icon `name`; read aloud only when it stands alone with a `label`."""
    href = f"{static('vendor/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="i" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href
        )
    return format_html('<svg class="i" aria-hidden="true"><use href="{}"></use></svg>', href)


@register.simple_tag
def shape(name: str) -> SafeString:
    """Draw one of STATES, or `mark`, without a word; raises KeyError for an unknown one."""
    if name != "mark":
        STATES[name]
    size = "sw-mark" if name == "mark" else "s"
    href = f"{static('web/shapes.svg')}#{name}"
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"></use></svg>', size, href)


@register.simple_tag
def state(name: str, word: object = "", *, quiet: bool = False, alarm: bool = False) -> SafeString:
    """Draw a state: its shape, then `word` (a string or Text; the usual word when empty).

    `quiet` for what needs nobody, `alarm` only where this reader must act now.
    """
    classes = "state" + (" quiet" if quiet else "") + (" is-alarm" if alarm else "")
    return format_html('<span class="{}">{} {}</span>', classes, shape(name), word or STATES[name])


@register.simple_tag
def clock(
    due_at: datetime | None,
    start_at: datetime | None = None,
    *,
    prefix: str = "",
    offer: bool = False,
    mine: bool = True,
    about: object = "",
) -> SafeString:
    """Draw what is left until `due_at`; the page counts it on.

    `start_at` lets the last quarter show as nearly due. `prefix` stands before (等你接收), `offer` gives the
    shape of a handover, `mine=False` keeps a late clock in ink because another level must act, `about` is
    said aloud when the clock runs out (a text, or anything `in_language` knows). Empty without a due instant.
    """
    if due_at is None:
        return mark_safe("")
    face = wording.clock_face(due_at, start_at)
    classes = "clock" + (" late" if face.is_late and mine else "")
    lead = f"{prefix} · " if prefix and face.left else prefix
    return format_html(
        '<span class="{}" data-clock data-due="{}" data-soon="{}" data-was="{}" data-about="{}"{}{}>'
        '<span class="left">{} <span>{}<span data-left>{}</span></span></span> '
        '<time datetime="{}" data-by>{}</time></span>',
        classes,
        int(due_at.timestamp() * 1000),
        int(wording.soon_seconds(due_at, start_at)),
        face.was,
        in_language(about),
        mark_safe(" data-mine") if mine else "",
        mark_safe(" data-offer") if offer else "",
        shape("offer" if offer and not face.is_late else face.shape),
        lead,
        face.left,
        due_at.isoformat(),
        face.by,
    )


@register.simple_tag
def countdown(at: datetime) -> SafeString:
    """Draw the minutes and seconds until `at`, 8:42; the page counts them down to 0:00."""
    seconds = max(0, math.ceil((at - clocks.now()).total_seconds()))
    text = f"{seconds // 60}:{seconds % 60:02}"
    return format_html('<span data-countdown="{}">{}</span>', int(at.timestamp() * 1000), text)


@register.simple_tag
def ladder(level: int) -> SafeString:
    """Draw the three rising bars filled to `level`: 0 nobody yet, 1 community, 2 sub-district, 3 district."""
    step = max(0, min(3, int(level or 0)))
    bars = format_html_join("", '<i class="{}"></i>', (("on" if bar < step else "",) for bar in range(3)))
    return format_html('<span class="ladder" role="img" aria-label="{}">{}</span>', LADDER[step], bars)


@register.simple_tag
def number(value: object, url: str = "", label: str = "") -> SafeString:
    """Draw a figure with thousands separated, opening `url` (its records); `label` is read before it."""
    text = f"{value:,}" if isinstance(value, int) else str(value)
    if not url:
        return format_html("<b>{}</b>", text)
    aloud = format_html(' aria-label="{} {}"', label, text) if label else ""
    return format_html('<a class="n" href="{}"{}>{}</a>', url, aloud, text)


@register.simple_tag
def call(phone: str, to: object = "", *, style: str = "button") -> SafeString:
    """Draw a telephone link to `phone` of `to`: a name, or a post or place with its name in both languages.

    `button` is the icon alone (labelled), `line` icon and number, `wide` icon and 打电话. Without a number,
    nothing.
    """
    if not phone:
        return mark_safe("")
    digits = phone.replace(" ", "")
    label = _("打给%(name)s") % {"name": in_language(to)} if to else _("打电话")
    looks = {
        "button": ("btn btn-call", ""),
        "line": ("sw-tel", wording.phone_text(phone)),
        "wide": ("btn btn-primary btn-touch", _("打电话")),
    }
    classes, words = looks[style]
    aloud = f"{label} {wording.phone_text(phone)}"
    return format_html(
        '<a class="{}" href="tel:{}" aria-label="{}">{} {}</a>', classes, digits, aloud, icon("phone"), words
    )


@register.inclusion_tag("web/signposts.html", takes_context=True)
def signposts(context: Context, on: str, subject: object) -> dict[str, object]:
    """Draw the links of domains about `subject`, which is what a signpost `on` that is given (manifest.On)."""
    person = context["shell"].person
    found = [
        (one, one.url(subject), one.count(subject, person) if one.count and person else None)
        for one in manifest.signposts(manifest.On(on))
    ]
    return {"signposts": found if person and subject else []}


@register.filter
def masked(who: object) -> str:
    """Return the masked name of a person (anything with `.name`, or the name itself): 裴**."""
    name = who if isinstance(who, str) else getattr(who, "name", "")
    return mask_name(name or "")


@register.filter
def in_language(value: object, field: str = "name") -> str:
    """Return a bilingual value in the reader's language: a Text, or anything with `<field>_zh`."""
    if value is None or value == "":
        return ""
    if isinstance(value, Text):
        return value.localised(get_language() or CHINESE)
    chinese = getattr(value, f"{field}_zh", None)
    if chinese is None:
        return str(value)
    english = getattr(value, f"{field}_en", "")
    return str(english or chinese) if wording.is_english() else str(chinese)


@register.filter
def when(at: datetime | date | None, part: str = "") -> str:
    """Return an instant as written by hand in local time; `when:"time"` and `when:"day"` give a part."""
    if at is None:
        return ""
    if isinstance(at, datetime) and part == "time":
        return wording.time_text(at)
    if isinstance(at, datetime) and part == "day":
        return wording.day_text(clocks.local(at).date())
    return wording.when_text(at)


@register.filter
def until(at: datetime | None) -> str:
    """Return a due instant: only the time when it is today, midnight as 24:00 of the day before."""
    return wording.until_text(at) if at else ""


@register.filter
def duration(span: timedelta | float | None) -> str:
    """Return a span (timedelta or seconds) in words: 42 分, 2 小时 10 分, 3 天 4 小时."""
    if span is None:
        return ""
    return wording.span_text(span.total_seconds() if isinstance(span, timedelta) else float(span))


@register.filter
def phone_number(number_text: str | None) -> str:
    """Return a telephone number in groups: 100 0371 0117."""
    return wording.phone_text(number_text or "")


@register.filter
def control(field: BoundField) -> SafeString:
    """Return the widget of a form field with our class, and tied to its error and hint for readers aloud."""
    described = [f"{field.auto_id}-why"] if field.errors else []
    described += [f"{field.auto_id}-hint"] if field.help_text else []
    attributes: dict[str, str | bool] = {
        "class": _control_class(field),
        **({"aria-invalid": "true"} if field.errors else {}),
    }
    if described:
        attributes["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attributes)


@register.filter
def control_kind(field: BoundField) -> str:
    """Return how `web/field.html` lays out a field: `check`, `pick` (few choices in a row), or `plain`."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checks"
    if isinstance(widget, forms.RadioSelect):
        return "pick"
    return "check" if isinstance(widget, forms.CheckboxInput) else "plain"


def _control_class(field: BoundField) -> str:
    widget = field.field.widget
    own = widget.attrs.get("class", "")
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        base = "form-check-input"
    else:
        base = "form-select" if isinstance(widget, forms.Select) else "form-control"
    return " ".join(part for part in (base, own, "bad" if field.errors else "") if part)
