#!/usr/bin/env bash
# Ends exactly what up.sh started, newest first, by pid and only where that still is the program that was started.
. "$(dirname "$0")/env.sh"
for name in kwok kube-scheduler kube-controller-manager kube-apiserver etcd; do
  file=$RIG_STATE/pid/$name
  [ -f "$file" ] || continue
  pid=$(cat "$file")
  if [ "$(readlink "/proc/$pid/exe")" = "$RIG_BIN/$name" ]; then
    kill "$pid" 2>/dev/null
    for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -9 "$pid" 2>/dev/null
  fi
  rm -f "$file"
done
ip netns del "$RIG_NETNS" 2>/dev/null
rm -rf "${RIG_STATE:?}"/{data,pki,pid,kubeconfig}
exit 0
