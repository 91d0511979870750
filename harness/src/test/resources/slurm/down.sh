#!/usr/bin/env bash
# down.sh FOLDER: ends the controller that up.sh started there; the slurmds end with their hosts.
set -u
for pid in "$1"/slurm/{slurmctld,munged}.pid; do
  [ ! -s "$pid" ] || kill "$(cat "$pid")" 2>/dev/null
done
exit 0
