#!/usr/bin/env bash
# block-ephemeral.sh HOST PEER: the classic. HOST of up.sh takes from PEER's address (10.77.0.12) only ssh and the ports that
# the ssh provider pins for Ray; every other new connection is dropped. Ray stays green, torch and vLLM hang. For both
# directions call it for both hosts. Wants root and nft.
set -euo pipefail
host=$1 peer=$2
in_host() { ip netns exec "$host" nft "$@"; }
in_host add table inet fw
in_host 'add chain inet fw in { type filter hook input priority 0; }'
in_host add rule inet fw in ip saddr "$peer" tcp dport '{ 22, 6379-6385, 8000, 8265, 10001-19999 }' accept
in_host 'add rule inet fw in ip saddr '"$peer"' tcp flags syn / syn,ack drop'
