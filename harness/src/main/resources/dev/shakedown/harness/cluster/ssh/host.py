"""What Shakedown does on one host. The other host_*.py stand before this, a call of answer() behind it.

One request, one line of JSON as answer. Everything that a user wrote comes in the request, nothing
in a command line. Processes that are started lead a session of their own and outlive the
connection; how they are found again is in host_end.py.
"""
import base64
import sys

# What ssh and Slurm say to the process that they start is not for Ray. Where SSH_* is set, Debian's bash reads .bashrc
# for every command of a job, and a PATH from there wins. An MPI in a worker would take itself for a part of Slurm's step.
# Which GPUs a Ray node has is said by the run, not by the step.
OF_LAUNCHERS = ("SSH", "SLURM", "SRUN_", "SBATCH_", "SALLOC_", "PMI", "CUDA_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL")


def answer(request):
    asked = json.loads(base64.b64decode(request).decode("utf-8"))
    verbs = {
        "look": look, "make": make, "python": run_python, "model": model, "fetch": fetch,
        "mark": mark, "start": start,
        "state": state, "note": note, "end": end, "logs": logs}
    reply = verbs[asked["do"]](asked)
    if reply is not None:
        print(json.dumps(reply), flush=True)


def make(asked):
    """A folder for this user alone, with files in it."""
    folder = asked["folder"]
    os.makedirs(os.path.join(folder, "tmp"), mode=0o700, exist_ok=True)
    os.chmod(folder, 0o700)
    write(os.path.join(folder, STAMP), b"")
    for name, content in asked["files"].items():
        write(os.path.join(folder, name), base64.b64decode(content))
    return {"folder": folder}


def write(path, content):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)


def run_python(asked):
    """Runs a short program to its end, unless what it makes is there."""
    if os.path.exists(asked["unless"]):
        return {"status": 0, "tail": []}
    return ran(in_python(asked) + asked["arguments"])


def ran(argv):
    status, out = run(argv, 7200)
    return {"status": status, "tail": out.splitlines()[-10:]}


def start(asked):
    """Starts a process whose output and exit status go to files of the run's folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OF_LAUNCHERS)}
    environment.update(asked["env"])
    environment[MARKER] = asked["run"]
    python = python_path(asked["python"])
    if python:
        environment["PATH"] = os.path.dirname(python) + ":" + environment.get("PATH", "/usr/bin:/bin")
    status = asked["log"] + ".exit"
    if os.path.exists(status):
        os.remove(status)
    out = os.path.dirname(asked["log"])
    if not os.path.isdir(out):
        # Fails where a teardown has removed the run's folder meanwhile: nothing may start after that.
        os.mkdir(out, mode=0o700)
    make_folders(asked)
    wrapped = ["sh", "-c", '"$@"; echo $? > "$0"', status] + asked["argv"]
    with open(asked["log"], "ab") as log:
        process = subprocess.Popen(
            wrapped, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            env=environment, cwd=asked["folder"], start_new_session=True)
    started = {"pid": process.pid, "startTicks": ticks(process.pid), "bootId": boot_id()}
    if not asked.get("stay"):
        return started
    # Slurm ends with a step what the step has left running, so this one stays as long as what it started.
    print(json.dumps(started), flush=True)
    process.wait()
    return None


def state(asked):
    """Whether a started process runs, how it ended, and the end of its output."""
    status = first_line(asked["log"] + ".exit")
    running = status == "" and ticks(asked["pid"]) == asked["startTicks"]
    return {"running": running, "status": number(status), "tail": tail(asked["log"], asked["lines"])}


def tail(path, lines):
    try:
        with open(path, "rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - 65536))
            return file.read().decode("utf-8", "replace").splitlines()[-lines:]
    except OSError:
        return []


def logs(asked):
    """The end of each log, newest first up to a size: a line of JSON before the bytes of each."""
    room = asked["most"]
    out = sys.stdout.buffer
    found = []
    for base in asked["folders"]:
        for where, _, names in os.walk(base):
            for name in names:
                path = os.path.join(where, name)
                facts = regular(path)
                if facts:
                    found.append((facts.st_mtime, facts.st_size, base, path))
    for _, size, base, path in sorted(found, reverse=True):
        size = min(size, asked["mostEach"])
        if 0 < size <= room:
            send_file(out, base, path, size)
            room -= size
    kernel = kernel_messages()
    if kernel:
        out.write(json.dumps({"path": "kernel.log", "size": len(kernel)}).encode() + b"\n" + kernel)
    out.flush()


def send_file(out, base, path, size):
    try:
        with open(path, "rb") as file:
            file.seek(-min(size, os.path.getsize(path)), os.SEEK_END)
            content = file.read(size)
    except OSError:
        return
    name = os.path.relpath(path, base)
    out.write(json.dumps({"path": name, "size": len(content)}).encode() + b"\n" + content)


def kernel_messages():
    """What may explain a dead process: out of memory, GPUs, network cards."""
    status, out = run(["dmesg", "-T"], 10)
    if status != 0:
        return b""
    telling = re.compile(r"oom|out of memory|killed process|NVRM|mlx5|infiniband|nvidia", re.I)
    lines = [line for line in out.splitlines() if telling.search(line)]
    return "\n".join(lines[-500:]).encode()
