"""The search page and the JSON endpoint, over the public face of `indexer`.

`create_app` puts the parts together. Pages live in `pages`, JSON in `api`, the state of the process in `health`;
how the index is opened, and reopened when a newer one is published, in `holder`; what is noted about requests, in
`observing`; how many search at once, in `gate`.
"""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from indexer import Settings
from webapp import (
    addresses,
    api,
    assets,
    compression,
    discovery,
    documentation,
    faults,
    gate,
    headers,
    health,
    holder,
    keys,
    languages,
    limits,
    observing,
    pages,
    presentation,
    rates,
    wording,
)

__all__ = ["create_app"]


def create_app(settings: Settings | None = None) -> Flask:
    """The application over the index that `settings` (by default those of the environment) name.

    The index need not exist yet: it is opened by the first request that needs it. Raises `SettingInvalid` when a
    setting of the environment is not allowed.
    """
    settings = settings or Settings.from_environment()
    app = Flask(__name__)
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
    addresses.register(app)
    limits.register(app)
    headers.register(app, settings)
    keys.register(app, settings)
    rates.register(app, settings)
    languages.register(app)
    wording.register(app)
    assets.register(app)
    faults.register(app)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(discovery.blueprint)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(documentation.blueprint)
    app.register_blueprint(health.blueprint)
    return app
