"""An operator's templates, read before anything is said in them: each fault with its file and line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, Template, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables

from bot.errors import SettingsError
from bot.messages.limits import SECTION
from bot.messages.parts import PARTS, Part
from bot.messages.style import Style, use
from bot.messages.templating import environment, rendered, replaced
from bot.messages.text import Marked

if TYPE_CHECKING:
    from bot.config import Messages

Fault = tuple[int, str]
"""The line of a template, and what is wrong there."""


def adopt(settings: Messages) -> None:
    """Say everything in the operator's way from now on.

    Raises SettingsError that names every fault of the operator's templates, with file and line.
    """
    style = Style(
        product=settings.product,
        emoji=settings.emoji.model_dump(),
        links=settings.links,
        templates=settings.templates,
    )
    if style.templates and (faults := proofread(style, style.templates)):
        raise SettingsError(faults, f"{style.templates} (messages.templates)")
    use(style)


def proofread(style: Style, folder: Path) -> list[str]:
    """Every fault of the templates in `folder`, in words; empty when there is none."""
    if not folder.is_dir():
        return ["there is no such folder"]
    files = sorted(path for path in folder.glob("*.j2") if not path.name.startswith("."))
    if not files:
        return ["it holds no template (*.j2)"]
    return [f"{path.name}{where}: {words}" for path in files for where, words in _placed(_file(style, path))]


def _placed(faults: Iterator[Fault]) -> Iterator[tuple[str, str]]:
    """In the order of the file, each once."""
    yield from ((f", line {line}" if line else "", words) for line, words in sorted(set(faults)))


def _file(style: Style, path: Path) -> Iterator[Fault]:
    parts = PARTS.get(path.stem)
    if parts is None:
        yield 0, f"there is no template of that name{_advice(path.stem, list(PARTS), '.j2')}"
        return
    jinja = environment(style, own=True)
    try:
        tree = jinja.parse(path.read_text(encoding="utf-8-sig"), path.stem, str(path))
        template = replaced(style, path.stem)
    except (OSError, UnicodeDecodeError) as error:
        yield 0, f"it cannot be read: {error}"
    except TemplateSyntaxError as error:
        yield error.lineno, error.message or "it is no template"
    else:
        assert template is not None  # it was just read
        faults = list(_shape(jinja, tree, parts))
        yield from faults or _trial(template, parts)


def _shape(jinja: Environment, tree: nodes.Template, parts: Mapping[str, Part]) -> Iterator[Fault]:
    """What can be seen without rendering: whatever is no block of Picket's, and names that it is not given."""
    blocks = [node for node in tree.body if isinstance(node, nodes.Block)]
    if not blocks:
        yield 1, f"it has no block, so it would say nothing; there are {', '.join(parts)}"
        return
    for node in tree.body:
        if not isinstance(node, nodes.Block) and (line := _first_words(node)):
            yield line, "this stands outside of the blocks, where nothing is read"
    for block in blocks:
        if block.name in parts:
            yield from _names(jinja, block, parts[block.name])
        else:
            yield block.lineno, f"there is no block {block.name!r} to replace{_advice(block.name, list(parts))}"


def _first_words(node: nodes.Node) -> int:
    """The line on which a node says something; 0 when it is but empty lines."""
    if not isinstance(node, nodes.Output):
        return node.lineno
    for each in node.nodes:
        if not isinstance(each, nodes.TemplateData):
            return each.lineno
        if words := each.data.lstrip():
            return each.lineno + each.data[: len(each.data) - len(words)].count("\n")
    return 0


def _names(jinja: Environment, block: nodes.Block, part: Part) -> Iterator[Fault]:
    alone = nodes.Template(block.body, lineno=block.lineno)
    alone.set_environment(jinja)
    for name in find_undeclared_variables(alone) - part.given.keys():
        lines = (each.lineno for each in block.find_all(nodes.Name) if each.name == name)
        advice = _advice(name, [*part.given, *jinja.globals])
        words = f"there is no variable {name!r} in the block {block.name}{advice}; it is given {', '.join(part.given)}"
        yield next(lines, block.lineno), words


def _trial(template: Template, parts: Mapping[str, Part]) -> Iterator[Fault]:
    """What goes wrong when each block is given what it may be given."""
    for name in template.blocks:
        for sample in parts[name].samples() if name in parts else ():
            try:
                said = rendered(template, name, sample)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is the template's
                yield _line(template, error), f"in the block {name}: {_plainly(error)}"
            else:
                if not said and not parts[name].optional:
                    yield 0, f"the block {name} comes out empty, where the message needs it"
                if len(said) > SECTION:
                    yield 0, f"the block {name} comes out with {len(said):,} characters; Slack takes {SECTION:,}"


def _plainly(error: Exception) -> str:
    return str(error).replace(f"'{Marked.__module__}.{Marked.__name__} object'", "a text")


def _line(template: Template, error: Exception) -> int:
    """Where in the template an error was raised."""
    trace, line = error.__traceback__, 0
    while trace:
        if trace.tb_frame.f_code.co_filename == template.filename:
            line = template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return line


def _advice(word: str, known: Sequence[str], ending: str = "") -> str:
    near = get_close_matches(word, known, n=2, cutoff=0.6)
    return f"; did you mean {' or '.join(each + ending for each in near)}?" if near else ""
