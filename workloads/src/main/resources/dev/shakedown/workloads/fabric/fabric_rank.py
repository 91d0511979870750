"""What one rank does: TCP on ephemeral ports, then all-reduce in groups, each with a store of its own. Runs in a Ray
actor that holds one GPU. Needs ray; torch where it is installed."""
import errno
import os
import re
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from ray_job import describe

PORT_RANGE = "/proc/sys/net/ipv4/ip_local_port_range"
WORD_BYTES = 16
PROBES_AT_ONCE = 64
CHECKED_NUMBERS = 1 << 18  # float32: 1 MiB
ROUNDS = 5
# So that the transports can be read from the log; the waits, so that a lost peer is an error and no abort.
NCCL_ENV = {"NCCL_DEBUG": "INFO", "NCCL_DEBUG_SUBSYS": "INIT,NET,GRAPH,ENV", "TORCH_NCCL_BLOCKING_WAIT": "1",
            "TORCH_NCCL_ASYNC_ERROR_HANDLING": "0", "TORCH_NCCL_ENABLE_MONITORING": "0"}
FAILED_CALL = {errno.EHOSTUNREACH: "unreachable", errno.ENETUNREACH: "unreachable",
               errno.EACCES: "denied", errno.EPERM: "denied"}  # the last two are this host's own word
DRIVERS = ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")
SITE = ("NCCL_", "GLOO_")  # the site's own settings, where a wrong interface would stand
CHANNEL = re.compile(r"NCCL INFO Channel \d+(?:/\d+)? : (\d+)\[\w+\] -> (\d+)\[\w+\](?: \[(?:send|receive)\])?"
                     r" via (\S.*?)(?: comm 0x\w+.*)?$")
TELLING = re.compile(r"NCCL WARN|Using network|NET/\w+ :|set by environment|Bootstrap : Using|nNodes")
MOST_TELLING = 40
MOST_LINE = 1000  # the list of 16 ports takes 400


class Rank:
    """One a GPU. Methods are called one after the other; one that hangs is ended with its process."""

    def __init__(self, rank):
        self.rank = rank
        self.listeners = []
        self.stores = []
        self.device = None
        self.seen = 0
        # In the job's own folder, which goes with Ray's session: a rank that is killed removes nothing.
        self.nccl_log = os.path.abspath("nccl-%d.log" % os.getpid())

    def whoami(self, names=()):
        import ray
        context = ray.get_runtime_context()
        gpus = [str(i) for i in ray.get_gpu_ids()]
        self.ip = ray.util.get_node_ip_address()
        return {"rank": self.rank, "nodeId": context.get_node_id(), "nodeIp": self.ip,
                "hostname": socket.gethostname(), "gpu": ",".join(gpus) or None, "ephemeralPorts": port_range(),
                "env": {name: os.environ[name] for name in names if name in os.environ}}

    def carries(self):
        """How many ranks this node can carry; without GPUs behind the logical ones, one a core."""
        driver = any(os.path.exists(path) for path in DRIVERS)
        return 1 << 20 if driver else len(os.sched_getaffinity(0))

    def listen(self, ports):
        """Listens where the kernel likes, as torch and NCCL do; says a word to each caller."""
        word = os.urandom(WORD_BYTES // 2).hex().encode()
        family = socket.AF_INET6 if ":" in self.ip else socket.AF_INET
        for _ in range(ports):
            listener = socket.socket(family, socket.SOCK_STREAM)
            listener.bind(("", 0))
            listener.listen(256)
            self.listeners.append(listener)
            threading.Thread(target=answer, args=(listener, word), daemon=True).start()
        return {"ip": self.ip, "ports": [s.getsockname()[1] for s in self.listeners], "word": word}

    def connect(self, targets, timeout):
        """One row a target, in their order."""
        with ThreadPoolExecutor(max_workers=min(PROBES_AT_ONCE, max(1, len(targets)))) as pool:
            return list(pool.map(lambda at: probe(at, timeout), targets))

    def hang_up(self):
        for listener in self.listeners:
            listener.close()
        self.listeners = []

    def load_torch(self):
        """Imports it, which takes seconds; says what it can do."""
        env = {"env": " ".join("%s=%s" % item for item in sorted(os.environ.items()) if item[0].startswith(SITE))}
        os.environ.update(NCCL_ENV)
        os.environ["NCCL_DEBUG_FILE"] = self.nccl_log
        try:
            import torch
            import torch.distributed as dist
            if not dist.is_available():
                return {**env, "torch": torch.__version__, "backend": None, "nccl": None,
                        "error": "torch is built without distributed"}
            if torch.cuda.is_available() and dist.is_nccl_available():
                self.device = torch.device("cuda", my_device(torch))
                torch.cuda.set_device(self.device)
                version = ".".join(str(part) for part in torch.cuda.nccl.version())
                return {**env, "torch": torch.__version__, "backend": "nccl", "nccl": version, "error": None}
            return {**env, "torch": torch.__version__, "backend": "gloo", "nccl": None, "error": None}
        except Exception as e:  # a broken installation raises anything
            return {**env, "torch": None, "backend": None, "nccl": None, "error": describe(e)}

    def open_store(self, timeout):
        """The meeting point of a group, on a port of the kernel's choice."""
        import torch.distributed as dist
        # Kept: whoever is late in an older group still talks to its store.
        self.stores.append(dist.TCPStore(self.ip, 0, None, True, timedelta(seconds=timeout), wait_for_workers=False))
        return self.stores[-1].port

    def reduce(self, at, me, size, plan):
        """Joins a group as number `me` of `size`, checks a sum, measures; a row, never an exception."""
        row = {"phase": "store", "error": None, "wrong": None, "seconds": None, "came": None, "usable": True,
               "channels": [], "telling": []}
        try:
            self.work(at, me, size, plan, row)
        except Exception as e:  # task boundary: whatever it was becomes the row's error
            row["error"] = describe(e)
            row["usable"] = self.left_group(plan["backend"])
        if me == 0 and self.stores:
            row["came"] = came(self.stores[-1], size)
        self.read_nccl_log(row)
        return row

    @staticmethod
    def left_group(backend):
        """Whether this process can join another group after an error: NCCL may wait for ever in its clean-up."""
        import torch.distributed as dist
        if backend != "gloo":
            return False
        try:
            if dist.is_initialized():
                dist.destroy_process_group()
            return True
        except Exception:  # torch's own trouble with a broken group; the process is not used again
            return False

    def work(self, at, me, size, plan, row):
        import torch
        import torch.distributed as dist
        timeout = timedelta(seconds=plan["timeout"])
        store = self.stores[-1] if me == 0 else dist.TCPStore(at[0], at[1], None, False, timeout)
        store.set("here/%d" % me, "1")
        row["phase"] = "init"
        dist.init_process_group(plan["backend"], store=dist.PrefixStore("group", store), rank=me, world_size=size,
                                timeout=timeout)
        device = self.device if plan["backend"] == "nccl" else torch.device("cpu")
        row["phase"] = "sum"
        row["wrong"] = wrong_sum(torch, dist, device, me, size)
        row["phase"] = "measure"
        row["seconds"] = measured(torch, dist, device, plan["bytes"])
        row["phase"] = "done"
        dist.destroy_process_group()

    def read_nccl_log(self, row):
        try:
            with open(self.nccl_log, errors="replace") as log:
                log.seek(self.seen)
                text = log.read()
                self.seen = log.tell()
        except OSError:
            return
        channels = set()
        for line in text.splitlines():
            found = CHANNEL.search(line.rstrip())
            if found:
                channels.add((int(found.group(1)), int(found.group(2)), found.group(3)))
            elif TELLING.search(line) and len(row["telling"]) < MOST_TELLING:
                row["telling"].append(line.strip()[:MOST_LINE])
        row["channels"] = sorted(channels)

    def end(self):
        self.hang_up()
        try:
            os.remove(self.nccl_log)
        except OSError:
            pass  # there was none


def port_range():
    try:
        with open(PORT_RANGE) as text:
            return "-".join(text.read().split())
    except OSError:
        return None


def answer(listener, word):
    while True:
        try:
            caller, _ = listener.accept()
        except OSError:
            return  # closed: the probes are over
        with caller:
            try:
                caller.sendall(word)
            except OSError:
                pass  # the caller has gone


def probe(target, timeout):
    """The first port that does not work, else the first that was tried."""
    first = None
    for port in target["ports"]:
        began = time.monotonic()
        result, error = call(target["ip"], port, target["word"], timeout)
        row = {"port": port, "result": result, "ms": round((time.monotonic() - began) * 1e3, 2), "error": error}
        if result != "ok":
            return row
        first = first or row
    return first


def call(ip, port, word, timeout):
    try:
        with socket.create_connection((ip, port), timeout=timeout) as to:
            heard = b""
            while len(heard) < len(word):
                more = to.recv(len(word) - len(heard))
                if not more:
                    break
                heard += more
        return ("ok", None) if heard == word else ("stranger", "another program answers there")
    except socket.timeout:
        return "timeout", "no answer within %g s" % timeout
    except ConnectionRefusedError as e:
        return "refused", describe(e)
    except OSError as e:
        return FAILED_CALL.get(e.errno, "error"), describe(e)


def my_device(torch):
    """Ray hides the other GPUs; where it was told not to, its id counts among all that are visible."""
    import ray
    if torch.cuda.device_count() == 1:
        return 0
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")
    mine = str((ray.get_gpu_ids() or [0])[0])
    return visible.index(mine) if mine in visible else int(mine) if mine.isdigit() else 0


def came(store, size):
    """Who reached the meeting point."""
    try:
        return [i for i in range(size) if store.check(["here/%d" % i])]
    except Exception:  # the store's own errors are of no use here: nobody is known to be there
        return None


def wrong_sum(torch, dist, device, me, size):
    """None, or what is wrong: number i of rank r is i % 97 + r, all whole and small, so the sum is exact."""
    base = torch.arange(CHECKED_NUMBERS, device=device, dtype=torch.float32) % 97
    numbers = base + me
    dist.all_reduce(numbers)
    expected = base * size + size * (size - 1) // 2
    bad = torch.nonzero(numbers != expected)
    if len(bad) == 0:
        return None
    at = int(bad[0])
    return "number %d of the sum is %r instead of %r (%d of %d are wrong)" % (
        at, float(numbers[at]), float(expected[at]), len(bad), CHECKED_NUMBERS)


def measured(torch, dist, device, size):
    """Seconds for one all-reduce of `size` bytes, the best of some: the first ones still open connections."""
    data = torch.zeros(size // 4, device=device, dtype=torch.float32)
    wait = (lambda: torch.cuda.synchronize(device)) if device.type == "cuda" else (lambda: None)
    best = None
    for _ in range(1 + ROUNDS):
        wait()
        began = time.perf_counter()
        dist.all_reduce(data)
        wait()
        spent = time.perf_counter() - began
        best = spent if best is None else min(best, spent)
    return best
