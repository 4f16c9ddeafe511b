"""Every way a request can fail, as problem+json (RFC 9457) with the field named."""

from collections.abc import Iterable, Sequence
from http import HTTPStatus

from flask import Response
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from api.answers import ProblemDetails, ProblemOut
from domain.account import NotAllowed
from domain.case import Conflict, StepRefused
from domain.order import OrderRefused, ReceiptRefused
from domain.text import printable
from operations.aftermath import NotEnded
from operations.cases import CaseUnknown
from operations.grid_pages import PageUnknown
from operations.groups import GroupUnknown
from operations.order_reading import OrderUnknown
from operations.order_requests import RequestSettled, RequestUnknown
from operations.problems import Problem, Refused
from operations.proposals import ProposalSettled, ProposalUnknown
from operations.readiness import SwitchedMeanwhile

TYPE = "application/problem+json"


class Failed(Exception):
    """The request ends here, with this status and these problems."""

    def __init__(self, status: HTTPStatus, detail: str, problems: Sequence[Problem] = ()) -> None:
        self.status, self.detail, self.problems = status, detail, tuple(problems)
        super().__init__(detail)


STATUS_OF: dict[type[Exception], HTTPStatus] = {
    NotAllowed: HTTPStatus.FORBIDDEN,
    CaseUnknown: HTTPStatus.NOT_FOUND,
    OrderUnknown: HTTPStatus.NOT_FOUND,
    RequestUnknown: HTTPStatus.NOT_FOUND,
    RequestSettled: HTTPStatus.CONFLICT,
    GroupUnknown: HTTPStatus.NOT_FOUND,
    PageUnknown: HTTPStatus.NOT_FOUND,
    ProposalUnknown: HTTPStatus.NOT_FOUND,
    ProposalSettled: HTTPStatus.CONFLICT,
    NotEnded: HTTPStatus.CONFLICT,
    StepRefused: HTTPStatus.CONFLICT,
    Conflict: HTTPStatus.CONFLICT,
    SwitchedMeanwhile: HTTPStatus.CONFLICT,
    OrderRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    ReceiptRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
}


def failure_of(error: Exception) -> Failed | None:
    """What an operation's refusal is over HTTP; None when it is no refusal but a fault of ours."""
    if isinstance(error, Failed):
        return error
    if isinstance(error, Refused):
        return refused(error.problems)
    if isinstance(error, ValidationError):
        return refused(named(error.errors(include_url=False, include_input=False)))
    status = next((status for kind, status in STATUS_OF.items() if isinstance(error, kind)), None)
    detail = f"there is nothing with the id {error}" if status is HTTPStatus.NOT_FOUND else str(error)
    return Failed(status, detail) if status else None


def refused(problems: Sequence[Problem]) -> Failed:
    named_fields = ", ".join(sorted({problem.field for problem in problems if problem.field}))
    detail = f"refused because of {named_fields}" if named_fields else "; ".join(p.message for p in problems)
    return Failed(HTTPStatus.UNPROCESSABLE_ENTITY, detail, problems)


def named(errors: Iterable[ErrorDetails], skip: int = 0) -> list[Problem]:
    """The validator's findings as problems; `skip` leading parts of each location are left out."""
    return [Problem(".".join(str(part) for part in error["loc"][skip:]), printable(error["msg"])) for error in errors]


def response(failure: Failed) -> Response:
    body = ProblemDetails(
        title=failure.status.phrase,
        status=failure.status,
        detail=printable(failure.detail),
        problems=[ProblemOut(field=printable(p.field), message=printable(p.message)) for p in failure.problems],
    )
    answer = Response(body.model_dump_json(), status=failure.status, content_type=TYPE)
    if failure.status is HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer
