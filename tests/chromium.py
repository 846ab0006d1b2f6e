"""Browser tests: Debian's Chromium through Playwright, on the product served as it is served to people.

A test that needs them is marked `browser`. Where Chromium is not installed such tests are never silently
passed: under CI=true they fail, elsewhere they are listed at the end as not run.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from typing import Any

import pytest

ADVICE = "apt-get install chromium fonts-noto-cjk"
FLAGS = [
    "--no-sandbox",  # containers run as root
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]


def program() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def is_ci() -> bool:
    return os.environ.get("CI", "").lower() == "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if program() is None and not is_ci():
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=f"browser: {ADVICE}"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    not_run = [report for report in skipped if "browser:" in str(report.longrepr)]
    if not_run:
        terminalreporter.section("BROWSER TESTS NOT RUN", sep="!", red=True, bold=True)
        terminalreporter.line(f"{len(not_run)} tests need Chromium, which is not installed: {ADVICE}")
        for report in not_run:
            terminalreporter.line(f"  {report.nodeid}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A running browser; open contexts in it: `browser.new_context(viewport=…, locale="zh-CN")`."""
    path = program()
    if path is None:
        pytest.fail(f"Chromium is not installed: {ADVICE}", pytrace=False)
    from playwright.sync_api import sync_playwright

    # Playwright runs an event loop in this thread, which makes Django fear for its connections.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def listening(django_db_setup: None) -> Iterator[None]:
    """The listener of live stamps at work; it leaves the database before that is dropped."""
    from shouwang.web import live, wsgi

    assert wsgi.application  # importing it starts the listener
    live.LISTENER.start()
    assert live.LISTENER.wait_until_listening(10)
    yield
    live.LISTENER.stop()


@pytest.fixture
def served(listening: None, transactional_db: None, settings: Any) -> Iterator[str]:
    """The product behind its own WSGI door, live stamps and all, on a free port; yields its address."""
    from werkzeug.serving import make_server

    from shouwang.web import wsgi

    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    server = make_server("127.0.0.1", 0, wsgi.application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.PUBLIC_URL = f"http://127.0.0.1:{server.server_port}"
    yield settings.PUBLIC_URL
    server.shutdown()
    thread.join()
    server.server_close()
