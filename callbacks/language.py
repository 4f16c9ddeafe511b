"""Which language a browser reads: chosen by a link, remembered, else what the browser prefers."""

from flask import Flask, Response, request

from layouts import text as words

COOKIE = "language"
A_YEAR = 365 * 24 * 3600


def language_of() -> str:
    """The language of this request; a page's later requests get the same answer."""
    chosen = request.args.get("lang") or request.cookies.get(COOKIE)
    if chosen in words.LANGUAGES:
        return words.known(chosen)
    return words.known(request.accept_languages.best_match(words.LANGUAGES))


def remember(server: Flask) -> None:
    """Keep the choice of a language link for the requests that follow."""

    def keep(answer: Response) -> Response:
        chosen = request.args.get("lang")
        if chosen in words.LANGUAGES and chosen != request.cookies.get(COOKIE):
            answer.set_cookie(COOKIE, words.known(chosen), max_age=A_YEAR, samesite="Lax", httponly=True)
        return answer

    server.after_request(keep)
