"""How times, spans, clocks and telephone numbers are written in both languages.

Pure functions of their arguments and of the active language; templates reach them through the `shouwang`
tags, and `words_for_scripts()` hands the same patterns to `clock.js`, so that the page counts on in the words
in which the server began.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shouwang.util import clock

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
HOUR = 3600
DAY = 24 * HOUR


def is_english() -> bool:
    """Return whether the active language is English."""
    return (get_language() or "").startswith("en")


def day_text(on: date) -> str:
    """Return a date as written by hand: 3 月 20 日, 20 Mar; with its year when that is not this year."""
    if is_english():
        text = f"{on.day} {MONTHS[on.month - 1]}"
        return text if on.year == clock.today().year else f"{text} {on.year}"
    text = f"{on.month} 月 {on.day} 日"
    return text if on.year == clock.today().year else f"{on.year} 年 {text}"


def time_text(at: datetime) -> str:
    """Return the local wall time, 14:32."""
    return f"{clock.local(at):%H:%M}"


def when_text(at: datetime | date) -> str:
    """Return an instant in local time, 3 月 20 日 14:32 or 20 Mar 14:32; of a date only the day."""
    if not isinstance(at, datetime):
        return day_text(at)
    return f"{day_text(clock.local(at).date())} {time_text(at)}"


def until_text(at: datetime) -> str:
    """Return a due instant: only the time when it is today, and midnight as 24:00 of the day that ends."""
    local = clock.local(at)
    day, wall = local.date(), time_text(at)
    if local.time() == time(0):
        day, wall = day - timedelta(days=1), "24:00"
    return wall if day == clock.today() else f"{day_text(day)} {wall}"


def span_text(seconds: float) -> str:
    """Return a span in its two largest units, rounded down: 30 秒, 42 分, 2 小时 10 分, 3 天 4 小时."""
    if 0 < int(seconds) < 60:
        return _("%(s)s 秒") % {"s": int(seconds)}
    minutes = int(seconds // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    values = {"d": days, "h": hours, "m": rest}
    if days:
        return (_("%(d)s 天 %(h)s 小时") if hours else _("%(d)s 天")) % values
    if hours:
        return (_("%(h)s 小时 %(m)s 分") if rest else _("%(h)s 小时")) % values
    return _("%(m)s 分") % values


def left_text(seconds: float) -> str:
    """Return what a clock says: 剩 18 分 (rounded up), 超时 42 分 (rounded down), 刚超时."""
    if seconds > 0:
        return _("剩 %(span)s") % {"span": span_text(math.ceil(seconds / 60) * 60)}
    if seconds > -60:
        return _("刚超时")
    return _("超时 %(span)s") % {"span": span_text(-seconds)}


@dataclass(frozen=True)
class Face:
    """How one clock stands: its shape (wait, due, late), what it says, and the instant in words."""

    shape: str
    left: str
    by: str
    was: str

    @property
    def is_late(self) -> bool:
        """Return whether the limit has passed."""
        return self.shape == "late"


def soon_seconds(due_at: datetime, start_at: datetime | None) -> float:
    """Return how many seconds before `due_at` a clock counts as nearly due.

    The last hour, or the last quarter of its span if that is longer; spans of more than a day (14 days of
    observation) have no last quarter, which would be days.
    """
    span = (due_at - start_at).total_seconds() if start_at else 0.0
    return max(HOUR, span / 4) if span <= DAY else HOUR


def clock_face(due_at: datetime, start_at: datetime | None = None) -> Face:
    """Return how the clock that began at `start_at` and is due at `due_at` stands now."""
    now = clock.now()
    seconds = (due_at - now).total_seconds()
    by = _("%(when)s 前") % {"when": until_text(due_at)}
    was = _("应在 %(when)s 前") % {"when": until_text(due_at)}
    if seconds <= 0:
        return Face("late", left_text(seconds), was, was)
    if seconds <= soon_seconds(due_at, start_at):
        return Face("due", left_text(seconds), by, was)
    is_today = clock.local(due_at - timedelta(microseconds=1)).date() == clock.today()
    return Face("wait", left_text(seconds) if is_today or seconds < 12 * HOUR else "", by, was)


def phone_text(number: str) -> str:
    """Return a mobile number in groups, 100 0371 0117; other numbers as they are."""
    digits = number.replace(" ", "")
    return f"{digits[:3]} {digits[3:7]} {digits[7:]}" if len(digits) == 11 and digits.isdigit() else number


def words_for_scripts() -> dict[str, str]:
    """Return the patterns and sentences that the page's scripts need, in the active language."""
    return {
        "days_hours": _("%(d)s 天 %(h)s 小时"),
        "days": _("%(d)s 天"),
        "hours_minutes": _("%(h)s 小时 %(m)s 分"),
        "hours": _("%(h)s 小时"),
        "minutes": _("%(m)s 分"),
        "left": _("剩 %(span)s"),
        "late": _("超时 %(span)s"),
        "just_late": _("刚超时"),
        "clocks_late": _("又有 %(count)s 件超时"),
        "clocks_due": _("又有 %(count)s 件快到期"),
        "synced": _("%(when)s 已同步"),
        "as_of": _("%(when)s 的情况，正在重连"),
        "offline": _("现在没网，照常记。"),
        "waiting": _("%(count)s 条在本机，最早 %(when)s。有网自动传。"),
        "waiting_none": _("新填的先存在本机，有网自动传。"),
        "sending": _("正在传 %(count)s 条。"),
        "kept": _("已记在本机，有网自动传。"),
        "sent": _("已传：%(label)s"),
        "refused": _("没传成：%(label)s"),
        "open_refused": _("打开看哪里要改"),
        "sign_in_first": _("%(count)s 条要登录后才能传。"),
        "other_person": _("%(count)s 条是另一个人记的，等他登录再传。"),
        "files_need_net": _("照片和文件要有网才能传。其他的都还在，有网再点一次。"),
        "see": _("看结果"),
        "dismiss": _("知道了"),
        "server_away": _("系统暂时连不上，照常记。"),
        "one_entry": _("一条记录"),
        "throw_away": _("不要了"),
        "cannot_keep": _("这台手机存不下，填的都还在页面上，有网再点一次。"),
        "date_time": _("%(month)s 月 %(day)s 日 %(time)s"),
    }
