"""The product's API under /api/v1/: one door for the routers that manifests bring, described as OpenAPI.

It adds no behaviour: the routers call the same services as the pages. Staff are known by their session; what
changes something needs the CSRF token like a form. The description stands at /api/v1/openapi.json.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from ninja import NinjaAPI
from ninja.errors import ValidationError

from shouwang.util.problems import Problem
from shouwang.util.text import Text
from shouwang.web.manifest import manifests

VERSION = "v1"


def words(text: Text | None) -> dict[str, str] | None:
    """Return a text as JSON."""
    return {"zh": text.zh, "en": text.en} if text else None


def problem_json(problem: Problem) -> dict[str, Any]:
    """Return a refusal as JSON: code, what, why, do, field."""
    return {
        "code": problem.code,
        "what": words(problem.what),
        "why": words(problem.why),
        "do": words(problem.do),
        "field": problem.field,
    }


def build() -> NinjaAPI:
    """Return the API with the router of every manifest that brings one."""
    api = NinjaAPI(
        title="Shouwang",
        version=VERSION,
        description="The same acts as on the pages, with the same refusals in Chinese and English.",
        docs_url=None,  # its page loads scripts from elsewhere, which our content policy forbids
        urls_namespace="api",
    )
    api.add_exception_handler(Problem, _refuse)
    api.add_exception_handler(ValidationError, _refuse_shape)
    for manifest in manifests():
        if manifest.router:
            api.add_router(f"/{manifest.key}", import_string(manifest.router))
    return api


def _refuse(request: HttpRequest, problem: Any) -> HttpResponse:  # noqa: ANN401 ninja also allows for classes
    return API.create_response(request, problem_json(problem), status=problem.status)


def _refuse_shape(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ANN401 as above
    """Answer a request that is not of the described shape; the places are named as the description does."""
    places = [".".join(map(str, one["loc"])) for one in error.errors]
    problem = Problem(
        "request_shape",
        Text(f"请求的格式不对：{'、'.join(places)}", f"The request has the wrong shape: {', '.join(places)}"),
        do=Text("对照 /api/v1/openapi.json", "Compare it with /api/v1/openapi.json"),
        field=places[0] if places else "",
    )
    return API.create_response(request, problem_json(problem), status=422)


API = build()
