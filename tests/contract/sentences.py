"""The sentences that engine and server can say, read off their code.

A refusal is an f-string where it is raised; what stands in its braces is `{1}`, `{2}` … here. Where
a condition chooses between words, each way is a sentence of its own. Words that a function of the
same module puts into many sentences ("a list", "an object") are words, not sentences.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Classes of refusals by name, and functions whose second argument is a sentence.
REFUSALS = frozenset(
    "Invalid Unknown TooExpensive NotNow Broken NotFound NoToken WatchOnly ForeignOrigin "
    "WrongMethod NotOffered LostSession TooLarge WrongType WrongHost Busy Failed NotReady".split()
)
SECOND = frozenset({"_off", "tell_lost", "lost_event"})
RETURNED = re.compile(r"refuse(_points)?|_sentence")
HOLE = "\0"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Said:
    """What was found: sentences, words of edits, and words put into either; each with its place."""

    sentences: dict[str, str] = field(default_factory=dict)
    edits: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)


def numbered(text: str) -> str:
    """The holes of a text as {1}, {2} …"""
    parts = text.split(HOLE)
    return parts[0] + "".join(f"{{{i}}}{part}" for i, part in enumerate(parts[1:], 1))


class _Module:
    """The sentences of one file."""

    def __init__(
        self, path: Path, tree: ast.Module, said: Said, constants: dict[str, ast.expr]
    ) -> None:
        self.path, self.tree, self.said, self.constants = path, tree, said, constants
        self.functions = {node.name: node for node in tree.body if isinstance(node, Function)}

    def read(self) -> None:
        self._scope(self.tree)

    def _scope(self, scope: ast.Module | Function) -> None:
        """What is said in a function, or outside of all, and then in the functions inside it."""
        name = "" if isinstance(scope, ast.Module) else scope.name
        rest: list[ast.AST] = list(ast.iter_child_nodes(scope))
        while rest:
            node = rest.pop()
            if isinstance(node, Function):
                self._scope(node)
                continue
            rest.extend(ast.iter_child_nodes(node))
            for expression in _spoken(node):
                self._keep(self.said.sentences, expression, scope)
            if isinstance(node, ast.Return) and node.value:
                if RETURNED.fullmatch(name):
                    self._keep(self.said.sentences, node.value, scope)
                if name == "words" and "engine" in self.path.parts:
                    self._keep(self.said.edits, node.value, scope)

    def _keep(self, into: dict[str, str], expression: ast.expr, scope: ast.AST) -> None:
        line = f"{self.path.relative_to(ROOT)}:{expression.lineno}"
        for text in self.ways(expression, scope):
            if re.search(r"[^\W\d_]", text) or (into is self.said.edits and text != HOLE):
                into.setdefault(numbered(text), line)

    def ways(self, x: ast.expr | None, scope: ast.AST) -> list[str]:
        """Every text that an expression can be, with holes for what is not known here."""
        match x:
            case ast.Constant(value=str(text)):
                return [text]
            case ast.JoinedStr(values=parts):
                return ["".join(way) for way in product(*(self.ways(p, scope) for p in parts))]
            case ast.FormattedValue(value=value, format_spec=None):
                return self.ways(value, scope)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                ways = product(self.ways(left, scope), self.ways(right, scope))
                return ["".join(way) for way in ways if set(way) != {HOLE}] or [HOLE]
            case ast.IfExp(body=body, orelse=other):
                return [*self.ways(body, scope), *self.ways(other, scope)]
            case ast.BoolOp(values=values) if isinstance(values[-1], ast.Constant):
                return [*self.ways(values[0], scope), *self.ways(values[-1], scope)]
            case ast.Name(id=name):
                return self._named(name, scope)
            case ast.Call(func=ast.Name(id=name)) if name in self.functions:
                return self._returned(self.functions[name])
        return [HOLE]

    def _named(self, name: str, scope: ast.AST) -> list[str]:
        if name in self.constants:
            return self.ways(self.constants[name], scope)
        given = [
            node.value
            for node in ast.walk(scope)
            if isinstance(node, ast.Assign)
            and any(isinstance(t, ast.Name) and t.id == name for t in node.targets)
        ]
        ways = [way for value in given for way in self.ways(value, scope)]
        return ways if ways and HOLE not in ways else [HOLE]

    def _returned(self, function: ast.FunctionDef) -> list[str]:
        """What a function of this module puts into sentences: of two ways each is said; of more
        each is a word, and so is what stands for a number."""
        returns = [n for n in ast.walk(function) if isinstance(n, ast.Return)]
        ways = [way for each in returns for way in self.ways(each.value, function)]
        spoken = [way for way in ways if re.search(r"[a-z]{2}", way)]
        if len(ways) <= 2 and HOLE not in ways and spoken:
            return ways
        for way in spoken:
            if HOLE not in way:
                self.said.words.setdefault(way, f"{self.path.relative_to(ROOT)}:{function.lineno}")
        return [HOLE]


def _spoken(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions of a node that a reader is told."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args):
            if name in REFUSALS and args:
                yield args[0]
            if name in SECOND and len(args) > 1:
                yield args[1]
            if name == "event" and len(args) > 2:
                yield args[2]
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "sentence":
                    yield value


def _constants(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Texts that a module names in capitals."""
    for node in tree.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ) if name.isupper() and isinstance(value, ast.Constant | ast.JoinedStr):
                if not isinstance(value, ast.Constant) or isinstance(value.value, str):
                    yield name, value


def found() -> Said:
    """Everything that engine and server say of themselves."""
    said = Said()
    paths = [path for part in ("engine", "app") for path in sorted((ROOT / part).rglob("*.py"))]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    constants = dict(pair for tree in trees for pair in _constants(tree))
    for path, tree in zip(paths, trees, strict=True):
        _Module(path, tree, said, constants).read()
    return said
