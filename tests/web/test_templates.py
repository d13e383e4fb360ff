"""Templates that others import: made once, and whole by themselves."""

import pytest
from flask import Flask
from jinja2 import Environment, meta, nodes


def _imports(environment: Environment) -> dict[str, bool]:
    """Each template that is imported somewhere, and whether it is given what the page knows."""
    found: dict[str, bool] = {}
    for name in environment.list_templates(extensions=["html"]):
        tree = _parsed(environment, name)
        here: list[nodes.Import | nodes.FromImport] = [
            *tree.find_all(nodes.Import),
            *tree.find_all(nodes.FromImport),
        ]
        for node in here:
            assert isinstance(node.template, nodes.Const)
            given = found.setdefault(node.template.value, node.with_context)
            assert given == node.with_context, f"{node.template.value} is imported in two ways"
    return found


def _parsed(environment: Environment, name: str) -> nodes.Template:
    assert environment.loader is not None
    return environment.parse(environment.loader.get_source(environment, name)[0], name)


@pytest.mark.slow
def test_an_imported_macro_knows_every_name_it_uses(app: Flask) -> None:
    """Without what the page knows, or a name of its own page is an empty place on the screen."""
    environment = app.jinja_env
    imports = _imports(environment) | dict.fromkeys(("_ui/bits.html", "_ui/form.html"), False)
    assert len(imports) > 20
    for name, is_given_the_page in imports.items():
        tree = _parsed(environment, name)
        own = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
        unknown = meta.find_undeclared_variables(tree) - set(environment.globals) - own
        assert is_given_the_page or not unknown, f"{name} doesn't know {sorted(unknown)}"


@pytest.mark.slow
def test_what_every_page_imports_is_made_once_and_not_for_each_page(app: Flask) -> None:
    """`with context` runs the whole file again at each import: 70 times on a participant's page."""
    with_context = {name for name, is_given in _imports(app.jinja_env).items() if is_given}
    assert with_context == {"check_in/_screen.html"}, "import it without `with context`"
