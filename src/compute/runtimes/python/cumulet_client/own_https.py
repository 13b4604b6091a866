"""Functions answer WebSocket clients, and call APIs, at addresses that begin
with https://, as on AWS: they make them of an event's `domainName`, or a
template made them. Those that mean this cloud reach it, which speaks plain HTTP."""

import os
import re
import sys
from urllib.parse import urlsplit

_installed = False
_names = re.compile(r"\.execute-api\.([\w-]+\.)?(amazonaws\.com(\.cn)?|localhost(\.localstack\.cloud)?)$")


def install():
    global _installed
    address = os.environ.get("AWS_ENDPOINT_URL")
    if _installed or address is None:
        return
    _installed = True
    own = urlsplit(address)
    _when_imported("http.client", lambda module: _reach(module, own))
    _when_imported("urllib3.connection", lambda module: _reach(module, own))


def _reach(module, own):
    secure = module.HTTPSConnection.connect
    plain = module.HTTPConnection.connect

    def connect(self):
        host, port = self.host, self.port
        if not _is_own(host, port, own):
            return secure(self)
        # The name that was asked for stays in the request, and tells the API.
        asked = {name: getattr(self, name) for name in ("host", "port", "_dns_host") if hasattr(self, name)}
        self.host, self.port = own.hostname, own.port or 80
        try:
            plain(self)
        finally:
            for name, value in asked.items():
                setattr(self, name, value)
        # It stays on this machine: nobody needs to be warned.
        self.is_verified = True

    module.HTTPSConnection.connect = connect


def _is_own(host, port, own):
    if _names.search(host):
        return True
    return host in ("localhost", own.hostname) and port == own.port


def _when_imported(name, change):
    if name in sys.modules:
        change(sys.modules[name])
    else:
        sys.meta_path.insert(0, _Finder(name, change))


class _Finder:
    """Lets the others find a module, and changes it once it is loaded."""

    def __init__(self, name, change):
        self._name = name
        self._change = change

    def find_spec(self, name, path=None, target=None):
        if name != self._name:
            return None
        sys.meta_path.remove(self)
        from importlib.util import find_spec

        spec = find_spec(name)
        if spec is None or spec.loader is None:
            return spec
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            self._change(module)

        spec.loader.exec_module = exec_module
        return spec
