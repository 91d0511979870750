"""What Shakedown does on one host. host_look.py and host_models.py stand before this, a call of answer() behind it.

One request, one line of JSON as answer. Everything that a user wrote comes in the request, nothing
in a command line. Processes that are started lead a session of their own and outlive the
connection; they are known by that session, by their parents, by a mark in their environment, and
by what they hold open in the run's folder.
"""
import base64
import signal
import sys

MARKER = "SHAKEDOWN_RUN"
GRACE_SECONDS = 3
KILL_SECONDS = 15


def answer(request):
    asked = json.loads(base64.b64decode(request).decode("utf-8"))
    verbs = {
        "look": look, "make": make, "python": run_python, "model": model, "fetch": fetch,
        "mark": mark, "start": start,
        "state": state, "end": end, "logs": logs}
    reply = verbs[asked["do"]](asked)
    if reply is not None:
        print(json.dumps(reply), flush=True)


def make(asked):
    """A folder for this user alone, with files in it."""
    folder = asked["folder"]
    os.makedirs(os.path.join(folder, "tmp"), mode=0o700, exist_ok=True)
    os.chmod(folder, 0o700)
    for name, content in asked["files"].items():
        path = os.path.join(folder, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(base64.b64decode(content))
    return {"folder": folder}


def run_python(asked):
    """Runs a short program to its end, unless what it makes is there."""
    if os.path.exists(asked["unless"]):
        return {"status": 0, "tail": []}
    return ran([python_path(asked["python"]) or asked["python"]] + asked["arguments"])


def ran(argv):
    status, out = run(argv, 7200)
    return {"status": status, "tail": out.splitlines()[-10:]}


def start(asked):
    """Starts a process whose output and exit status go to files of the run's folder."""
    # Where these are set, Debian's bash reads .bashrc for every command of a job, and a PATH from there wins.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SSH")}
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
    wrapped = ["sh", "-c", '"$@"; echo $? > "$0"', status] + asked["argv"]
    with open(asked["log"], "ab") as log:
        process = subprocess.Popen(
            wrapped, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            env=environment, cwd=asked["folder"], start_new_session=True)
    return {"pid": process.pid, "startTicks": ticks(process.pid), "bootId": boot_id()}


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


def boot_id():
    return first_line("/proc/sys/kernel/random/boot_id")


def stat(pid):
    """Fields after the command's name: state, parent, group, session, ...; empty if it is gone."""
    return text("/proc/%s/stat" % pid).rpartition(")")[2].split()


def ticks(pid):
    fields = stat(pid)
    return int(fields[19]) if len(fields) > 19 and fields[0] != "Z" else 0


def members(asked, known):
    """Pid to start time of all that belongs to the run."""
    mark = ("%s=%s" % (MARKER, asked["run"])).encode()
    leaders = {leader["pid"]: leader for leader in asked["leaders"] if leader["bootId"] == boot_id()}
    own = ancestors(os.getpid())
    found, children = {}, {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit() or int(entry) in own:
            continue
        pid, fields = int(entry), stat(entry)
        if len(fields) < 20 or fields[0] == "Z":
            continue
        started = int(fields[19])
        children.setdefault(int(fields[1]), []).append((pid, started))
        if known.get(pid) == started or belongs(pid, fields, started, mark, leaders, asked["folders"]):
            found[pid] = started
    queue = list(found)
    while queue:
        for pid, started in children.get(queue.pop(), []):
            if pid not in found:
                found[pid] = started
                queue.append(pid)
    return found


def belongs(pid, fields, started, mark, leaders, folders):
    try:
        with open("/proc/%d/environ" % pid, "rb") as file:
            if mark in file.read().split(b"\0"):
                return True
    except OSError:
        pass
    leader = leaders.get(int(fields[3])) or leaders.get(int(fields[2]))
    if leader and started >= leader["startTicks"] > 0 and ticks(leader["pid"]) == leader["startTicks"]:
        return True
    return any(under(link, folders) for link in links(pid))


def links(pid):
    for name in ("cwd", "fd/1", "fd/2"):
        try:
            yield os.readlink("/proc/%d/%s" % (pid, name))
        except OSError:
            pass


def under(path, folders):
    return any(path == folder or path.startswith(folder + "/") for folder in folders)


def ancestors(pid):
    line = set()
    while pid > 0 and pid not in line:
        line.add(pid)
        fields = stat(pid)
        pid = int(fields[1]) if len(fields) > 1 else 0
    return line


def end(asked):
    """Asks, waits a little, kills; then removes the run's folders and shared memory."""
    seen, memory = {}, set()
    running = watch(asked, seen, memory)
    send(running, signal.SIGTERM)
    running = until_gone(asked, seen, memory, GRACE_SECONDS, False)
    if running:
        running = until_gone(asked, seen, memory, KILL_SECONDS, True)
    left = [seen[pid][1] for pid in running]
    ended = [what for pid, (_, what) in seen.items() if pid not in running]
    if not left:
        remove(asked["folders"], memory, ended, left)
    return {"ended": ended, "left": left}


def watch(asked, seen, memory):
    running = members(asked, {pid: started for pid, (started, _) in seen.items()})
    for pid, started in running.items():
        if pid not in seen:
            seen[pid] = (started, ("%d %s" % (pid, command(pid)))[:120])
            memory.update(shared_memory(pid))
    return running


def until_gone(asked, seen, memory, seconds, kill):
    limit = time.monotonic() + seconds
    running = watch(asked, seen, memory)
    while running and time.monotonic() < limit:
        if kill:
            send(running, signal.SIGKILL)
        time.sleep(0.1)
        running = watch(asked, seen, memory)
    return running


def send(running, number):
    for pid, started in running.items():
        if ticks(pid) == started:
            try:
                os.kill(pid, number)
            except OSError:
                pass


def shared_memory(pid):
    found = set()
    for line in text("/proc/%d/maps" % pid).splitlines():
        at = line.find("/dev/shm/")
        if at >= 0:
            found.add(line[at:].replace(" (deleted)", ""))
    return found


def remove(folders, memory, ended, left):
    held = set()
    for pid in [entry for entry in os.listdir("/proc") if entry.isdigit()] if memory else []:
        held |= shared_memory(int(pid))
    for path in memory - held:
        try:
            os.remove(path)
            ended.append(path)
        except OSError:
            pass
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
        (left if os.path.exists(folder) else ended).append(folder)


def logs(asked):
    """The end of each log, newest first up to a size: a line of JSON before the bytes of each."""
    room = asked["most"]
    out = sys.stdout.buffer
    found = []
    for base in asked["folders"]:
        for where, _, names in os.walk(base):
            for name in names:
                path = os.path.join(where, name)
                if os.path.isfile(path) and not os.path.islink(path):
                    found.append((os.path.getmtime(path), os.path.getsize(path), base, path))
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
