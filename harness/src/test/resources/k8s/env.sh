# shellcheck shell=bash
# Settings of the test rig: a real Kubernetes control plane in a network namespace of its own. Sourced by the other scripts.
cache=${SHAKEDOWN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/shakedown}
RIG_BIN=$cache/k8s-rig/bin
RIG_STATE=${RIG_STATE:?the folder for certificates, data, logs and pids}
# One for each checkout, so that two of them do not meet.
RIG_NETNS=sd-k8s-$(cksum <<<"$RIG_STATE" | cut -d' ' -f1)
RIG_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
P_API=26443
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY
export KUBECONFIG=$RIG_STATE/kubeconfig RIG_BIN RIG_STATE RIG_NETNS RIG_DIR P_API
