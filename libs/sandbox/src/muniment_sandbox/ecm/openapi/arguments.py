"""Which arguments a route reads, and as what: found in the source of its handler, so that it cannot be wrong.

A handler and the functions of this package that it calls read arguments as ``form.text("name")``,
``form.integer("limit")`` and so on, and numbers of the path as ``call.number("id")``. What is read under a
computed name (the attributes of a category, say) is not found; every call takes further arguments.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from pathlib import Path

from muniment_sandbox.ecm.calls import Handler


class Kind(Enum):
    """What an argument is read as."""

    TEXT = "text"
    INTEGER = "integer"
    FLAG = "flag"
    LIST = "list"
    OBJECT = "object"
    FILE = "file"


@dataclass(slots=True)
class Arguments:
    """What a handler reads by name; ``numbers`` are the parameters of the path that must be numbers."""

    by_name: dict[str, Kind] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)


_READERS: Mapping[str, Kind] = {
    "text": Kind.TEXT,
    "required_text": Kind.TEXT,
    "value": Kind.TEXT,
    "integer": Kind.INTEGER,
    "required_integer": Kind.INTEGER,
    "flag": Kind.FLAG,
    "items": Kind.LIST,
    "texts": Kind.LIST,
    "integers": Kind.LIST,
    "mapping": Kind.OBJECT,
    "upload": Kind.FILE,
}
_PATH_READERS = ("number", "node", "workspace", "document")
_PACKAGE = "muniment_sandbox.ecm."


@lru_cache(maxsize=512)
def arguments_of(handler: Handler) -> Arguments:
    """Return what the handler reads, itself and through the functions it calls."""
    found = Arguments()
    for function in _with_called(handler):
        for call in _calls(function):
            _note(found, call)
    return found


def _with_called(handler: Callable[..., object]) -> Iterator[Callable[..., object]]:
    waiting, seen = [handler], {handler}
    while waiting:
        function = waiting.pop()
        yield function
        for name in {node.id for node in ast.walk(_tree(function)) if isinstance(node, ast.Name)}:
            called = function.__globals__.get(name) if inspect.isfunction(function) else None
            if inspect.isfunction(called) and called.__module__.startswith(_PACKAGE) and called not in seen:
                seen.add(called)
                waiting.append(called)


def _calls(function: Callable[..., object]) -> Iterator[ast.Call]:
    return (node for node in ast.walk(_tree(function)) if isinstance(node, ast.Call))


def _tree(function: Callable[..., object]) -> ast.AST:
    code = inspect.unwrap(function).__code__
    return _functions(code.co_filename)[code.co_firstlineno]


@lru_cache(maxsize=256)
def _functions(file_name: str) -> dict[int, ast.AST]:
    """The functions of a module by the line where they begin, decorators included."""
    tree = ast.parse(Path(file_name).read_text(encoding="utf-8"))
    return {
        min([node.lineno, *(one.lineno for one in node.decorator_list)]): node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }


def _note(found: Arguments, call: ast.Call) -> None:
    if not isinstance(call.func, ast.Attribute):
        return
    reader, receiver = call.func.attr, _last_name(call.func.value)
    first = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
    name = first if isinstance(first, str) else None
    if receiver == "call" and reader in _PATH_READERS:
        found.numbers.add(name or "id")
    elif receiver == "form" and reader == "upload":
        found.by_name[name or "file"] = Kind.FILE
    elif receiver == "form" and reader in _READERS and name is not None:
        found.by_name.setdefault(name, _READERS[reader])
        if reader.startswith("required_"):
            found.required.add(name)


def _last_name(value: ast.expr) -> str:
    if isinstance(value, ast.Attribute):
        return value.attr
    return value.id if isinstance(value, ast.Name) else ""
