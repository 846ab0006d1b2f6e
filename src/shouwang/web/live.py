"""Live stamps: how an open page learns within a second that something it shows has changed.

A *topic* is a short name such as `board` or `case:17`. Whoever changes what a topic shows tells PostgreSQL
on the channel `shouwang_live`, in the same transaction; the word goes out when that commits. In each web
process one thread listens and keeps, in memory, one *stamp* per topic. Pages ask
`GET /live/stamps?topics=a,b` once a second and fetch a region again when its stamp is new. An answer costs
neither a database query nor Django, and says nothing about anybody.

Rules of a stamp, which make a change impossible to miss:

- it is opaque, and new after every change; equal stamps mean that nothing changed in between;
- a topic that this process has heard nothing about bears the stamp of the listening itself, so a process
  that begins to listen, or listens again after the database was away, gives stamps nobody has seen;
- two processes give the same stamp for the same change, because it names the transaction. They may differ
  for older changes, so a page keeps every stamp it has seen of a topic since its last change and acts only
  on a stamp that is not among them;
- with `since` (`live.instant()` when the page was made) topics that changed later are marked with a leading
  `!`: such a region was old before its first question.

Payload: words separated by blanks; one that begins with `#` names the transaction, the others are topics.
"""

from __future__ import annotations

import itertools
import logging
import secrets
import threading
import time
from typing import NamedTuple

import psycopg
from django.db import connections

CHANNEL = "shouwang_live"
MAX_TOPICS = 64  # of one question; a page shows a handful
MAX_REMEMBERED = 50_000  # topics per process; beyond it everything counts as changed, once
_RETRY_SECONDS = 1.0
_LOOK_UP_SECONDS = 1.0  # how soon a quiet listener notices that it shall stop

logger = logging.getLogger(__name__)


class Stamp(NamedTuple):
    """The latest change of a topic: its opaque name, and when this process heard of it (see `instant`)."""

    name: str
    heard_at: int


class Stamps:
    """What one process has heard: the latest stamp of each topic."""

    def __init__(self) -> None:
        self._by_topic: dict[str, Stamp] = {}
        self._counter = itertools.count(1)
        self._process = secrets.token_hex(4)
        self._base = Stamp("", 0)
        self.begin()

    def begin(self) -> None:
        """Count everything as changed: what happened while nobody listened is unknown."""
        self._base = Stamp(self._own_name(), instant())
        self._by_topic = {}

    def hear(self, payload: str) -> None:
        """Take in one notification."""
        words = payload.split()
        name = next((word[1:] for word in words if word.startswith("#")), "") or self._own_name()
        if len(self._by_topic) > MAX_REMEMBERED:
            self.begin()
        stamp = Stamp(name, instant())
        for word in words:
            if not word.startswith("#"):
                self._by_topic[word] = stamp

    def answer(self, topics: list[str], since: int | None = None) -> dict[str, str]:
        """Return the stamp of each topic; with `since`, those heard of later are marked with `!`."""
        answer = {}
        for topic in topics[:MAX_TOPICS]:
            stamp = self._by_topic.get(topic) or self._base
            is_later = since is not None and stamp.heard_at >= since
            answer[topic] = f"!{stamp.name}" if is_later else stamp.name
        return answer

    def _own_name(self) -> str:
        return f"{self._process}-{next(self._counter)}"


def instant() -> int:
    """Return the machine's time in milliseconds: only ever compared with another `instant()`."""
    return time.time_ns() // 1_000_000


class Listener:
    """The one thread of a process that listens on the channel, for as long as the process lives."""

    def __init__(self) -> None:
        self.stamps = Stamps()
        self._start_lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_listening = threading.Event()
        self._is_stopping = threading.Event()

    def start(self) -> None:
        """Start listening, once; later calls do nothing."""
        with self._start_lock:
            if self._thread is None:
                self._is_stopping.clear()
                self._thread = threading.Thread(target=self._listen_until_stopped, name="live", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Stop listening and wait for the thread to end; it may be started again."""
        self._is_stopping.set()
        with self._start_lock:
            if self._thread is not None:
                self._thread.join()
                self._thread = None

    def wait_until_listening(self, seconds: float) -> bool:
        """Wait until notifications arrive; say whether they do."""
        return self._is_listening.wait(seconds)

    def _listen_until_stopped(self) -> None:
        while not self._is_stopping.is_set():
            try:
                self._listen()
            except psycopg.Error as problem:
                if self._is_listening.is_set():
                    logger.warning("live stamps: the database went away (%s)", type(problem).__name__)
            self._is_listening.clear()
            self._is_stopping.wait(_RETRY_SECONDS)

    def _listen(self) -> None:
        with _connect() as connection:
            connection.execute(f"listen {CHANNEL}")
            self.stamps.begin()
            self._is_listening.set()
            while not self._is_stopping.is_set():
                for notification in connection.notifies(timeout=_LOOK_UP_SECONDS):
                    self.stamps.hear(notification.payload)


def _connect() -> psycopg.Connection[tuple[object, ...]]:
    """Open a connection of our own: Django's belong to requests and come and go with them."""
    settings = connections["default"].settings_dict
    return psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"],
        dbname=settings["NAME"],
        user=settings["USER"],
        password=settings["PASSWORD"],
        autocommit=True,
        application_name="shouwang live stamps",
        connect_timeout=5,
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
    )


#: The listener of this process; `web.wsgi` starts it.
LISTENER = Listener()
