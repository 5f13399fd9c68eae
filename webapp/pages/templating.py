"""Templates whose every output is escaped, that call and look up as Python does, and have their texts written in.

Jinja does the same with more steps: of each of a page's four hundred outputs it makes a markup object, each of two
hundred calls and five hundred attributes goes through a function of its own, and every template loaded copies what it
may call. And a page looks up about a hundred texts that are the same on each page of a language; so a template is
compiled once for each language, with the texts that hold no values as constants.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from functools import partial
from typing import Any

from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from markupsafe import Markup

from webapp.pages.languages import language, plain_markup
from webapp.responses.escaping import written


class _Generator(CodeGenerator):
    """Passes each output through `finalize` alone, which escapes it, and writes texts without values as constants."""

    environment: PageEnvironment

    def _text(self, node: nodes.Node) -> Markup | None:
        """What a call `_('...')` gives in the language that the template is compiled for; None for any other node."""
        if (
            self.environment.language
            and isinstance(node, nodes.Call)
            and isinstance(node.node, nodes.Name)
            and node.node.name == "_"
            and isinstance(node.args[0], nodes.Const)
            and not (node.args[1:] or node.kwargs or node.dyn_args or node.dyn_kwargs)
        ):
            return plain_markup(self.environment.language, node.args[0].value)
        return None

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> str:
        text = self._text(node)
        return super()._output_child_to_const(node, frame, finalize) if text is None else written(text)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        self.write("environment.finalize(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        self.write(")")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        text = self._text(node)
        if text is not None:
            return self.write(repr(text))
        self.write("(_called if not hasattr(_called := ")
        self.visit(node.node, frame)
        # Jinja marks what wants a context by this attribute; macros want one only for their escaping, which is fixed.
        variables = [
            *["_loop_vars=_loop_vars"] * bool(frame.loop_frame),
            *["_block_vars=_block_vars"] * frame.block_frame,
        ]
        self.write(f", 'jinja_pass_arg') else context.passed_to(_called, {', '.join(variables)}))(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        if forward_caller:
            self.write("caller=caller, ")
        for stars, arguments in (("*", node.dyn_args), ("**", node.dyn_kwargs)):
            if arguments is not None:
                self.write(stars)
                self.visit(arguments, frame)
                self.write(", ")
        self.write(")")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        self.write("(_found if (_found := getattr(_owner := ")
        self.visit(node.node, frame)
        self.write(f", {node.attr!r}, missing)) is not missing else environment.getattr(_owner, {node.attr!r}))")


class _Context(Context):
    def passed_to(self, called: Callable[..., Any], **variables: Any) -> Callable[..., Any]:
        """A function that wants a context, as one that is given it."""
        return partial(self.call, called, **variables)


class PageEnvironment(Environment):
    """The environment of an application whose templates all write markup; `autoescape` can not be turned off in it."""

    code_generator_class = _Generator
    context_class = _Context
    language = ""
    """The language whose texts are written into templates; none in the environment that the application has."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options, finalize=written)
        self._of_languages: dict[str, PageEnvironment] = {}

    def of_language(self, code: str) -> PageEnvironment:
        """This environment for pages in one language; it has its own templates, and all else together with this."""
        known = self._of_languages.get(code)
        if known is None:
            known = self.overlay()
            known.language = code
            known = self._of_languages.setdefault(code, known)
        return known

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The functions that a template can call: once it is loaded, they stay as they are.

        Jinja looks them up in two mappings, for those added later: each page went through all of them six times.
        """
        return {**self.globals, **(d or {})}

    def get_or_select_template(self, *arguments: Any, **named: Any) -> Template:
        """The template of one of some names, in the language of the request."""
        if self.language:
            return super().get_or_select_template(*arguments, **named)
        return self.of_language(language()).get_or_select_template(*arguments, **named)
