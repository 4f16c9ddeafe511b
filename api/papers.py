"""The record of an ended order over HTTP, its certificate and its spreadsheet."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from api.door import Answer, Call, Route
from api.order_answers import FileOut, PaperWanted, PdfOut, RecordOut, XlsxOut
from domain.account import Permission
from operations.aftermath import Aftermath

Print = Callable[[str, str, str], bytes]  # print(order id, kind, asked by): made by a process of its own
KINDS: dict[str, type[FileOut]] = {"pdf": PdfOut, "xlsx": XlsxOut}


class PaperRoutes:
    def __init__(self, aftermath: Aftermath, print_paper: Print) -> None:
        self._aftermath, self._print = aftermath, print_paper

    def routes(self) -> list[Route]:
        record = "What an ended order did: curves, timeline, every line."
        see = Permission.SEE_LEDGER
        return [
            Route("GET", "/orders/{id}/record", self.record, record, see, {HTTPStatus.OK: RecordOut}),
            *(self._paper(kind, out) for kind, out in KINDS.items()),
        ]

    def _paper(self, kind: str, out: type[FileOut]) -> Route:
        """The database is asked away from the event loop; the printing process is waited for on it."""
        path, what = f"/orders/{{id}}/certificate.{kind}", (out.__doc__ or "").strip()
        wanted, answers = partial(self.wanted, kind=kind), {HTTPStatus.OK: out}
        return Route("GET", path, wanted, what, Permission.SEE_LEDGER, answers, finish=self.printed)

    def record(self, call: Call) -> Answer:
        return Answer(RecordOut.model_validate(self._aftermath.record(call.actor, call.path["id"])))

    def wanted(self, call: Call, *, kind: str) -> Answer:
        no = self._aftermath.record(call.actor, call.path["id"])["order"]["no"]
        name = {"Content-Disposition": f'attachment; filename="order-{no}.{kind}"'}
        return Answer(PaperWanted(order=call.path["id"], kind=kind, by=call.actor.id), headers=name)

    def printed(self, answer: Answer) -> Answer:
        wanted = answer.body
        assert isinstance(wanted, PaperWanted)
        content = self._print(wanted.order, wanted.kind, wanted.by)
        return Answer(KINDS[wanted.kind](content=content), headers=answer.headers)
