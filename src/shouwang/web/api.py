"""The product's API under /api/v1/: one door for the routers that manifests bring, described as OpenAPI.

It adds no behaviour: the routers call the same services as the pages. Staff are known by their session; what
changes something needs the CSRF token like a form. The description stands at /api/v1/openapi.json.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from shouwang.util.problems import Problem
from shouwang.util.text import Text
from shouwang.web.manifest import manifests
from shouwang.web.shapes import problem_json

VERSION = "v1"
#: What this door itself answers before an operation is reached, and when.
REFUSALS = {
    "400": "The body is not JSON, or the act is refused",
    "401": "Nobody with a duty for this is signed in",
    "403": "The CSRF token is missing or old",
    "404": "Missing, or not yours",
    "422": "The request has the wrong shape, or what it says cannot be",
}
_TEXT = {
    "type": "object",
    "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
    "required": ["zh", "en"],
}
_MAYBE_TEXT = {"anyOf": [_TEXT, {"type": "null"}]}
#: The shape of `problem_json`.
PROBLEM_SCHEMA = {
    "title": "Problem",
    "description": "A refusal: what happened, why, what to do, and the field that it concerns.",
    "type": "object",
    "properties": {
        "code": {"type": "string"},
        "what": _TEXT,
        "why": _MAYBE_TEXT,
        "do": _MAYBE_TEXT,
        "field": {"type": "string"},
    },
    "required": ["code", "what"],
}


class DescribedAPI(NinjaAPI):
    """An API whose description also names the refusals that come before an operation is reached."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the OpenAPI description."""
        schema = super().get_openapi_schema(**options)
        schema["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                _add_refusals(method, operation)
        return schema


def _add_refusals(method: str, operation: dict[str, Any]) -> None:
    statuses = ["422"] if operation.get("parameters") else []
    if "requestBody" in operation:
        statuses += ["400", "422"]
    if "security" in operation:
        statuses += ["401"] if method == "get" else ["401", "403"]
    for status in sorted(set(statuses)):
        operation["responses"].setdefault(
            int(status),
            {
                "description": REFUSALS[status],
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        )


def build() -> NinjaAPI:
    """Return the API with the router of every manifest that brings one."""
    api = DescribedAPI(
        title="Shouwang",
        version=VERSION,
        description="The same acts as on the pages, with the same refusals in Chinese and English.",
        docs_url=None,  # its page loads scripts from elsewhere, which our content policy forbids
        urls_namespace="api",
    )
    api.add_exception_handler(Problem, _refuse)
    api.add_exception_handler(ValidationError, _refuse_shape)
    api.add_exception_handler(AuthenticationError, _refuse_stranger)
    api.add_exception_handler(HttpError, _refuse_http)
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


def _refuse_stranger(request: HttpRequest, _error: Any) -> HttpResponse:  # noqa: ANN401 as above
    problem = Problem(
        "not_signed_in",
        Text("没有登录，或者没有办这件事的岗位", "Nobody with a duty for this is signed in"),
        do=Text("先登录", "Sign in first"),
    )
    return API.create_response(request, problem_json(problem), status=401)


def _refuse_http(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ANN401 as above
    """Answer what the library refuses by itself: a body that is not JSON, a missing CSRF token."""
    if error.status_code == 403:
        problem = Problem(
            "csrf",
            Text("请求没有带防伪令牌，或者令牌旧了", "The CSRF token is missing or old"),
            do=Text("用 X-CSRFToken 带上 csrftoken 的值", "Send the value of csrftoken as X-CSRFToken"),
        )
    else:
        problem = Problem(
            "request_body", Text("请求的内容读不懂，要 JSON", "The body cannot be read; send JSON")
        )
    return API.create_response(request, problem_json(problem), status=error.status_code)


API = build()
