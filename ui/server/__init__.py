"""What the web process answers: routes, lists, live reports, downloads, the named API."""
