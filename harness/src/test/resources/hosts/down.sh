#!/usr/bin/env bash
# down.sh FOLDER: ends the hosts that up.sh made there, and all that runs in them.
set -u
for home in "$1"/h*/; do
  name=$(basename "$home")
  ip netns pids "$name" 2>/dev/null | xargs -r kill -KILL 2>/dev/null
  ip link delete "v$name" 2>/dev/null
  ip netns delete "$name" 2>/dev/null
done
ip link delete br77 2>/dev/null
exit 0
