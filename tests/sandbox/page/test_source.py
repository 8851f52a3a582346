"""What the page's files may and may not hold."""

import re
from pathlib import Path

import pytest

import sandbox.slack

PAGE = Path(sandbox.slack.__path__[0]) / "page"
FILES = sorted(path for path in PAGE.iterdir() if path.suffix in {".js", ".css", ".html"})
FORBIDDEN = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|\.srcdoc"
)


def test_no_file_turns_text_into_markup() -> None:
    assert [path.name for path in FILES if FORBIDDEN.search(path.read_text())] == []


def test_nothing_is_loaded_from_elsewhere() -> None:
    loading = re.compile(r"""(?:src|href)=["'](?!/static/|data:,)|@import|url\(|import\(""")
    assert [path.name for path in FILES if loading.search(path.read_text())] == []


def test_each_module_imports_only_its_neighbours() -> None:
    for path in PAGE.glob("*.js"):
        for source in re.findall(r'from "([^"]+)"', path.read_text()):
            assert (PAGE / source).exists(), f"{path.name} imports {source}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_file_is_one_idea_that_fits_in_one_sitting(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert len(lines) < 300
    assert path.suffix == ".html" or lines[0].startswith(("/**", "/*")), "the first line says what the file is for"
