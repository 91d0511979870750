"""How a run's processes on this host are found, and ended with what they made.

A process belongs to the run by a mark in its environment, by the session of a process that was
started for the run, or by its parents. Ray's workers and vLLM's engine core write their title over
their environment: those are known by what they hold open in the run's folder.
"""
import signal
from stat import S_ISREG as is_regular

MARKER = "SHAKEDOWN_RUN"
GRACE_SECONDS = 3
KILL_SECONDS = 15
LOOK_AGAIN_SECONDS = 0.2
SHARED_MEMORY = "/dev/shm/"
STAMP = ".made"
GONE = ".gone"
NOTED = ".memory"


def boot_id():
    return first_line("/proc/sys/kernel/random/boot_id")


def stat(pid):
    """Fields after the command's name: state, parent, group, session, ...; empty if it is gone."""
    return text("/proc/%s/stat" % pid).rpartition(")")[2].split()


def ticks(pid):
    fields = stat(pid)
    return int(fields[19]) if len(fields) > 19 and fields[0] != "Z" else 0


class Members:
    """The run's processes as of the last look; each look adds those that it finds."""

    def __init__(self, asked):
        self.mark = ("%s=%s" % (MARKER, asked["run"])).encode()
        self.leaders = {
            leader["pid"]: leader["startTicks"] for leader in asked["leaders"]
            if leader["bootId"] == boot_id() and leader["startTicks"] > 0}
        self.folders = asked["folders"] + [folder + GONE for folder in asked["folders"]]
        self.own = ancestors(os.getpid())
        self.started, self.kin = {}, set()
        self.what, self.memory = {}, set()

    def look(self):
        """Pid to start time of those that run."""
        table, holders = processes(self.own), set()
        self.forget_reused(table)
        for pid, fields in table.items():
            content = environment(pid)
            known = knows_environment(content)
            if self.mark in content.split(b"\0") or self.in_session(fields, known):
                self.kin.add(pid)
            elif not known and self.holds(pid):
                holders.add(pid)
        self.kin |= with_children(self.kin & set(table), table)
        running = {pid: int(table[pid][19]) for pid in table
                   if pid in self.kin or pid in self.started or pid in holders}
        for pid, started in running.items():
            self.note(pid, started)
        return running

    def forget_reused(self, table):
        for pid in [pid for pid in self.started if pid in table and int(table[pid][19]) != self.started[pid]]:
            del self.started[pid]
            self.kin.discard(pid)

    def in_session(self, fields, known):
        """A number is given out again only when no session has it, but by then it is another's.

        So either the leader still runs, or the environment must not speak against it.
        """
        for number in (int(fields[3]), int(fields[2])):
            leader = self.leaders.get(number)
            if leader and int(fields[19]) >= leader:
                now = ticks(number)
                if now == leader or (now == 0 and not known):
                    return True
        return False

    def holds(self, pid):
        """Such a process has no kin: a user's terminal may stand in the folder."""
        return any(under(link, self.folders) for link in links(pid))

    def note(self, pid, started):
        if pid not in self.started:
            self.started[pid] = started
            self.what[(pid, started)] = ("%d %s" % (pid, command(pid)))[:120]
            self.memory |= shared_memory(pid)


def processes(but):
    table = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) not in but:
            fields = stat(entry)
            if len(fields) > 19 and fields[0] != "Z":
                table[int(entry)] = fields
    return table


def with_children(pids, table):
    children = {}
    for pid, fields in table.items():
        children.setdefault(int(fields[1]), []).append(pid)
    found, queue = set(pids), list(pids)
    while queue:
        for pid in children.get(queue.pop(), []):
            if pid not in found:
                found.add(pid)
                queue.append(pid)
    return found


def environment(pid):
    try:
        with open("/proc/%d/environ" % pid, "rb") as file:
            return file.read()
    except OSError:
        return b""


def knows_environment(content):
    """Whether it can be read and was not written over."""
    return re.match(rb"[^=\0]+=", content) is not None


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
    container, outside, stuck = asked.get("container"), [], []
    if container:
        # First: what runs in there has its own shared memory, whose names could be the host's.
        end_container(container, asked["run"], outside, stuck)
    members = Members(asked)
    since = made_at(asked["folders"])
    send(members.look(), signal.SIGTERM)
    running = until_gone(members, GRACE_SECONDS, False)
    if running:
        running = until_gone(members, KILL_SECONDS, True)
    if not running:
        running = close_folders(members, asked["folders"])
        if container and not stuck:
            # A start that raced with this one has named it meanwhile; without its folder it cannot run.
            end_container(container, asked["run"], outside, stuck)
    memory = members.memory | noted(members.folders)
    left = stuck + [members.what[one] for one in running.items()]
    ended = outside + [what for one, what in members.what.items() if one not in running.items()]
    if not left:
        remove_memory(memory, since, ended, left)
        remove_folders(asked["folders"], container, ended, left)
    return {"ended": ended, "left": left}


def note(asked):
    """Writes down the run's shared memory, for its end: who has been killed by then is not seen to hold it."""
    members = Members(asked)
    members.look()
    with open(os.path.join(asked["folders"][0], NOTED), "a") as notes:
        notes.writelines(path + "\n" for path in sorted(members.memory))
    return {}


def noted(folders):
    return {path for folder in folders for path in text(os.path.join(folder, NOTED)).splitlines()}


def close_folders(members, folders):
    """Takes the folders away from a start that may be under way, then ends what it just started."""
    for folder in folders:
        try:
            os.rename(folder, folder + GONE)
        except OSError:
            pass  # gone, or both are there since a teardown that was cut off
    for _ in range(2):
        time.sleep(LOOK_AGAIN_SECONDS)
        running = until_gone(members, KILL_SECONDS, True)
    return running


def until_gone(members, seconds, kill):
    limit = time.monotonic() + seconds
    running = members.look()
    while running and time.monotonic() < limit:
        if kill:
            send(running, signal.SIGKILL)
        time.sleep(0.1)
        running = members.look()
    return running


def send(running, number):
    for pid, started in running.items():
        if ticks(pid) == started:
            try:
                os.kill(pid, number)
            except OSError:
                pass


def shared_memory(pid):
    """Files there that the process maps or has open, and that still have a name."""
    found = set()
    for line in text("/proc/%d/maps" % pid).splitlines():
        at = line.find(SHARED_MEMORY)
        if at >= 0:
            found.add(line[at:])
    for link in glob.glob("/proc/%d/fd/*" % pid):
        try:
            found.add(os.readlink(link))
        except OSError:
            pass
    return {path for path in found if path.startswith(SHARED_MEMORY) and not path.endswith(" (deleted)")}


def made_at(folders):
    """When the run began here, by this host's own clock; never where nothing tells."""
    stamps = [regular(os.path.join(place, STAMP)) for folder in folders for place in (folder, folder + GONE)]
    return min([stamp.st_mtime_ns for stamp in stamps if stamp], default=float("inf"))


def regular(path):
    """Facts about a regular file that is no link; None if it is not there, or is something else."""
    try:
        facts = os.lstat(path)
    except OSError:
        return None
    return facts if is_regular(facts.st_mode) else None


def remove_memory(memory, since, ended, left):
    """A model that somebody keeps in shared memory is older, lies in a folder, or is still held."""
    ours = [path for path in memory if os.path.dirname(path) + "/" == SHARED_MEMORY and made_since(path, since)]
    held = set()
    for pid in [entry for entry in os.listdir("/proc") if entry.isdigit()] if ours else []:
        held |= shared_memory(int(pid))
    for path in ours:
        if path not in held:
            removed(os.remove, path, ended, left)


def made_since(path, since):
    facts = regular(path)
    return facts is not None and facts.st_uid == os.getuid() and facts.st_mtime_ns >= since


def remove_folders(folders, container, ended, left):
    for folder in folders:
        for place in (folder, folder + GONE):
            if os.path.lexists(place):
                removed(lambda at: remove_tree(at, container), place, ended, left, folder)


def remove_tree(folder, container):
    try:
        shutil.rmtree(folder)
    except PermissionError:
        if not container:
            raise
        empty_folder(container, folder)
        shutil.rmtree(folder)


def removed(how, path, ended, left, name=None):
    try:
        how(path)
        ended.append(name or path)
    except OSError as error:
        left.append("%s: %s" % (path, error.strerror or error))
