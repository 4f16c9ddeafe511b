"""The OpenAPI 3.1 document of the interface, written from the same table of routes that serves it."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from api.answers import ProblemDetails
from api.door import Route
from api.problems import TYPE

PREFIX = "/api/v1"
REF = "#/components/schemas/{model}"
TITLE, VERSION = "Zhongshu city operations centre", "1.0.0"

Json = dict[str, Any]


def document(routes: Sequence[Route]) -> Json:
    """The whole document, ready for JSON."""
    schemas = Schemas([ProblemDetails, *(kind for route in routes for kind in kinds_of(route))])
    paths: Json = {}
    for route in routes:
        paths.setdefault(PREFIX + route.path, {})[route.method.lower()] = operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": VERSION, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"key": []}],
    }


def kinds_of(route: Route) -> list[Any]:
    return [*route.answers.values(), *([route.takes] if route.takes is not None else [])]


class Schemas:
    """The JSON schemas of all models, each named once."""

    def __init__(self, kinds: Sequence[Any]) -> None:
        unique = list(dict.fromkeys(kinds))
        inputs = [(kind, mode_of(kind), TypeAdapter(kind)) for kind in unique]
        self._by_kind, definitions = TypeAdapter.json_schemas(inputs, ref_template=REF)
        self.components: Json = definitions["$defs"]

    def of(self, kind: Any) -> Json:
        return dict(self._by_kind[(kind, mode_of(kind))])


def mode_of(kind: Any) -> JsonSchemaMode:
    return "serialization" if getattr(kind, "__module__", "") == ProblemDetails.__module__ else "validation"


def operation(route: Route, schemas: Schemas) -> Json:
    said: Json = {"operationId": operation_id(route), "summary": route.what, "responses": responses(route, schemas)}
    parameters = [*in_path(route), *in_query(route)]
    if parameters:
        said["parameters"] = parameters
    if route.takes is not None:
        said["requestBody"] = {"required": True, "content": {"application/json": {"schema": schemas.of(route.takes)}}}
    return said


def operation_id(route: Route) -> str:
    words = [word for word in re.split(r"\W+", route.path) if word]
    return "_".join([route.method.lower(), *words])


def responses(route: Route, schemas: Schemas) -> Json:
    good: Json = {
        str(int(status)): {
            "description": status.phrase,
            "content": {getattr(kind, "media", "application/json"): {"schema": schemas.of(kind)}},
        }
        for status, kind in route.answers.items()
    }
    bad = {"description": "refused, with the reason", "content": {TYPE: {"schema": schemas.of(ProblemDetails)}}}
    return {**good, **{str(int(status)): bad for status in refusals(route)}}


def refusals(route: Route) -> list[HTTPStatus]:
    found = [HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN]
    if "{" in route.path:
        found += [HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT]
    if route.takes is not None:
        found += [HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE]
    if route.takes is not None or route.asks:
        found.append(HTTPStatus.UNPROCESSABLE_ENTITY)
    return found


def in_path(route: Route) -> list[Json]:
    names = re.findall(r"{(\w+)}", route.path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def in_query(route: Route) -> list[Json]:
    model: type[BaseModel] | None = route.asks
    if model is None:
        return []
    schema = model.model_json_schema(ref_template=REF)
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": said}
        for name, said in schema["properties"].items()
    ]
