"""What posts say of an order that is over, over HTTP."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from pydantic import Field

from api.answers import Given
from api.door import Answer, Call, Route
from api.requests import Code, Taken
from operations.feedback import LONGEST, FeedbackDesk

Sentence = Annotated[str, Field(max_length=LONGEST)]


class FeedbackIn(Taken):
    """For a key that answers for `post`. Without a sentence it is skipped, and not asked for again."""

    post: Code
    went_well: Sentence = ""
    hindered: Sentence = ""


class FeedbackOut(Given):
    post: str
    at: datetime
    went_well: str
    hindered: str


class FeedbackList(Given):
    order: str
    feedback: list[FeedbackOut]


class FeedbackTaken(Given):
    order: str
    post: str


class FeedbackRoutes:
    def __init__(self, feedback: FeedbackDesk) -> None:
        self._feedback = feedback

    def routes(self) -> list[Route]:
        path, read = (
            "/orders/{id}/feedback",
            "What the posts say went well in an order that is over, and what hindered.",
        )
        say = "Say it for a post that took part, once."
        return [
            Route("GET", path, self.of, read, None, {HTTPStatus.OK: FeedbackList}),
            Route("POST", path, self.say, say, None, {HTTPStatus.CREATED: FeedbackTaken}, takes=FeedbackIn),
        ]

    def of(self, call: Call) -> Answer:
        order = call.path["id"]
        said = {"order": order, "feedback": self._feedback.of(call.actor, order)}
        return Answer(FeedbackList.model_validate(said))

    def say(self, call: Call) -> Answer:
        order, said = call.path["id"], call.body
        self._feedback.say(call.actor, said.post, order, went_well=said.went_well, hindered=said.hindered)
        return Answer(FeedbackTaken(order=order, post=said.post), HTTPStatus.CREATED)
