"""Runs the functions test_* of every file here against the endpoint given in
the environment, and prints one JSON object per test."""

import importlib
import json
import pathlib
import sys
import traceback
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).parent))

for path in sorted(pathlib.Path(__file__).parent.glob("*_suite.py")):
    module = importlib.import_module(path.stem)
    for name, test in list(vars(module).items()):
        if not name.startswith("test_"):
            continue
        outcome = {"suite": path.stem.removesuffix("_suite"), "name": name[5:].replace("_", " ")}
        try:
            test(f"t{uuid.uuid4().hex[:8]}")
        except Exception:  # every failure is reported, none ends the run
            outcome["error"] = traceback.format_exc()
        print(json.dumps(outcome), flush=True)
