"""What an operator has to mend. The first line says what is wrong and what to do about it."""

from __future__ import annotations

from pydantic import ValidationError

from app.config import Settings, read_settings


class Fault(Exception):
    """Ends the program with exit code 1 and these words; lines after the first are details."""


class BadSettings(Fault):
    """The environment does not fit. Exit code 2, as for a wrong command line."""


def settings() -> Settings:
    """The settings of this process. Raises `BadSettings` naming each wrong variable, never its value."""
    try:
        return read_settings()
    except ValidationError as wrong:
        said = [f"{variable(error['loc'])}: {sentence(error['msg'])}" for error in wrong.errors(include_input=False)]
        raise BadSettings("the settings do not fit: " + said[0] + "".join(f"\n{more}" for more in said[1:])) from None
    except OSError as error:
        raise BadSettings(f"a file with a secret cannot be read: {error.strerror} ({error.filename})") from None
    except Exception as error:
        # pydantic-settings: a variable that should hold JSON does not; its message names the field.
        raise BadSettings(f"the settings do not fit: {error}") from None


def variable(place: tuple[int | str, ...]) -> str:
    """The environment variable of a field, or of a part of its JSON."""
    if not place:
        return "together"
    first, *rest = place
    name = env_name(str(first))
    return ".".join([name, *map(str, rest)])


def env_name(field: str) -> str:
    """The environment variable that sets a field."""
    return "DATABASE_URL" if field.lower() == "database_url" else f"HEINOLA_{field.upper()}"


def sentence(message: str) -> str:
    return message.removeprefix("Value error, ")
