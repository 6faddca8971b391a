"""The documentation covers what there is."""

from core.i18n import ROOT
from core.settings import Settings


def test_every_setting_is_documented_with_its_default() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    missing = [name for name in Settings.model_fields if f"`KEQIAO_{name.upper()}`" not in page]
    assert missing == []


def test_both_readmes_have_the_same_parts() -> None:
    english = (ROOT / "README.md").read_text(encoding="utf-8")
    chinese = (ROOT / "README.zh.md").read_text(encoding="utf-8")

    def shape(text: str) -> list[int]:
        lines = text.splitlines()
        return [len(line) - len(line.lstrip("#")) for line in lines if line.startswith("#")]

    assert shape(english) == shape(chinese)
    commands = [line for line in english.splitlines() if line.startswith(("make ", "keqiao ", ".venv/bin/keqiao"))]
    assert commands
    assert [command.split('"')[0].strip() for command in commands if command.split('"')[0] not in chinese] == []


def test_every_command_is_documented() -> None:
    from typer.main import get_command

    from jobs.cli.main import app

    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    command = get_command(app)
    assert [name for name in command.commands if f"`keqiao {name}" not in page] == []  # type: ignore[attr-defined]  # a group
