"""Templates whose every output is escaped, and calls a function as Python does.

Jinja does the same with more steps: of each of a page's four hundred outputs it makes a markup object, and it looks at
each function for what it may want to be given besides its arguments. That took a third of the time of a template.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.templating import Environment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context

from webapp.responses.escaping import written


class _Generator(CodeGenerator):
    """Passes each output through `finalize` alone, which escapes it."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        self.write("environment.finalize(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        self.write(")")


class _Context(Context):
    def call(
        self,
        called: Callable[..., Any],
        /,
        *arguments: Any,
        _loop_vars: Any = None,
        _block_vars: Any = None,
        **named: Any,
    ) -> Any:
        # Jinja marks what wants a context by this attribute; macros want one only for their escaping, which is fixed.
        if hasattr(called, "jinja_pass_arg"):
            return super().call(called, *arguments, _loop_vars=_loop_vars, _block_vars=_block_vars, **named)
        return called(*arguments, **named)


class PageEnvironment(Environment):
    """The environment of an application whose templates all write markup; `autoescape` can not be turned off in it."""

    code_generator_class = _Generator
    context_class = _Context

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options, finalize=written)
