#!/usr/bin/env sh
# Packs the functions as AWS Lambda wants them: one zip file each.
set -eu
cd "$(dirname "$0")"
mkdir -p build
rm -f build/*.zip
(cd functions/place && python3 -m zipfile -c ../../build/place.zip index.mjs)
(cd functions/report && python3 -m zipfile -c ../../build/report.zip report.py)
