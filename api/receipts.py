"""What a post's own program answers to an order over HTTP."""

from http import HTTPStatus

from api.door import Answer, Call, Route
from api.order_answers import LineOut
from api.requests import AnswerIn
from domain.account import Permission
from operations.ledger import Ledger
from operations.receipts import Receipt


class ReceiptRoutes:
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def routes(self) -> list[Route]:
        what = "Answer an order for a post of one's own: the first answer acknowledges it."
        may, line = Permission.ANSWER, {HTTPStatus.OK: LineOut}
        return [Route("POST", "/orders/{id}/answers", self.answer, what, may, line, takes=AnswerIn)]

    def answer(self, call: Call) -> Answer:
        said: AnswerIn = call.body
        receipt = Receipt(
            order=call.path["id"],
            post=said.post,
            version=1,  # a program has no screen on which an older one might stand
            kind="answered",
            actor=call.actor,
            answer=said.answer,
            note=said.note,
            claimed_at=said.at,
        )
        return Answer(LineOut.model_validate(self._ledger.take(receipt)))
