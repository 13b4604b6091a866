#!/usr/bin/env sh
# Packs the functions as AWS Lambda wants them: one zip file each.
set -eu
cd "$(dirname "$0")"
mkdir -p build
rm -f build/*.zip
(cd functions/desk && python3 -m zipfile -c ../../build/desk.zip index.mjs)
(cd functions/pack && python3 -m zipfile -c ../../build/pack.zip pack.py)
