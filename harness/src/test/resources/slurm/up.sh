#!/usr/bin/env bash
# up.sh FOLDER ADDRESS HOST=ADDRESS...: a Slurm with its controller at ADDRESS of this machine and a slurmd on each host that
# hosts/up.sh made in FOLDER, with two GPUs that are none on each host. As on a cluster, what a step leaves is ended with it
# (proctrack/cgroup). FOLDER gets slurm/slurm.conf and what down.sh needs. Wants root, munge, slurmctld, slurmd and
# slurm-client.
set -euo pipefail
PATH=$PATH:/usr/sbin
hosts=$1 address=$2
shift 2
folder=$hosts/slurm
mkdir -p "$folder/state"
here=$(hostname -s)

cat >"$folder/slurm.conf" <<END
ClusterName=shakedown-test
SlurmctldHost=$here($address)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CryptoType=crypto/munge
CredType=cred/munge
SlurmctldPort=6917
SlurmdPort=6918
MpiDefault=none
ProctrackType=proctrack/cgroup
TaskPlugin=task/none
SwitchType=switch/none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool-%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd-%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd-%n.log
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
GresTypes=gpu
ReturnToService=2
KillWait=2
SlurmdParameters=config_overrides
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
for pair in "$@"; do
  echo "NodeName=${pair%%=*} NodeAddr=${pair#*=} CPUs=2 RealMemory=1000 Gres=gpu:2 State=UNKNOWN" >>"$folder/slurm.conf"
done
echo 'CgroupPlugin=cgroup/v1' >"$folder/cgroup.conf"
for gpu in 0 1; do [ -e "$folder/gpu$gpu" ] || mknod "$folder/gpu$gpu" c 1 3; done
echo "Name=gpu File=$folder/gpu[0-1]" >"$folder/gres.conf"

install -m 600 /dev/null "$folder/munge.key"
head -c 1024 /dev/urandom >"$folder/munge.key"
chmod 755 "$folder"
munged --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" --pid-file="$folder/munged.pid" \
  --log-file="$folder/munged.log" --seed-file="$folder/munge.seed"
export SLURM_CONF=$folder/slurm.conf
slurmctld -c -f "$SLURM_CONF"

for pair in "$@"; do
  name=${pair%%=*}
  # What tells processes of a step from others is a cgroup; each host has its own part of the tree.
  # shellcheck disable=SC2029 # here is where the names are known
  ssh -F "$hosts/ssh_config" "$name" "
    mount -t tmpfs none /sys/fs/cgroup && mkdir /sys/fs/cgroup/freezer /sys/fs/cgroup/whole
    mount -t cgroup -o freezer none /sys/fs/cgroup/whole
    mkdir -p /sys/fs/cgroup/whole/shakedown-test-$name
    mount --bind /sys/fs/cgroup/whole/shakedown-test-$name /sys/fs/cgroup/freezer
    setsid slurmd -N $name -f '$SLURM_CONF' >'$folder/slurmd-$name.out' 2>&1 </dev/null"
done
for _ in $(seq 100); do
  [ "$(sinfo --noheader --format=%D --states=idle 2>/dev/null)" = $# ] && exit 0
  sleep 0.1
done
sinfo --Node --long
tail -n 20 "$folder"/*.log "$folder"/*.out
exit 1
