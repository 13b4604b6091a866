"""Answers that an event asks for at an `http://` address. Libraries that answer
such events know only AWS's addresses, and ask by HTTPS. Connections to that
host, and no others, are made without TLS, at its port."""

from urllib.parse import urlsplit

_target = None


def reach(address):
    """From now on until another event gives another address."""
    global _target
    try:
        url = urlsplit(address)
        host, port = url.hostname, url.port or 80
    except ValueError:
        return
    if url.scheme != "http":
        return
    if _target is None:
        _install()
    _target = (host, port)


def _install():
    import http.client

    secure = http.client.HTTPSConnection.connect

    def connect(self):
        host, port = _target
        if self.host != host or self.port not in (443, port):
            return secure(self)
        self.port = port
        return http.client.HTTPConnection.connect(self)

    http.client.HTTPSConnection.connect = connect
