"""What the documents say is so: settings, dependencies, modules, links, commands."""

import re
import tomllib
from pathlib import Path

import pytest

from voicebooth.parse import parse
from voicebooth.settings import NAMES, load, table, wants
from voicebooth.voices import VOICES

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.glob("*.md")])
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)#\s]*)#?([^)\s]*)\)")  # file (none: this page) and anchor
FENCED = re.compile(r"^(`{3,}).*?^\1$", re.MULTILINE | re.DOTALL)
EXTRAS = PROJECT["optional-dependencies"]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9_-]", requirement)[0].lower() for requirement in requirements}


def pinned(file: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+) \\$", text(file), re.MULTILINE))


def settings_page() -> dict[str, str]:
    sections = re.split(r"^### `([A-Z0-9_]+)`$", text("docs/settings.md"), flags=re.MULTILINE)
    return dict(zip(sections[1::2], sections[2::2], strict=True))


def test_every_setting_has_its_heading_and_every_heading_its_setting():
    assert sorted(settings_page()) == sorted(NAMES.variables)


@pytest.mark.parametrize(("variable", "name"), NAMES.variables.items())
def test_a_setting_is_documented_with_its_default_and_what_it_takes(variable, name):
    default = next(row.value for row in table(load({}, Path("no such folder"))) if row.name == variable)
    shown = f"`{default}`" if default else "none"
    assert f"\nDefault: {shown}. Give {wants(name)}.\n" in settings_page()[variable]


def test_every_direct_dependency_is_explained():
    rows = re.findall(r"^\| ([A-Za-z0-9-]+) \| (.+) \| (.+) \|$", text("docs/dependencies.md"), re.MULTILINE)
    explained = {name.lower() for name, *_ in rows} - {"package"}
    assert explained == names([*PROJECT["dependencies"], *(r for extra in EXTRAS.values() for r in extra)])


@pytest.mark.parametrize(
    ("file", "extras"),
    [
        ("requirements.txt", ["cloud"]),
        ("requirements-local.txt", ["offline"]),
        ("requirements-dev.txt", ["cloud", "offline", "dev"]),
    ],
)
def test_pins_agree_with_the_project(file, extras):
    asked = [*PROJECT["dependencies"], *(requirement for extra in extras for requirement in EXTRAS[extra])]
    pins = pinned(file)
    assert names(asked) <= pins.keys()
    assert {r for r in asked if "==" in r} <= {f"{name}=={version}" for name, version in pins.items()}
    assert pins.items() <= pinned("requirements-dev.txt").items()
    assert text(file).count("--hash=sha256:") >= len(pins)
    assert "://" not in text(file)


def test_a_laptop_needs_none_of_googles_libraries():
    assert not [name for name in pinned("requirements-local.txt") if name.startswith(("google", "grpc", "functions"))]


def test_the_architecture_names_every_module_and_no_other():
    there = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "voicebooth").rglob("*.py")}
    there = {name.removeprefix("voicebooth.").removesuffix(".__init__") for name in there} - {"__init__"}
    page = text("docs/architecture.md")
    parts = page[page.index("## The parts") : page.index("## Laws")]
    assert set(re.findall(r"`([a-z_0-9]+(?:\.[a-z_0-9]+)*)`", parts)) == there | {"main"}


def test_the_index_leads_to_every_page():
    linked = set(re.findall(r"\]\(([a-z-]+\.md)\)", text("docs/index.md")))
    assert linked == {page.name for page in DOCS.glob("*.md")} - {"index.md"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for file, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        target = page.parent / file if file else page
        assert target.exists(), file
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), f"{file}#{anchor}"


def anchors(markdown):
    """Return what GitHub lets a link lead to: headings in small letters, with hyphens for spaces and no other signs."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", markdown), re.MULTILINE)
    slugs = [re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings]
    return {f"{slug}-{before}" if (before := slugs[:i].count(slug)) else slug for i, slug in enumerate(slugs)}


def test_headings_are_led_to_as_on_github():
    page = "# `make` & `watch`, twice\n```md\n# No heading\n```\n## A_b-c\n## Same\n### Same\n"
    assert anchors(page) == {"make--watch-twice", "a_b-c", "same", "same-1"}
    assert LINK.findall("[a](b.md#c) [d](#e) [f](g.md) [h](https://i#j)") == [("b.md", "c"), ("", "e"), ("g.md", "")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_nothing_is_left_to_be_written(page):
    assert not re.findall(r"@@|\bTODO\b", page.read_text(encoding="utf-8"))


def test_the_readme_names_what_make_runs():
    demo = re.search(r"^demo:.*\n\t(.+)$", text("Makefile"), re.MULTILINE)
    assert demo
    command = demo[1].replace("$(BIN)", ".venv/bin").replace("$(SCRIPT)", "examples/two-hosts.md")
    assert f"\n{command}\n" in text("README.md")
    targets = set(re.findall(r"^([a-z]+):.*## ", text("Makefile"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)`", text("README.md"))) <= targets
    assert {"demo", "test"} <= set(re.findall(r"^make ([a-z]+)$", text("README.md"), re.MULTILINE))


def test_the_readme_shows_a_script_that_is_one():
    example = re.search(r"^```markdown\n(.+?)^```$", text("README.md"), re.MULTILINE | re.DOTALL)
    assert example
    script = parse(example[1].encode(), "readme.md")
    assert (script.speakers, script.warnings) == (("Ann", "Bob"), ())
    assert [(turn.delivery, turn.pause_s) for turn in script.turns] == [("", 0), ("curious", 0), ("", 1.5)]
    assert script.meta.voices["Ann"] in {voice.name for voice in VOICES}
