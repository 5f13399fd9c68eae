"""The search page and the JSON endpoint, over the public face of `indexer`.

`create_app` puts the rooms together; what each is for stands in its `__init__.py`, and in ARCHITECTURE.md.
"""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from indexer import Settings
from webapp.access import keys, rates
from webapp.api import document, endpoints, health
from webapp.index import gate, holder
from webapp.monitoring import observing
from webapp.pages import assets, discovery, documentation, languages, presentation, views, wording
from webapp.requests import limits, paths
from webapp.responses import compression, faults, headers

__all__ = ["create_app"]


def create_app(settings: Settings | None = None) -> Flask:
    """The application over the index that `settings` (by default those of the environment) name.

    The index need not exist yet: it is opened by the first request that needs it. Raises `SettingInvalid` when a
    setting of the environment is not allowed.
    """
    settings = settings or Settings.from_environment()
    app = Flask(__name__, template_folder="pages/templates", static_folder="pages/static", static_url_path="/static")
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    app.config["MAX_CONTENT_LENGTH"] = limits.BODY_LIMIT
    app.extensions["timdoan.settings"] = settings
    # First of all: it sees every request before, and every response after the others.
    observing.register(app, settings)
    compression.register(app)
    gate.register(app, settings)
    holder.register(app, settings)
    # Before what touches templates: how they put out text is settled when the first of the others touches them.
    presentation.register(app)
    paths.register(app)
    limits.register(app)
    headers.register(app, settings)
    keys.register(app, settings)
    rates.register(app, settings)
    languages.register(app)
    wording.register(app)
    assets.register(app)
    faults.register(app)
    for room in (views, discovery, documentation, endpoints, document, health):
        app.register_blueprint(room.blueprint)
    return app
