#!/usr/bin/env bash
# Starts etcd, kube-apiserver, kube-scheduler, kube-controller-manager and kwok in a network namespace that has only loopback.
# Every pod address is local there: a server of the tests on 0.0.0.0:8265 is each head's dashboard.
set -euo pipefail
. "$(dirname "$0")/env.sh"
[ "$(id -u)" = 0 ] || { echo 'The Kubernetes tests run in a network namespace: they need root.' >&2; exit 1; }
if [ "$(ip netns identify $$)" != "$RIG_NETNS" ]; then
  "$RIG_DIR/down.sh"
  ip netns add "$RIG_NETNS"
  ip -n "$RIG_NETNS" link set lo up
  ip -n "$RIG_NETNS" route add local 10.244.0.0/16 dev lo
  exec ip netns exec "$RIG_NETNS" bash "$0"
fi
mkdir -p "$RIG_STATE"/{log,pid,data}
start() { # start NAME COMMAND...
  local name=$1
  shift
  setsid "$@" >"$RIG_STATE/log/$name.log" 2>&1 </dev/null &
  echo $! >"$RIG_STATE/pid/$name"
}
await() { # await NAME COMMAND...
  local name=$1
  shift
  for _ in $(seq 1200); do
    "$@" >/dev/null 2>&1 && return
    kill -0 "$(cat "$RIG_STATE/pid/$name")" 2>/dev/null || break
    sleep 0.1
  done
  echo "$name did not become ready:" >&2
  tail -5 "$RIG_STATE/log/$name.log" >&2
  exit 1
}
k() { "$RIG_BIN/kubectl" "$@"; }
bash "$RIG_DIR/certs.sh"
pki=$RIG_STATE/pki
as=(--kubeconfig="$KUBECONFIG" --authentication-kubeconfig="$KUBECONFIG" --authorization-kubeconfig="$KUBECONFIG" --bind-address=127.0.0.1 --leader-elect=false)
start etcd "$RIG_BIN/etcd" --data-dir "$RIG_STATE/data" --unsafe-no-fsync=true \
  --listen-peer-urls http://127.0.0.1:23800 --initial-advertise-peer-urls http://127.0.0.1:23800 \
  --initial-cluster default=http://127.0.0.1:23800 \
  --listen-client-urls http://127.0.0.1:23790 --advertise-client-urls http://127.0.0.1:23790
await etcd curl -fsS http://127.0.0.1:23790/health
start kube-apiserver "$RIG_BIN/kube-apiserver" --etcd-servers=http://127.0.0.1:23790 \
  --bind-address=127.0.0.1 --advertise-address=127.0.0.1 --secure-port="$P_API" --endpoint-reconciler-type=none \
  --tls-cert-file="$pki/apiserver.crt" --tls-private-key-file="$pki/apiserver.key" --client-ca-file="$pki/ca.crt" \
  --token-auth-file="$pki/tokens.csv" --authorization-mode=Node,RBAC --allow-privileged=true \
  --service-cluster-ip-range=10.0.0.0/24 --service-account-issuer="https://127.0.0.1:$P_API" \
  --service-account-key-file="$pki/sa.pub" --service-account-signing-key-file="$pki/sa.key" \
  --kubelet-client-certificate="$pki/apiserver-kubelet-client.crt" --kubelet-client-key="$pki/apiserver-kubelet-client.key" \
  --kubelet-certificate-authority="$pki/ca.crt" --kubelet-preferred-address-types=InternalIP
await kube-apiserver curl -fsS --cacert "$pki/ca.crt" "https://127.0.0.1:$P_API/readyz"
start kube-controller-manager "$RIG_BIN/kube-controller-manager" "${as[@]}" --secure-port=26257 \
  --service-account-private-key-file="$pki/sa.key" --root-ca-file="$pki/ca.crt" \
  --controllers='*,-node-ipam-controller,-node-route-controller,-cloud-node-lifecycle-controller,-service-lb-controller,-certificatesigningrequest-signing-controller,-certificatesigningrequest-approving-controller'
start kube-scheduler "$RIG_BIN/kube-scheduler" "${as[@]}" --secure-port=26259
await kube-controller-manager curl -fsSk https://127.0.0.1:26257/healthz
await kube-scheduler curl -fsSk https://127.0.0.1:26259/healthz
sed "s#@STATE@#$RIG_STATE#g" "$RIG_DIR/manifests/debug.yaml.in" >"$RIG_STATE/debug.yaml"
echo "$(date -u +%FT%T.%NZ) stdout F a line of a pod's log" >"$RIG_STATE/pod.log"
stages=()
for file in "$RIG_BIN"/stages/*.yaml; do stages+=(--config="$file"); done
start kwok "$RIG_BIN/kwok" --kubeconfig="$KUBECONFIG" --manage-all-nodes=false --manage-nodes-with-label-selector=type=kwok \
  --cidr=10.244.0.0/16 --node-ip=127.0.0.1 --node-port=26247 --server-address=127.0.0.1:26247 \
  --tls-cert-file="$pki/kubelet.crt" --tls-private-key-file="$pki/kubelet.key" --config="$RIG_STATE/debug.yaml" "${stages[@]}"
await kwok curl -fsSk https://127.0.0.1:26247/healthz
for node in gpu-0 gpu-1; do sed -e "s/@NAME@/$node/; s/@GPUS@/8/" "$RIG_DIR/manifests/node.yaml" | k apply -f - >/dev/null; done
sed -e 's/@NAME@/cpu-0/; /nvidia.com/d' "$RIG_DIR/manifests/node.yaml" | k apply -f - >/dev/null
k wait --for=condition=Ready node -l type=kwok --timeout=60s >/dev/null
k apply --server-side -f "$RIG_DIR/manifests/raycluster-crd.yaml" >/dev/null
k wait --for=condition=Established crd --all --timeout=60s >/dev/null
until k get serviceaccount default >/dev/null 2>&1; do sleep 0.1; done
