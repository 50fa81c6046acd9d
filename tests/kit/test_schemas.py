"""What comes in, as it goes out again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AwareDatetime, TypeAdapter, ValidationError

from app.kit.schemas import Input, Instant


class Told(Input):
    at: AwareDatetime | None = None


YEARS = datetime.min.replace(year=1900), datetime.min.replace(year=2200)  # noqa: DTZ901


@given(st.datetimes(*YEARS), st.integers(-14 * 60, 14 * 60))
def test_a_moment_goes_out_in_utc_whatever_offset_it_came_with(moment: datetime, minutes: int) -> None:
    sign, over = "-" if minutes < 0 else "+", abs(minutes)
    sent = f"{moment.isoformat()}{sign}{over // 60:02}:{over % 60:02}"
    told = Told.model_validate({"at": sent})
    assert told.at == datetime.fromisoformat(sent)
    assert told.model_dump_json().endswith('Z"}')
    assert told.at is not None
    assert told.at.tzinfo is UTC


@pytest.mark.parametrize("sent", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_that_utc_does_not_have_is_refused(sent: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Told.model_validate({"at": sent})
    assert [error["type"] for error in refused.value.errors()] == ["datetime_out_of_range"]


@pytest.mark.parametrize("sent", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:00Z", "2026-12-01T10:00:01Z"])
def test_an_instant_is_a_whole_minute_of_days_that_are_near(sent: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Instant).validate_python(sent)
    assert TypeAdapter(Instant).validate_python("2026-12-01T10:00:00Z")
