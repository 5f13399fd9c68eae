"""What people see: the pages, with their templates, style sheets, scripts, fonts and translations."""
