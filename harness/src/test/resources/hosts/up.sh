#!/usr/bin/env bash
# up.sh COUNT FOLDER: hosts h1, h2, … at 10.77.0.11, .12, … for tests, each with network, processes, host name, /dev/shm,
# /tmp and sshd of its own; this machine is 10.77.0.1 on their bridge, and nothing leads further.
# FOLDER gets ssh_config, keys and what down.sh needs. Wants root, iproute2 and openssh-server.
set -euo pipefail
count=$1
folder=$(mkdir -p "$2" && cd "$2" && pwd)
mkdir -p /run/sshd
ip link add br77 type bridge
ip address add 10.77.0.1/24 dev br77
ip link set br77 up
ssh-keygen -q -t ed25519 -N '' -f "$folder/id"
{
  echo '127.0.0.1 localhost'
  echo '10.77.0.1 here'
  for i in $(seq "$count"); do echo "10.77.0.$((10 + i)) h$i"; done
} >"$folder/hosts"

start_host() { # start_host NAME ADDRESS
  local name=$1 address=$2 home="$folder/$1"
  mkdir -p "$home/tmp"
  chmod 1777 "$home/tmp"
  ip netns add "$name"
  ip link add "v$name" type veth peer name eth0 netns "$name"
  ip link set "v$name" master br77 up
  ip -n "$name" link set lo up
  ip -n "$name" link set eth0 up
  ip -n "$name" address add "$address/24" dev eth0
  ssh-keygen -q -t ed25519 -N '' -f "$home/key"
  cat >"$home/sshd_config" <<END
Port 22
ListenAddress $address
HostKey $home/key
AuthorizedKeysFile $folder/id.pub
StrictModes no
UsePAM no
PidFile none
PermitRootLogin prohibit-password
PasswordAuthentication no
MaxStartups 100
END
  # A limit that Ray needs; sshd's children inherit it.
  setsid ip netns exec "$name" unshare --pid --fork --kill-child --mount-proc --mount --uts bash -c "
    hostname $name
    ulimit -n 65536
    mount -t tmpfs -o size=2g tmpfs /dev/shm
    mount --bind '$home/tmp' /tmp
    mount --bind '$folder/hosts' /etc/hosts
    exec /usr/sbin/sshd -D -f '$home/sshd_config' -E '$home/sshd.log'" >"$home/out.log" 2>&1 </dev/null &
  echo $! >"$home/pid"
  echo "$address $(cut -d' ' -f1,2 "$home/key.pub")" >>"$folder/known_hosts"
  printf 'Host %s\n  HostName %s\n' "$name" "$address" >>"$folder/ssh_config"
}

for i in $(seq "$count"); do start_host "h$i" "10.77.0.$((10 + i))"; done
cat >>"$folder/ssh_config" <<END
Host *
  User root
  IdentityFile $folder/id
  IdentitiesOnly yes
  UserKnownHostsFile $folder/known_hosts
  StrictHostKeyChecking yes
END
for i in $(seq "$count"); do
  for attempt in $(seq 100); do
    ssh -F "$folder/ssh_config" -o BatchMode=yes "h$i" true 2>/dev/null && break
    [ "$attempt" -lt 100 ] || { echo "h$i: no sshd" && exit 1; }
    sleep 0.1
  done
done
