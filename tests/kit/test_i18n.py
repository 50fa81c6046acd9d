"""Which language a caller reads, and problem documents in each."""

from __future__ import annotations

from string import Formatter
from uuid import uuid4

import pytest
from starlette.types import Scope

from app.kit.answers import language_of, problem_response
from app.kit.i18n import LANGUAGES, Language, Text, preferred
from app.kit.problems import Invalid, NotFound, Problem, Unavailable, catalogue


@pytest.mark.parametrize(
    ("header", "want"),
    [
        ("fi", "fi"),
        ("sv", "sv"),
        ("en", "en"),
        ("FI", "fi"),
        ("fi-FI", "fi"),
        ("sv-FI, fi;q=0.9", "sv"),
        ("fi;q=0.5, sv;q=0.8", "sv"),
        ("fi;q=0.8, sv;q=0.8", "fi"),
        ("fi;q=0, sv;q=0.1", "sv"),
        ("fi;q=0", "en"),
        ("de, fi;q=0.2", "fi"),
        ("de, fr", "en"),
        ("fil", "en"),
        ("*", "en"),
        ("  sv  ", "sv"),
        ("sv ; q=0.3 , fi;Q=0.4", "fi"),
        (None, "en"),
        ("", "en"),
        (",,,;;;q=", "en"),
        ("fi;q=abc, sv", "sv"),
        ("fi;q=abc", "en"),
        ("fi;q=nan, sv;q=0.1", "sv"),
        ("fi;q=inf, sv;q=0.1", "sv"),
        ("fi;q=-1, sv;q=0.1", "sv"),
        ("fi;q=2, sv;q=0.1", "sv"),
        ("\x00\xff", "en"),
        ("x" * 100_000 + ",fi", "en"),
    ],
)
def test_preferred(header: str | None, want: Language) -> None:
    assert preferred(header) == want


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_in_each_language(language: Language) -> None:
    said = Text("yksi", "ett", "one")
    problem = Invalid(
        errors=[{"pointer": "/a", "code": "x", "detail": said}, {"pointer": "/b", "code": "y", "detail": "z"}]
    )
    document = problem.body(language, "id-1")
    assert document == {
        "type": "/problems/invalid_request",
        "title": Invalid.title.pick(language),
        "status": 422,
        "code": "invalid_request",
        "detail": Invalid.detail.pick(language),
        "instance": "id-1",
        "errors": [
            {"pointer": "/a", "code": "x", "detail": said.pick(language)},
            {"pointer": "/b", "code": "y", "detail": "z"},
        ],
    }


def test_extras_are_camel_case_and_fill_the_detail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Problem, "detail", Text("{due_on}: {open_steps}", "sv", "en"))
    document = Problem(due_on="2026-01-02", open_steps=["a", "b"]).body("fi", "id")
    assert document["detail"] == "2026-01-02: a, b"
    assert (document["dueOn"], document["openSteps"]) == ("2026-01-02", ["a", "b"])
    assert "errors" not in document


OURS = [problem for problem in catalogue() if problem.__module__.startswith("app.")]


@pytest.mark.parametrize("problem", OURS, ids=lambda problem: problem.code)
def test_every_problem_says_the_same_in_three_languages(problem: type[Problem]) -> None:
    for text in (problem.title, problem.detail):
        assert all(text.as_dict().values())
        assert len(set(text.as_dict().values())) == 3
        holes = [{name for _, name, _, _ in Formatter().parse(text.pick(lang))} - {None} for lang in LANGUAGES]
        assert holes[0] == holes[1] == holes[2]


def test_the_answer_carries_language_headers_and_the_problems_own() -> None:
    scope: Scope = {
        "type": "http",
        "headers": [(b"accept-language", b"de"), (b"accept-language", b"sv;q=0.5")],
        "state": {},
    }
    assert language_of(scope) == "sv"
    answer = problem_response(Unavailable(retry_after=7), scope)
    assert (answer.status_code, answer.media_type) == (503, "application/problem+json")
    assert answer.headers["retry-after"] == "7"
    assert answer.headers["content-language"] == "sv"
    assert answer.headers["vary"] == "Accept-Language"
    assert scope["state"]["request_id"].encode() in answer.body


def test_the_language_can_be_given_and_vary_is_kept() -> None:
    scope: Scope = {"type": "http", "headers": [], "state": {"request_id": "mine-1234"}}
    thing = uuid4()
    answer = problem_response(NotFound(headers={"Vary": "Origin"}, thing_id=thing), scope, language="fi")
    assert answer.headers["vary"] == "Origin, Accept-Language"
    assert answer.headers["content-language"] == "fi"
    assert b'"instance":"mine-1234"' in answer.body
    assert f'"thingId":"{thing}"'.encode() in answer.body
