"""Every failure has a name: RFC 9457 problem details with texts in fi, sv and en, and their catalogue.

Raise a subclass of `Problem`, defined next to the rule it guards. `code` and `type` are stable; the texts may change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from app.kit.i18n import Language, Text

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A refusal with a stable code. `detail` says what to do next; `extra` is machine-readable and never personal.

    `{name}` in `detail` is filled from `extra`. `errors` are {"pointer", "code", "detail"} of single fields, where
    `detail` is a `Text` or a plain string. The caller's input is never repeated.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[Text] = Text("Jokin meni vikaan", "Något gick fel", "Something went wrong")
    detail: ClassVar[Text] = Text(
        "Virhe on meidän. Yritä uudelleen ja ilmoita pyynnön tunnus, jos se toistuu.",
        "Felet är vårt. Försök igen och uppge begärans id om det upprepas.",
        "The fault is ours. Try again, and quote the request id if it happens again.",
    )

    # Names of database constraints whose violation means this problem.
    constraints: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        *,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(self.code)
        self.errors, self.headers, self.extra = list(errors), dict(headers or {}), extra

    def explain(self, language: Language) -> str:
        """What happened and what to do next, in `language`."""
        shown = {k: ", ".join(map(str, v)) if isinstance(v, (list, tuple, set)) else v for k, v in self.extra.items()}
        return self.detail.pick(language).format(**shown)

    def explain_field(self, detail: Text | str, language: Language) -> str:
        """What is wrong with one field: filled like the whole where it is the same sentence."""
        if detail is self.detail:
            return self.explain(language)
        return detail.pick(language) if isinstance(detail, Text) else detail

    def body(self, language: Language, instance: str) -> dict[str, Any]:
        """The problem document. `instance` is the request id."""
        errors = [{**error, "detail": self.explain_field(error["detail"], language)} for error in self.errors]
        return {
            "type": f"/problems/{self.code}",
            "title": self.title.pick(language),
            "status": self.status,
            "code": self.code,
            "detail": self.explain(language),
            "instance": instance,
            **({"errors": errors} if errors else {}),
            **{camel(name): value for name, value in self.extra.items()},
        }


def camel(name: str) -> str:
    """`snake_case` to the wire's `camelCase`."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def catalogue(root: type[Problem] = Problem) -> Iterator[type[Problem]]:
    """Every problem the service can answer with, the root included, in no particular order."""
    yield root
    for child in root.__subclasses__():
        yield from catalogue(child)


class NotFound(Problem):
    status, code = 404, "not_found"
    title = Text("Ei löytynyt", "Hittades inte", "Not found")
    detail = Text(
        "Kohdetta ei ole, tai se ei ole sinun nähtävissäsi.",
        "Objektet finns inte, eller så får du inte se det.",
        "There is no such thing, or it is not for you to see.",
    )


class Forbidden(Problem):
    status, code = 403, "forbidden"
    title = Text("Ei oikeutta", "Ingen behörighet", "Not permitted")
    detail = Text(
        "Roolillasi ei ole tähän oikeutta.",
        "Din roll har inte behörighet till detta.",
        "Your role does not permit this.",
    )


class MissingPermission(Forbidden):
    """`permission` names what is missing."""

    code = "missing_permission"
    detail = Text(
        "Roolillasi ei ole oikeutta {permission}.",
        "Din roll har inte behörigheten {permission}.",
        "Your role lacks the permission {permission}.",
    )


class Unauthenticated(Problem):
    """No token, or one that does not hold. The reason is logged, never told."""

    status, code = 401, "unauthenticated"
    title = Text("Kirjaudu sisään", "Logga in", "Sign in")
    detail = Text(
        "Pyynnössä ei ole voimassa olevaa tunnistetta. Kirjaudu uudelleen.",
        "Begäran har ingen giltig identifiering. Logga in på nytt.",
        "The request carries no valid token. Sign in again.",
    )

    def __init__(self, reason: str = "missing") -> None:
        super().__init__(headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        self.reason = reason


class Invalid(Problem):
    """The request is malformed; `errors` names each field by JSON pointer."""

    status, code = 422, "invalid_request"
    title = Text("Pyyntö on virheellinen", "Begäran är felaktig", "The request is malformed")
    detail = Text(
        "Korjaa luetellut kohdat ja lähetä uudelleen.",
        "Rätta de uppräknade punkterna och skicka igen.",
        "Mend the fields listed and send it again.",
    )


class Conflict(Problem):
    status, code = 409, "conflict"
    title = Text("Ristiriita", "Konflikt", "Conflict")
    detail = Text(
        "Tieto on jo olemassa tai ristiriidassa toisen tiedon kanssa.",
        "Uppgiften finns redan eller strider mot en annan uppgift.",
        "It exists already, or contradicts something that does.",
    )


class Unavailable(Problem):
    """A part we need is away; try again after `Retry-After` seconds."""

    status, code = 503, "unavailable"
    title = Text("Palvelu on hetken poissa", "Tjänsten är tillfälligt borta", "Unavailable for a moment")
    detail = Text(
        "Yritä hetken kuluttua uudelleen.",
        "Försök igen om en stund.",
        "Try again in a moment.",
    )

    def __init__(self, retry_after: int = 2, **extra: Any) -> None:
        super().__init__(headers={"Retry-After": str(retry_after)}, **extra)
