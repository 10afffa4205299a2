import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth import settings
from voicebooth.errors import SettingsFault
from voicebooth.parse import parse
from voicebooth.parse.pronunciations import is_lexicon
from voicebooth.pronounce.spelling import KINDS
from voicebooth.settings import NAMES, Settings, load, table, variable, wants

KEY = "AIza-not-a-real-key"


def complaints(environ: dict[str, str], folder: Path, **overrides: object) -> list[str]:
    with pytest.raises(SettingsFault) as fault:
        load(environ, folder, overrides)
    return [problem.message for problem in fault.value.problems]


def test_nothing_need_be_set(tmp_path):
    chosen = load({}, tmp_path)
    assert (chosen.concurrency, chosen.segment_seconds, chosen.max_minutes) == (16, 75, 600)
    assert (chosen.formats, chosen.speech, chosen.max_cost_usd) == (("mp3",), "gemini", None)
    assert {row.source for row in table(chosen)} == {"default"}
    assert chosen.warnings == ()


def test_a_higher_layer_wins_and_is_named(tmp_path):
    (tmp_path / "voicebooth.toml").write_text("concurrency = 1\nretries = 1\nretakes = 1\nclaim_s = 10\n")
    (tmp_path / ".env").write_text("VOICEBOOTH_CONCURRENCY=2\nVOICEBOOTH_RETRIES=2\nVOICEBOOTH_RETAKES=2\n")
    environ = {"VOICEBOOTH_CONCURRENCY": "3", "VOICEBOOTH_RETRIES": "3"}
    chosen = load(environ, tmp_path, {"concurrency": 4, "deadline_s": None})
    found = {name: (getattr(chosen, name), chosen.source_of(name)) for name in Settings.model_fields}
    assert found["concurrency"] == (4, "command line")
    assert found["retries"] == (3, "environment")
    assert found["retakes"] == (2, ".env")
    assert found["claim_s"] == (10, "voicebooth.toml")
    assert found["deadline_s"] == (500, "default")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("voicebooth.toml", 'concurrency = 8\nformats = ["mp3", "wav"]\nscripts_bucket = "gs://scripts"\n'),
        ("voicebooth.yaml", "concurrency: 8\nformats: [mp3, wav]\nscripts_bucket: gs://scripts\n"),
        ("voicebooth.yml", "concurrency: 8\nformats: mp3, wav\nscripts_bucket: gs://scripts\n"),
        ("voicebooth.json", '{"concurrency": 8, "formats": "mp3,wav", "scripts_bucket": "gs://scripts"}'),
        ("voicebooth.ini", "[voicebooth]\nconcurrency = 8\nformats = mp3,wav\nscripts_bucket = gs://scripts\n"),
        (
            ".env",
            "export VOICEBOOTH_CONCURRENCY=8 # at once\nVOICEBOOTH_FORMATS='mp3,wav'\nSCRIPTS_BUCKET=gs://scripts\n",
        ),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_every_kind_of_file_says_the_same(tmp_path, file, text, encoding):
    (tmp_path / file).write_text(text, encoding=encoding)
    chosen = load({}, tmp_path)
    assert (chosen.concurrency, chosen.formats, chosen.scripts_bucket) == (8, ("mp3", "wav"), "gs://scripts")
    assert chosen.source_of("concurrency") == file


@pytest.mark.parametrize("file", [".env", "voicebooth.toml", "voicebooth.yaml", "voicebooth.json"])
def test_an_empty_file_says_nothing(tmp_path, file):
    (tmp_path / file).write_text("{}" if file.endswith("json") else "")
    assert load({}, tmp_path) == load({}, tmp_path / "elsewhere")


def test_an_empty_variable_is_not_set(tmp_path):
    (tmp_path / ".env").write_text("VOICEBOOTH_MAX_COST_USD=\n")
    chosen = load({"VOICEBOOTH_CONCURRENCY": ""}, tmp_path)
    assert (chosen.concurrency, chosen.max_cost_usd) == (16, None)


def test_a_wrong_value_is_named_with_its_source_and_what_to_give(tmp_path):
    (tmp_path / ".env").write_text("VOICEBOOTH_CONCURRENCY=many\n")
    assert complaints({}, tmp_path) == [
        '.env: VOICEBOOTH_CONCURRENCY is "many"; give a whole number from 1 to 64',
    ]


def test_all_problems_are_told_at_once(tmp_path):
    (tmp_path / "voicebooth.toml").write_text("retries = true\nspede = 1\n")
    told = complaints({"VOICEBOOTH_DEADLINE_S": "0"}, tmp_path, formats="mp3,ogg")
    assert told == [
        "voicebooth.toml: spede is not a setting; did you mean speech?",
        'environment: VOICEBOOTH_DEADLINE_S is "0"; give a number from 1 to 3600',
        "voicebooth.toml: retries is true; give a whole number from 1 to 20",
        'command line: --format is "mp3,ogg"; give mp3, m4a, opus, flac, wav or several with commas between',
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("scripts_bucket", "s3://scripts"),
        ("work_bucket", "gs://"),
        ("work_bucket", "gs://Upper"),
        ("gemini_tts_model", "two words"),
        ("gemini_api_key_secret", "my-secret"),
        ("google_genai_use_enterprise", "perhaps"),
        ("google_gemini_base_url", "localhost:8080"),
        ("storage_emulator_host", "localhost:8080"),
        ("secret_manager_emulator_host", "http://localhost:8080"),
        ("cloud_tasks_emulator_host", "localhost"),
        ("log_level", "chatty"),
        ("environment", "prod"),
        ("speech", "festival"),
        ("concurrency", "65"),
        ("concurrency", "2.5"),
        ("max_cost_usd", "nan"),
        ("max_cost_usd", "-1"),
        ("segment_seconds", "inf"),
        ("loudness_lufs", "16"),
        ("true_peak_dbtp", "1"),
        ("formats", ","),
        ("formats", "aiff"),
        ("sample_rate_hz", "22050"),
        ("sample_rate_hz", "fast"),
        ("bitrate_kbps", "31"),
        ("bitrate_kbps", "321"),
        ("api_version", "beta"),
        ("narrator", "Nat: "),
        ("narrator", "two\nlines"),
        ("narrator", "n" * 81),
        ("spell_out", "numbers"),
        ("spell_out", "all,dates"),
        ("lexicon", "../lexicon.yaml"),
        ("lexicon", "/shows/lexicon.yaml"),
        ("lexicon", ".lexicon.yaml"),
        ("lexicon", "names.yaml"),
    ],
)
def test_what_is_out_of_form_or_range_is_refused(tmp_path, name, value):
    (message,) = complaints({variable(name): value}, tmp_path)
    assert message.startswith(f"environment: {variable(name)} ")
    assert message.endswith(f"; give {wants(name)}")


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("scripts_bucket", "gs://my_scripts/a/b", "gs://my_scripts/a/b"),
        ("scripts_bucket", "file:///my folder", "file:///my folder"),
        ("scripts_bucket", "./scripts#1", "./scripts#1"),
        ("gemini_api_key_secret", "projects/p/secrets/s/versions/latest", "projects/p/secrets/s/versions/latest"),
        ("google_gemini_base_url", "http://[::1]:80/path", "http://[::1]:80/path"),
        ("secret_manager_emulator_host", "[::1]:8080", "[::1]:8080"),
        ("log_level", "debug", "DEBUG"),
        ("environment", "Production", "production"),
        ("concurrency", " 8 ", 8),
        ("max_cost_usd", "0", 0),
        ("formats", "WAV, mp3, wav", ("wav", "mp3")),
        ("narrator", " Dr. Nat O'Hara ", "Dr. Nat O'Hara"),
        ("spell_out", "Units, dates", "units,dates"),
        ("spell_out", "None", "none"),
        ("lexicon", "names/show-lexicon.yml", "names/show-lexicon.yml"),
    ],
)
def test_what_people_write_is_understood(tmp_path, name, value, read):
    assert getattr(load({variable(name): value}, tmp_path), name) == read


@given(value=st.one_of(st.integers(), st.floats()))
def test_a_number_is_taken_exactly_within_its_range(value):
    nowhere = Path("no such folder")
    try:
        taken = load({"VOICEBOOTH_MAX_MINUTES": str(value)}, nowhere).max_minutes
    except SettingsFault:
        assert not (math.isfinite(value) and 0.1 <= value <= 6000)
    else:
        assert taken == value


@pytest.mark.parametrize("name", ["gemini_api_key", "GEMINI_API_KEY", "voicebooth_Gemini_Api_Key"])
@pytest.mark.parametrize("file", ["voicebooth.toml", "voicebooth.yaml", "voicebooth.json", "voicebooth.ini"])
def test_a_secret_in_a_settings_file_is_refused_unseen_however_it_is_spelt(tmp_path, file, name):
    form = {"toml": f'{name} = "{KEY}"', "yaml": f"{name}: {KEY}", "json": json.dumps({name: KEY})}
    (tmp_path / file).write_text(form.get(file.split(".")[1], f"[voicebooth]\n{name} = {KEY}"))
    spelt = name.lower() if file.endswith("ini") else name  # as its reader has it
    where = "put it in .env or the environment as GEMINI_API_KEY"
    assert complaints({}, tmp_path) == [f"{file}: {spelt} is a secret and does not belong in this file; {where}"]


@pytest.mark.parametrize("name", ["CONCURRENCY", "VOICEBOOTH_CONCURRENCY", "Concurrency"])
def test_a_name_in_the_wrong_case_is_answered_with_the_right_one(tmp_path, name):
    (tmp_path / "voicebooth.toml").write_text(f"{name} = 4\n")
    assert complaints({}, tmp_path) == [f"voicebooth.toml: {name} is not a setting; did you mean concurrency?"]


def test_a_key_is_masked_wherever_it_could_show(tmp_path):
    (tmp_path / ".env").write_text(f"GEMINI_API_KEY={KEY}\n")
    chosen = load({}, tmp_path)
    assert chosen.gemini_api_key
    assert chosen.gemini_api_key.get_secret_value() == KEY
    row = next(row for row in table(chosen) if row.name == "GEMINI_API_KEY")
    assert (row.value, row.source) == ("********", ".env")
    assert KEY not in f"{chosen!r} {chosen} {table(chosen)}"


@pytest.mark.parametrize("key", [f'"{KEY}"', f"'{KEY}'", f"{KEY} x", f"{KEY}\u201d"])
def test_a_key_with_its_quotation_marks_is_refused_before_it_is_sent(tmp_path, key):
    (message,) = complaints({"GEMINI_API_KEY": key}, tmp_path)
    assert message.endswith("has the wrong form; give the key alone, without spaces or quotes")
    assert KEY not in message


@pytest.mark.parametrize(
    ("flag", "given"),
    [("--format", {"formats": "mp4"}), ("--speech", {"speech": "x"}), ("--out", {"episodes_bucket": "s3://x"})],
)
def test_what_the_command_line_says_is_called_as_it_is_there(tmp_path, flag, given):
    (message,) = complaints({}, tmp_path, **given)
    assert message.startswith(f"command line: {flag} is ")


@pytest.mark.parametrize("name", ["gemini_api_key", "gemini_api_key_secret", "google_gemini_base_url"])
def test_a_value_that_may_be_a_key_is_not_repeated(tmp_path, name):
    (message,) = complaints({variable(name): f"{KEY} \N{EM DASH}"}, tmp_path)
    assert variable(name) in message
    assert KEY not in message


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        (".env", f"VOICEBOOTH_SPEECH=offline\n{KEY}\n", "line 2 is not NAME=value"),
        (".env", f"A='{KEY}\n", "line 1 is not NAME=value"),
        ("voicebooth.toml", f"a = 1\nb = {KEY}\n", "at line 2"),
        ("voicebooth.yaml", f"a: 1\nb: [{KEY}\n", "line 3 is not valid YAML"),
        ("voicebooth.yaml", f"- {KEY}\n", "does not hold names and values"),
        ("voicebooth.yaml", "a: \x07\n", "line 1 is not valid YAML"),
        ("voicebooth.json", f'{{"a":\n{KEY}}}', "line 2 is not valid JSON"),
        ("voicebooth.json", f'["{KEY}"]', "does not hold names and values"),
        ("voicebooth.ini", f"a = {KEY}\n", "one section, [voicebooth]"),
        ("voicebooth.ini", f"[other]\na = {KEY}\n", "one section, [voicebooth]"),
    ],
)
def test_a_malformed_file_is_named_by_line_and_not_repeated(tmp_path, file, text, place):
    (tmp_path / file).write_text(text)
    (message,) = complaints({}, tmp_path)
    assert message.startswith(f"{file}: ")
    assert place in message
    assert KEY not in message


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00A")
    (tmp_path / "voicebooth.toml").mkdir()
    not_text, not_readable = complaints({}, tmp_path)
    assert not_text == ".env: is not UTF-8 text; save it as UTF-8"
    assert not_readable.startswith("voicebooth.toml: cannot be read")


def test_two_settings_files_are_one_too_many(tmp_path):
    (tmp_path / "voicebooth.toml").write_text("")
    (tmp_path / "voicebooth.ini").write_text("[voicebooth]")
    assert complaints({}, tmp_path) == ["voicebooth.ini: voicebooth.toml is here too; keep one of them"]


@pytest.mark.parametrize(
    ("file", "name", "near"),
    [
        (".env", "VOICEBOOTH_CONCURENCY", "VOICEBOOTH_CONCURRENCY"),
        ("voicebooth.json", "VOICEBOOTH_CONCURRENCY", "concurrency"),
        ("voicebooth.json", "scripts-bucket", "scripts_bucket"),
    ],
)
def test_an_unknown_name_in_a_file_is_refused_with_the_nearest(tmp_path, file, name, near):
    (tmp_path / file).write_text(f"{name}={KEY}" if file == ".env" else json.dumps({name: KEY}))
    assert complaints({}, tmp_path) == [f"{file}: {name} is not a setting; did you mean {near}?"]


def test_an_unknown_name_in_the_environment_warns(tmp_path):
    chosen = load({"VOICEBOOTH_XYZ": KEY, "VOICEBOOTH_RETRYS": "1", "EDITOR": "vi"}, tmp_path)
    assert [warning.message for warning in chosen.warnings] == [
        "environment: VOICEBOOTH_XYZ is not a setting; docs/settings.md lists them all",
        "environment: VOICEBOOTH_RETRYS is not a setting; did you mean VOICEBOOTH_RETRIES?",
    ]


def test_other_programs_share_the_dotenv_file(tmp_path):
    (tmp_path / ".env").write_text("DATABASE_URL=postgres://x\nGEMINI_TTS_MODEL=other\n")
    assert load({}, tmp_path).gemini_tts_model == "other"


def test_the_process_environment_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setenv("VOICEBOOTH_CONCURRENCY", "3")
    monkeypatch.setenv("CONCURRENCY", "3")
    (tmp_path / ".env").write_text("GEMINI_TTS_MODEL=$CONCURRENCY\n")
    chosen = load({}, tmp_path)
    assert (chosen.concurrency, chosen.gemini_tts_model) == (16, "$CONCURRENCY")
    assert Settings().concurrency == 16


@pytest.mark.parametrize(
    ("scripts", "work", "episodes", "fault"),
    [
        ("gs://a", "gs://b", "gs://c", None),
        ("gs://a/scripts", "gs://a/work", "gs://a/episodes", None),
        ("scripts", "episodes/.work", "episodes", None),
        ("gs://a", "gs://b", "gs://a/episodes", "EPISODES_BUCKET lies in the same place as SCRIPTS_BUCKET"),
        ("gs://a", "gs://b", "gs://b/", "EPISODES_BUCKET lies in the same place as WORK_BUCKET"),
        ("here/scripts", "here", "there", "WORK_BUCKET lies in the same place as SCRIPTS_BUCKET"),
        ("file:///a%20b", "/c", "/c/../a b", "EPISODES_BUCKET lies in the same place as SCRIPTS_BUCKET"),
    ],
)
def test_what_is_written_never_lands_among_the_scripts(tmp_path, scripts, work, episodes, fault):
    environ = {"SCRIPTS_BUCKET": scripts, "WORK_BUCKET": work, "EPISODES_BUCKET": episodes}
    if fault is None:
        assert load(environ, tmp_path).warnings == ()
    else:
        assert complaints(environ, tmp_path) == [f"environment: {fault}; give each a place of its own"]


def test_the_keyless_route_needs_a_project(tmp_path):
    (message,) = complaints({"GOOGLE_GENAI_USE_ENTERPRISE": "true"}, tmp_path)
    assert "set GOOGLE_CLOUD_PROJECT as well" in message
    assert load({"GOOGLE_GENAI_USE_ENTERPRISE": "1", "GOOGLE_CLOUD_PROJECT": "p"}, tmp_path).google_genai_use_enterprise


def test_an_emulator_in_production_warns(tmp_path):
    environ = {"ENVIRONMENT": "production", "STORAGE_EMULATOR_HOST": "http://localhost:1"}
    (warning,) = load(environ, tmp_path).warnings
    assert (
        warning.message == "environment: STORAGE_EMULATOR_HOST is set in production; unset it to reach the real service"
    )


def test_settings_do_not_change(tmp_path):
    with pytest.raises(ValueError, match="frozen"):
        load({}, tmp_path).concurrency = 2


def test_the_table_has_every_setting_once(tmp_path):
    rows = table(load({"VOICEBOOTH_MAX_COST_USD": "2.50"}, tmp_path))
    assert [row.name for row in rows] == list(NAMES.variables)
    shown = {row.name: row.value for row in rows}
    assert (shown["VOICEBOOTH_MAX_COST_USD"], shown["VOICEBOOTH_DEADLINE_S"]) == ("2.5", "500")
    assert (shown["GOOGLE_GENAI_USE_ENTERPRISE"], shown["WORK_BUCKET"]) == ("false", "")


def test_only_the_key_is_secret():
    assert {"gemini_api_key"} == NAMES.secrets
    assert settings.variable("gemini_api_key") == "GEMINI_API_KEY"


@pytest.mark.parametrize(("formats", "odd"), [("flac", True), ("wav,flac", True), ("flac,mp3", False)])
def test_a_bit_rate_for_lossless_files_is_told_of(tmp_path, formats, odd):
    chosen = load(
        {"VOICEBOOTH_BITRATE_KBPS": "64", "VOICEBOOTH_SAMPLE_RATE_HZ": "48000"}, tmp_path, {"formats": formats}
    )
    assert (chosen.bitrate_kbps, chosen.sample_rate_hz) == (64, 48_000)
    assert ["VOICEBOOTH_BITRATE_KBPS" in problem.message for problem in chosen.warnings] == [True] * odd


def test_what_is_written_out_is_called_as_in_scripts(tmp_path):
    for kind in KINDS:
        assert load({"VOICEBOOTH_SPELL_OUT": kind}, tmp_path).spell_out == kind
    (tmp_path / "voicebooth.toml").write_text(f"spell_out = {sorted(KINDS)}\n")
    chosen = load({}, tmp_path).spell_out
    assert set(chosen.split(",")) == KINDS
    assert parse(f"---\nspell_out: {chosen}\n---\nAnn: Hi.\n".encode(), "ep.md").meta.spell_out == chosen


@pytest.mark.parametrize("name", ["lexicon.yaml", "names.lexicon.json", "show words/show-lexicon.yml"])
def test_the_lexicon_of_a_show_is_never_taken_for_a_script(tmp_path, name):
    assert is_lexicon(load({"VOICEBOOTH_LEXICON": name}, tmp_path).lexicon)
