"""Settings: read once at start-up from the environment, frozen afterwards.

Every variable is `HEINOLA_…`, except `DATABASE_URL`. Secrets may come as `…_FILE`, the path of a file that holds them.
"""

from __future__ import annotations

import os
import re
from datetime import time
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRETS_FROM_FILES = (
    "DATABASE_URL", "HEINOLA_MIGRATION_URL", "HEINOLA_JOBS_URL", "HEINOLA_BACKUP_URL", "HEINOLA_IDENTITY_KEYS",
    "HEINOLA_INDEX_KEY", "HEINOLA_METRICS_TOKEN", "HEINOLA_SMTP_PASSWORD",
)  # fmt: skip


# A scheme, a host and perhaps a port, as a browser sends it; any site at all (`*`) is never meant.
ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|https?://\[[0-9A-Fa-f:]{2,39}\](:[0-9]{1,5})?")


class Issuer(BaseModel):
    """One OpenID Connect issuer whose tokens we accept. `jwks_url` is where its public keys are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str = Field(min_length=1, max_length=300)
    audience: str = Field(min_length=1, max_length=300)
    jwks_url: str = Field(min_length=1, max_length=500)
    algorithms: tuple[Literal["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"], ...] = ("RS256", "ES256")


class Settings(BaseSettings):
    """What an operator can set. `python -m app settings` prints them with their meaning."""

    model_config = SettingsConfigDict(env_prefix="HEINOLA_", frozen=True, extra="ignore", env_ignore_empty=True)

    mode: Literal["demo", "production"] = Field(
        "demo", description="demo: only 9xx test identity codes, development tokens. production: real codes, OIDC only."
    )
    database_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("DATABASE_URL", "database_url"),
        description="PostgreSQL 15 or newer, postgresql+asyncpg://… Absent: the embedded PostgreSQL.",
    )
    migration_url: SecretStr | None = Field(
        None, description="The same database as a login that may create roles and tables, for `migrate` and `restore`."
    )
    jobs_url: SecretStr | None = Field(
        None,
        description="The same database as a login that is a member of heinola_job, for `work`. Default: DATABASE_URL.",
    )
    backup_url: SecretStr | None = Field(
        None, description="The same database as a login that reads every row (BYPASSRLS), for `backup` only."
    )
    data_dir: Path | None = Field(
        None, description="Folder of the embedded PostgreSQL and of demo mode's keys. Default: one per user."
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    issuers: tuple[Issuer, ...] = Field((), description="Accepted OIDC issuers, as a JSON list.")
    identity_keys: dict[str, SecretStr] = Field(
        default_factory=dict,
        description="AES-256 keys of identity codes: JSON {key id: base64 of 32 bytes}; the last id encrypts.",
    )
    index_key: SecretStr | None = Field(None, description="HMAC key of the blind index: base64 of 32 bytes.")
    jobs: bool | None = Field(
        None, description="Run the jobs inside `serve`. Default: on with the embedded PostgreSQL; else run `work`."
    )
    logs: Literal["plain", "json"] | None = Field(
        None, description="One line per request as words or as JSON. Default: plain in demo, json in production."
    )
    metrics: bool | None = Field(
        None,
        description="Serve /metrics. Default: on in demo; in production with HEINOLA_METRICS_TOKEN, without it never.",
    )
    metrics_token: SecretStr | None = Field(
        None, min_length=16, description="Bearer token that /metrics asks for. At least 16 characters."
    )
    docs: bool | None = Field(None, description="Serve /docs. Default: on in demo, off in production.")
    cors_origins: tuple[str, ...] = Field((), description="Origins a browser may call from, as a JSON list.")
    pool_size: int = Field(6, ge=1, le=50, description="Database connections per process.")
    gate_seconds: float = Field(10, gt=0, le=60, description="How long a request waits for a connection before 503.")
    max_body_bytes: int = Field(1_048_576, ge=1024, le=33_554_432, description="Largest request body.")
    max_attachment_bytes: int = Field(10_485_760, ge=1024, le=33_554_432, description="Largest attachment.")
    attachment_store: Literal["database", "folder"] = Field(
        "database", description="Where new attachments are kept, encrypted; earlier ones are read where they are."
    )
    attachment_folder: Path | None = Field(
        None, description="Folder of attachments, of the service alone; part of every backup once it was in use."
    )
    max_header_bytes: int = Field(32_768, ge=4096, le=262_144, description="Largest request head.")
    header_seconds: float = Field(10, gt=0, le=120, description="Time to send the request head.")
    body_seconds: float = Field(20, gt=0, le=300, description="Time to send the request body.")
    statement_seconds: int = Field(15, ge=1, le=300, description="Longest database statement of a request.")
    requests_per_minute: int = Field(
        1200, ge=0, le=1_000_000, description="Requests a minute of one login, per process; 0: no limit."
    )
    requests_at_once: int = Field(
        16, ge=0, le=10_000, description="Requests of one login at the same time, per process; 0: no limit."
    )
    organisation_requests_per_minute: int = Field(
        12_000, ge=0, le=1_000_000, description="Requests a minute of one organisation, per process; 0: no limit."
    )
    organisation_requests_at_once: int = Field(
        128, ge=0, le=10_000, description="Requests of one organisation at the same time, per process; 0: no limit."
    )
    link_requests_per_minute: int = Field(
        120, ge=0, le=1_000_000, description="Requests a minute by one link without an account; 0: no limit."
    )
    office_opens: time = Field(
        time(8), description="When people are there on working days, where their hours are not said; Finnish time."
    )
    office_closes: time = Field(time(16), description="Until when, where their hours are not said; Finnish time.")
    free_time_lead_minutes: int = Field(
        60, ge=0, le=10_080, description="How soon at the earliest a free time is offered, in minutes from now."
    )
    instrument_texts: Path | None = Field(
        None, description="JSON file of item texts that you hold a licence for, as the guide instruments describes."
    )
    recheck_days: int = Field(
        30, ge=1, le=365, description="After how many days of waiting the need of a referral is checked again (C-24)."
    )
    form_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s#?]{1,300}$",
        description="Where clients fill the pre-information form; the token of a link follows as its fragment.",
    )
    form_link_days: int = Field(14, ge=1, le=90, description="How many days a link to fill a form is valid.")
    answering_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s#?]{1,300}$",
        description="Where clients answer instruments; the token of a link follows as its fragment.",
    )
    crisis_line: str | None = Field(
        None,
        pattern=r"^\+?[0-9 ()-]{5,24}$",
        description="A crisis line to show beside the emergency number to a client who tells of self-harm.",
    )
    share_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s#?]{1,300}$",
        description="Where a recipient without an account reads what was shared; the token of a link follows as its "
        "fragment.",
    )
    share_link_hours: int = Field(72, ge=1, le=720, description="How many hours a link to read a share is valid.")
    share_link_opens: int = Field(30, ge=1, le=200, description="How many requests one link to a share answers.")
    share_link_failures: int = Field(5, ge=1, le=20, description="After how many wrong codes a link opens no more.")
    webhook_loopback: bool = Field(
        False, description="Demo mode: subscriptions may send to this machine, on any port and without TLS."
    )
    smtp_host: str | None = Field(None, description="Mail server of the notices. Absent: they are only logged.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the mail server; STARTTLS is required.")
    smtp_user: str | None = Field(None, description="Login at the mail server.")
    smtp_password: SecretStr | None = Field(None, description="Its password; best as a file.")
    smtp_from: str | None = Field(
        None, pattern=r"^[^@\s]{1,64}@[^@\s]{1,190}$", description="Sender address of the notices."
    )
    notice_url: str | None = Field(
        None, pattern=r"^https?://[^\s#?]{1,300}$", description="Where a notice leads: the front page of the service."
    )
    notice_minutes: int = Field(15, ge=1, le=1440, description="At most one e-mail to a person in so many minutes.")
    shutdown_seconds: int = Field(10, ge=1, le=120, description="Time open requests get when stopping.")

    @model_validator(mode="after")
    def consistent(self) -> Settings:
        if wrong := [origin for origin in self.cors_origins if not ORIGIN.fullmatch(origin)]:
            raise ValueError(f"HEINOLA_CORS_ORIGINS takes origins like https://heinola.example, not {wrong[0]}")
        if self.office_opens >= self.office_closes:
            raise ValueError("HEINOLA_OFFICE_OPENS is before HEINOLA_OFFICE_CLOSES")
        if self.attachment_store == "folder" and self.attachment_folder is None:
            raise ValueError("HEINOLA_ATTACHMENT_STORE=folder needs HEINOLA_ATTACHMENT_FOLDER")
        if self.smtp_host and not (self.smtp_from and self.notice_url):
            raise ValueError("HEINOLA_SMTP_HOST needs HEINOLA_SMTP_FROM and HEINOLA_NOTICE_URL")
        if (self.smtp_user is None) != (self.smtp_password is None):
            raise ValueError("HEINOLA_SMTP_USER and HEINOLA_SMTP_PASSWORD go together")
        if self.webhook_loopback and self.mode == "production":
            raise ValueError("HEINOLA_WEBHOOK_LOOPBACK is for demo mode")
        if self.mode == "production":
            missing = [
                name
                for name, value in {
                    "DATABASE_URL": self.database_url,
                    "HEINOLA_ISSUERS": self.issuers,
                    "HEINOLA_IDENTITY_KEYS": self.identity_keys,
                    "HEINOLA_INDEX_KEY": self.index_key,
                }.items()
                if not value
            ]
            if missing:
                raise ValueError(f"production needs {', '.join(missing)}")
            if self.metrics and self.metrics_token is None:
                raise ValueError("HEINOLA_METRICS needs HEINOLA_METRICS_TOKEN in production")
        elif not is_loopback(self.host):
            raise ValueError(
                f"demo mode hands out tokens and listens on loopback only, not on {self.host}: "
                "set HEINOLA_HOST=127.0.0.1, or HEINOLA_MODE=production with an OIDC issuer"
            )
        return self

    @cached_property
    def embedded(self) -> bool:
        """Whether the database is the embedded one."""
        return self.database_url is None

    @cached_property
    def jobs_inside(self) -> bool:
        return self.embedded if self.jobs is None else self.jobs

    @cached_property
    def log_format(self) -> Literal["plain", "json"]:
        return self.logs or ("plain" if self.mode == "demo" else "json")

    @cached_property
    def metrics_on(self) -> bool:
        return self.mode == "demo" or self.metrics_token is not None if self.metrics is None else self.metrics

    @cached_property
    def docs_on(self) -> bool:
        return self.mode == "demo" if self.docs is None else self.docs


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address. Names other than localhost do not count."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


# What asks as much as the machine gives (a run that measures, a test) has no limits.
UNLIMITED: dict[str, Any] = {
    "requests_per_minute": 0,
    "requests_at_once": 0,
    "organisation_requests_per_minute": 0,
    "organisation_requests_at_once": 0,
    "link_requests_per_minute": 0,
}


def unlimited() -> Settings:
    """Demo settings without limits."""
    return Settings(mode="demo", **UNLIMITED)


def read_settings() -> Settings:
    """The settings of this process. Raises `pydantic.ValidationError` naming each wrong variable."""
    for name in SECRETS_FROM_FILES:
        path = os.environ.get(f"{name}_FILE")
        if path and name not in os.environ:
            os.environ[name] = Path(path).read_text().strip()
    return Settings()
