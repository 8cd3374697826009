"""The check of banned phrases, on small trees of files and on the repository's own list."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
_SPEC = importlib.util.spec_from_file_location("check_language", ROOT / "tools" / "check_language.py")
check = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(check)

# The phrases of this test are of its own tree: the repository's must not stand here.
BANNED = "red herring\tsay fish\nmumbled\tsay said\n"
ADVICE = "“red herring”: say fish"


@pytest.fixture
def tree(tmp_path):
    """Writes files and the two lists of a small repository."""

    def write(files, cleared_not=()):
        lists = {"tools/language_banned.txt": BANNED, "tools/language_not_cleared.txt": "\n".join(cleared_not)}
        for name, text in (files | lists).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("src/a.py", '"""A red herring."""\n', 1),
        ("src/a.py", '"""Purpose.\n\nRed herring: first.\n"""\n', 3),
        ("src/a.py", "# a red\n# herring\n", 1),
        ("src/a.py", "x = 1  # red  herring\n", 1),
        ("src/a.py", 'raise ValueError(f"{x}: red "\n    f"herring {x}")\n', 1),
        ("src/deep/a.py", 'help = "x"\nhelp = "Red herring, [1]"\n', 2),
        ("shaders/pass/a.frag", "// Purpose: red\n// herring\n", 1),
        ("docs/a.md", "# A title\n\nA red\nherring.\n", 3),
        ("README.md", "A red herring", 1),
        ("Makefile", "all: ## a red herring\n", 1),
        ("tests/unit/test_a.py", "# red herring", 1),
        ("tools/a.sh", "# red herring", 1),
    ],
)
def test_a_phrase_is_found_wherever_it_stands(tree, name, text, line):
    assert check.problems(tree({name: text})) == [f"{name}:{line}: {ADVICE}"]


@pytest.mark.parametrize("text", ["def mumbled(): ...", "self._mumbled = 1", "class TaskMumbled: ...", "# He mumbled."])
def test_a_single_word_is_found_in_identifiers_too(tree, text):
    assert len(check.problems(tree({"src/a.py": text}))) == 1


@pytest.mark.parametrize(
    "text", ["# a bored herring", "# red herrings", "# red, herring", "red_herring = 1", "grumbled"]
)
def test_parts_of_other_words_are_no_findings(tree, text):
    assert check.problems(tree({"src/a.py": text})) == []


def test_every_finding_is_reported_in_the_order_of_lines(tree):
    text = "# mumbled\n# red herring\n# mumbled\n"
    assert [line.split(":")[1] for line in check.problems(tree({"src/a.py": text}))] == ["1", "2", "3"]


def test_a_listed_file_may_hold_phrases(tree):
    assert check.problems(tree({"src/a.py": "# red herring"}, ["src/a.py"])) == []


@pytest.mark.parametrize("files", [{"src/a.py": "# herring"}, {}], ids=["cleared", "gone"])
def test_the_list_must_shrink(tree, files):
    (problem,) = check.problems(tree(files, ["src/a.py"]))
    assert "src/a.py holds no banned phrase or does not exist; remove this line" in problem


def test_other_files_are_not_read(tree):
    assert check.problems(tree({"src/a.npy": "red herring", "notes/a.py": "red herring"})) == []


@pytest.mark.parametrize(("text", "status"), [("# herring", 0), ("# red herring", 1)])
def test_the_exit_status_and_the_summary(tree, capsys, text, status):
    assert check.main(tree({"src/a.py": text})) == status
    assert f"language: {status} problems, 0 files not yet cleared" in capsys.readouterr().out


def test_the_house_bans_the_phrases_that_its_plan_names():
    banned = {phrase.text for phrase in check.phrases(ROOT)}
    words = ["what|is", "is|none", "to_ld", "such|as|by", "of|which", "by|its|name", "in|ever", "whose|noise|goes"]
    assert banned >= {word.replace("|", " ").replace("_", "") for word in words}
