"""The mutants of a module: its tree with one small fault each, which a test should notice."""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

_OTHER: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv, ast.Pow: ast.Mult, ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
# Calls of these are kept: their argument mostly has the type already, and nothing would change.
_CONVERSIONS = {"int", "str", "float", "bool", "list", "tuple", "dict", "set", "frozenset", "len"}
# Any of the arguments of these, which are conditions of DynamoDB, may be missing.
_CONDITIONS = {"when", "every", "either", "query"}
# A limit of this size or more is somebody's choice: a test could only say it once more.
_LARGE = 1000
_WITHOUT_EFFECT = {"annotation", "returns", "decorator_list"}


@dataclass(frozen=True)
class Mutant:
    """One change of a tree: `replacement` stands for a node, or None where the node goes.

    `name` says what changes, and is no other's of the module; it stays when lines move. What
    `is_at_import` has had its effect before any function is called.
    """

    owner: Any
    field: str
    index: int | None
    replacement: ast.AST | None
    line: int
    is_at_import: bool
    name: str = ""

    def apply(self) -> None:
        """Change the tree."""
        changed: Any = self.replacement
        if self.index is not None:
            changed = list(getattr(self.owner, self.field))
            changed[self.index : self.index + 1] = [self.replacement] if self.replacement else []
        setattr(self.owner, self.field, changed)


def mutants_of(tree: ast.Module) -> list[Mutant]:
    """All mutants of a module, in the order of its lines."""
    found, names = [], Counter[str]()
    for place, statement, node, spot, is_at_import in _nodes(tree, "", tree, True):
        owner, field, index = spot
        before, kept = ast.unparse(statement), getattr(owner, field)
        for replacement in _replacements(node, owner, field):
            if replacement is not None:
                ast.fix_missing_locations(ast.copy_location(replacement, node))
            mutant = Mutant(owner, field, index, replacement, node.lineno, is_at_import)
            mutant.apply()
            after = ast.unparse(replacement if node is statement and replacement else statement)
            setattr(owner, field, kept)
            if after != before:
                name = f"{place}: {_difference(before, after)}"
                names[name] += 1
                number = f" ({names[name]})" if names[name] > 1 else ""
                found.append(replace(mutant, name=name + number))
    return found


def _nodes(owner: Any, place: str, statement: ast.AST, at_import: bool) -> Iterator[Any]:
    """Every node that may change: its function, its statement, itself, and where it stands.

    Left out is what does nothing, or only tells people who read logs what happened: annotations
    and other types, docstrings, imports, decorators, logging, and the sentences of exceptions.
    """
    for field, value in ast.iter_fields(owner):
        if field in _WITHOUT_EFFECT or (isinstance(owner, ast.Raise) and _is_sentence(value)):
            continue
        runs_later = field == "body" and isinstance(owner, ast.FunctionDef | ast.Lambda)
        now = at_import and not runs_later
        for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(node, ast.AST) or _is_left_out(node, owner):
                continue
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                yield from _nodes(node, f"{place}.{node.name}".lstrip("."), node, now)
                continue
            inner = node if isinstance(node, ast.stmt) else statement
            if isinstance(node, ast.stmt | ast.expr | ast.keyword):
                yield place or "module", inner, node, (owner, field, index), now
            yield from _nodes(node, place, inner, now)


def _is_sentence(raised: Any) -> bool:
    match raised:
        case ast.Call(args=[ast.Constant() | ast.JoinedStr()], keywords=[]):
            return True
    return False


def _is_left_out(node: ast.AST, owner: ast.AST) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="logger")))):
            return True
        case ast.Assign(value=ast.Subscript(value=ast.Name())):
            return isinstance(owner, ast.Module)  # the name of a type
    return False


def _replacements(node: ast.AST, owner: ast.AST, field: str) -> Iterator[ast.AST | None]:
    match node:
        case ast.Expr() | ast.AugAssign() | ast.Raise() | ast.Continue() | ast.Break():
            yield ast.Pass()
        case ast.Assign(targets=[ast.Subscript()]) | ast.Return(value=None) | ast.Delete():
            yield ast.Pass()
        case ast.Return():
            yield ast.Return(ast.Constant(None))
    match node:
        case ast.AugAssign(op=operator) | ast.BinOp(op=operator) if type(operator) in _OTHER:
            yield _with(node, op=_OTHER[type(operator)]())
        case ast.Compare(ops=operators):
            for at, comparison in enumerate(operators):
                other = _OTHER[type(comparison)]()
                yield _with(node, ops=[*operators[:at], other, *operators[at + 1 :]])
        case ast.BoolOp(op=both, values=values):
            yield _with(node, op=_OTHER[type(both)]())
            for at in range(len(values)):
                rest = [*values[:at], *values[at + 1 :]]
                yield _with(node, values=rest) if len(rest) > 1 else rest[0]
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value) if value < _LARGE:
            yield ast.Constant(value + 1)
            if value:
                yield ast.Constant(value - 1)
        case ast.Constant(value=str() as value):
            yield ast.Constant(f"{value}~")
        case ast.Constant(value=bytes() as value):
            yield ast.Constant(value + b"~")
        case ast.Call(func=ast.Attribute(value=ast.Call() as before)):
            yield before
        case ast.Call(func=function, args=[ast.expr() as only], keywords=[]):
            if getattr(function, "id", "") not in _CONVERSIONS and not isinstance(owner, ast.Raise):
                yield only
        case ast.keyword(arg=str()):
            yield None
        case ast.Subscript(slice=ast.Slice(), ctx=ast.Load(), value=sliced):
            yield sliced
    if field in ("test", "ifs"):
        yield ast.Constant(True)
        yield ast.Constant(False)
    match owner:
        case ast.Tuple(ctx=ast.Load()) | ast.List(ctx=ast.Load()) | ast.Set() if field == "elts":
            yield None
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if field == "args":
            if name in _CONDITIONS:
                yield None


def _with(node: ast.AST, **fields: Any) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _difference(before: str, after: str) -> str:
    """What changes between two texts, with a little of what stands around it."""
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    was, now = before[start : len(before) - end], after[start : len(after) - end]
    head, tail = before[max(start - 25, 0) : start], before[len(before) - end :][:15]
    return " ".join(f"{head}[{was} -> {now}]{tail}".split())


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
