"""`create_app` registers the packages; the `__init__.py` of each, and ARCHITECTURE.md, say what it is for."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from indexer import Settings
from webapp.access import keys, rates, roles
from webapp.api import changing, document, endpoints, exporting, health
from webapp.index import changes, gate, holder
from webapp.monitoring import asked, observing
from webapp.pages import (
    addresses,
    appearance,
    assets,
    discovery,
    documentation,
    languages,
    presentation,
    views,
    wording,
)
from webapp.requests import appearance as asked_appearance
from webapp.requests import hosts, limits, paths
from webapp.responses import answering, compression, faults, headers


def create_app(settings: Settings | None = None) -> Flask:
    """The application for the index named in `settings` (by default those of the environment).

    The index need not exist yet: the first request that needs it opens it. Raises `SettingInvalid` for an invalid
    setting in the environment.
    """
    settings = settings or Settings.from_environment()
    app = Flask("webapp", template_folder="pages/templates", static_folder="pages/static", static_url_path="/static")
    # Inside of what follows: the host is the one that a trusted proxy names.
    hosts.register(app, settings)
    if settings.proxies:
        # Middleware is added so, as Flask documents: to mypy `wsgi_app` is a method.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    app.config["MAX_CONTENT_LENGTH"] = limits.BODY_LIMIT
    app.extensions["timdoan.settings"] = settings
    # Registered first, it sees every request before the others, and every response after them.
    observing.register(app, settings)
    asked.register(app, settings)
    compression.register(app)
    gate.register(app, settings)
    holder.register(app, settings)
    changes.register(app, settings)
    answering.register(app, settings)
    # Before anything that touches templates: their output options are read once, at the first use.
    presentation.register(app)
    paths.register(app)
    limits.register(app)
    hosts.register_refusal(app)
    headers.register(app, settings)
    keys.register(app, settings)
    rates.register(app, settings)
    keys.register_refusal(app, settings)
    roles.register(app)
    languages.register(app)
    wording.register(app)
    asked_appearance.register(app)
    appearance.register(app)
    assets.register(app)
    addresses.register(app)
    faults.register(app)
    for package in (views, appearance, discovery, documentation, endpoints, changing, exporting, document, health):
        app.register_blueprint(package.blueprint)
    return app
