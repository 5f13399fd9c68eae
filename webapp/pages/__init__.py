"""The HTML pages, with their templates, style sheets, scripts, fonts and translations."""
