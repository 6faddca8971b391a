"""Settings: environment variables with the prefix KEQIAO_, or lines of a `.env` file in the working directory."""

from datetime import time
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.contact import Contact
from core.i18n import ROOT, Language

__all__ = ["ROOT", "Language", "LogFormat", "LogLevel", "Settings", "SmtpSecurity", "get_settings"]


class LogFormat(StrEnum):
    """How log lines are written."""

    CONSOLE = "console"
    JSON = "json"


class SmtpSecurity(StrEnum):
    """How the way to the mail server is kept private."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class LogLevel(StrEnum):
    """From which gravity on log lines are written."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class Settings(BaseSettings):
    """Everything that differs between installations. Every field is documented in docs/settings.md."""

    model_config = SettingsConfigDict(env_prefix="KEQIAO_", env_file=".env", extra="ignore")

    data_dir: Path = Field(default=ROOT / "var", description="Where the database, index cache and files live.")
    database_url: str = Field(
        default="",
        description="SQLAlchemy URL; empty means SQLite in the data folder. "
        "PostgreSQL: postgresql+psycopg://user:password@host/name",
    )
    host: str = Field(default="127.0.0.1", description="Address the server listens on.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port the server listens on.")
    language: Language = Field(
        default=Language.ZH, description="Language where a person's own is not known: pages, notifications."
    )
    time_zone: str = Field(default="Asia/Shanghai", description="Time zone where a person's own is not known.")
    demo: bool = Field(default=False, description="Demo mode: the sign-in page lists the demo users.")
    secure_cookies: bool = Field(
        default=False, description="Send cookies over HTTPS only. Switch on behind a TLS proxy."
    )
    session_hours: int = Field(default=12, ge=1, le=24 * 30, description="Hours until a sign-in without activity ends.")
    embedding_model: str = Field(
        default="", description="Folder or cached name of a sentence-transformers model; empty means the built-in one."
    )
    rules: Path | None = Field(
        default=None, description="YAML file of the society's own rules, which names what differs from those that ship."
    )
    reference_data: Path | None = Field(
        default=None, description="Folder of reference data for training and benchmarks; everything else works without."
    )
    import_max_mib: int = Field(default=64, ge=1, le=4096, description="Largest file an import accepts, in MiB.")
    file_max_mib: int = Field(default=32, ge=1, le=4096, description="Largest file or mail that is kept, in MiB.")
    worker_tick_seconds: float = Field(default=5.0, gt=0, description="Seconds between two looks at due work.")
    remind_at: time = Field(default=time(9), description="When people are reminded, in their own time zone.")
    feedback_days: int = Field(
        default=10, ge=1, le=250, description="Working days without an answer or judgement until one is asked for."
    )
    escalate_lead_days: int = Field(
        default=3, ge=1, le=250, description="Working days without an act until a lead is told what the owner was."
    )
    escalate_branch_days: int = Field(default=5, ge=1, le=250, description="Working days until the branch is told too.")
    pause_days: int = Field(
        default=90, ge=1, le=3650, description="Days without an act after which a paused deal is to be looked at again."
    )
    public_url: str = Field(
        default="", description="Address under which people open the pages; stands in mails, chats and calendars."
    )
    contact_name: str = Field(
        default="",
        max_length=100,
        description="The office or person to whom people outside turn; stands on pages and in mails.",
    )
    contact_phone: str = Field(default="", max_length=100, description="Its telephone number.")
    contact_mail: str = Field(default="", max_length=200, description="Its mail address.")
    smtp_host: str = Field(default="", description="Mail server; empty means that no mail is sent.")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Port of the mail server.")
    smtp_security: SmtpSecurity = Field(
        default=SmtpSecurity.STARTTLS, description="starttls, tls (port 465), or none for a server on this machine."
    )
    smtp_from: str = Field(
        default="", validate_default=True, description="Address from which mails come; needed with a mail server."
    )
    smtp_user: str = Field(default="", description="Who signs in at the mail server; empty means nobody.")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="Password at the mail server.")
    log_format: LogFormat = Field(default=LogFormat.CONSOLE, description="console for people, json for collectors.")
    log_level: LogLevel = Field(default=LogLevel.INFO, description="DEBUG, INFO, WARNING or ERROR.")

    @field_validator("rules", mode="before")
    @classmethod
    def _is_none_where_empty(cls, written: object) -> object:
        return written or None

    @field_validator("time_zone")
    @classmethod
    def _is_a_time_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError("unknown_time_zone")
        return name

    @field_validator("contact_name", "contact_phone", "contact_mail")
    @classmethod
    def _is_one_line(cls, written: str) -> str:
        return " ".join(written.split())

    @field_validator("contact_mail")
    @classmethod
    def _is_a_mail_address(cls, address: str) -> str:
        name, _, host = address.rpartition("@")
        if address and not (name and host and " " not in address):
            raise ValueError("not_a_mail_address")
        return address

    @field_validator("smtp_from")
    @classmethod
    def _is_a_sender(cls, address: str, others: ValidationInfo) -> str:
        if others.data.get("smtp_host") and not address.rpartition("@")[0]:
            raise ValueError("smtp_needs_sender")
        return address

    @field_validator("smtp_user")
    @classmethod
    def _signs_in_over_tls(cls, user: str, others: ValidationInfo) -> str:
        if user and others.data.get("smtp_security") is SmtpSecurity.NONE:
            raise ValueError("smtp_password_in_clear")
        return user

    @property
    def contact(self) -> Contact:
        """Whom people outside turn to."""
        return Contact(self.contact_name, self.contact_phone, self.contact_mail)

    @property
    def effective_public_url(self) -> str:
        """Where pages are opened, without a slash at its end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def effective_database_url(self) -> str:
        """The URL to connect to: the given one, or SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / 'keqiao.db'}"

    @property
    def files_dir(self) -> Path:
        """Where the contents of files lie; part of every backup."""
        return self.data_dir / "files"

    @property
    def index_dir(self) -> Path:
        """Where the search index is cached; it can be deleted at any time."""
        return self.data_dir / "index"


@lru_cache
def get_settings() -> Settings:
    """The settings of this process."""
    return Settings()
