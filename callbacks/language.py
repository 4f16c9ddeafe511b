"""Which language a browser reads: chosen by a link, remembered, else the city's own."""

from flask import Flask, Response, current_app, request

from layouts import text as words

COOKIE = "language"
CITY_LANGUAGE = "CITY_LANGUAGE"
A_YEAR = 365 * 24 * 3600


def language_of() -> str:
    """The language of this request; a page's later requests get the same answer."""
    chosen = request.args.get("lang") or request.cookies.get(COOKIE)
    if chosen in words.LANGUAGES:
        return words.known(chosen)
    return words.known(current_app.config.get(CITY_LANGUAGE))


def remember(server: Flask, city_language: str) -> None:
    """Keep the choice of a language link for the requests that follow; without one the city's language is read."""
    server.config[CITY_LANGUAGE] = city_language

    def keep(answer: Response) -> Response:
        chosen = request.args.get("lang")
        if chosen in words.LANGUAGES and chosen != request.cookies.get(COOKIE):
            answer.set_cookie(COOKIE, words.known(chosen), max_age=A_YEAR, samesite="Lax", httponly=True)
        return answer

    server.after_request(keep)
