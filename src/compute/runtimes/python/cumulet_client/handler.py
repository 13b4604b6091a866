"""Finds the user's handler the way AWS's Python runtime does, and names each
failure as it does."""

import importlib

from .faults import Fault


def load(name):
    """The function that `src/app.lambda_handler` or `pkg.app.lambda_handler` names."""
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as error:
        raise Fault("MalformedHandlerName", "Bad handler '%s': %s" % (name, error)) from None
    if module_name.startswith("/"):
        raise Fault(
            "MalformedHandlerName",
            "Bad handler '%s': Absolute paths are not allowed" % name,
        )
    module = _load_module(module_name)
    try:
        return getattr(module, function_name)
    except AttributeError:
        message = "Handler '%s' missing on module '%s'" % (function_name, module_name)
        raise Fault("HandlerNotFound", message) from None


def _load_module(name):
    try:
        return importlib.import_module(name.replace("/", "."))
    except ImportError as error:
        raise Fault("ImportModuleError", "Unable to import module '%s': %s" % (name, error)) from None
    except SyntaxError as error:
        trace = ['  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text)]
        message = "Syntax error in module '%s': %s" % (name, error)
        raise Fault("UserCodeSyntaxError", message, trace) from None
