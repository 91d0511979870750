"""Model files on one host. host_look.py stands before this, host.py behind it.

What a repository has and what the cache of it lacks, by the sizes that the hub gives: an interrupted
download leaves a snapshot that huggingface_hub itself takes for whole.
"""

# Runs in the scenario's Python, which has huggingface_hub. Its last line of output is the answer.
HUB = r'''
import fnmatch, glob, json, os, shutil, sys, threading, time
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
from huggingface_hub import HfApi, snapshot_download
from huggingface_hub.constants import HF_HUB_CACHE
from huggingface_hub.utils import GatedRepoError, RepositoryNotFoundError

# Other formats of the same weights; vLLM reads safetensors where there are any.
OTHER_WEIGHTS = ["*.bin", "*.pt", "*.pth", "*.gguf", "*.onnx", "*.h5", "*.msgpack", "original/*"]
name, job = sys.argv[1], sys.argv[2]
folder = os.path.join(HF_HUB_CACHE, "models--" + name.replace("/", "--"))

def wanted():
    info = HfApi().model_info(name, files_metadata=True)
    files = {one.rfilename: one.size for one in info.siblings}  # None where the hub does not tell
    others = OTHER_WEIGHTS if any(file.endswith(".safetensors") for file in files) else []
    kept = {file: size for file, size in files.items()
            if not any(fnmatch.fnmatch(file, other) for other in others)}
    return info.sha, kept, others

def size(path):
    return os.path.getsize(path) if os.path.exists(path) else -1

def differs(path, bytes):
    return bytes is not None and size(path) != bytes

def total(files):
    return sum(bytes or 0 for bytes in files.values())

def lacking(sha, files):
    """Bytes; what the cache does not call the repository's main counts as one, for vLLM asks for that."""
    main = os.path.join(folder, "refs", "main")
    named = os.path.exists(main) and open(main).read().strip() == sha
    at = os.path.join(folder, "snapshots", sha)
    paths = {os.path.join(at, file): bytes for file, bytes in files.items()}
    short = sum(bytes or 1 for path, bytes in paths.items() if not os.path.exists(path) or differs(path, bytes))
    return short or (0 if named else 1)

def free():
    place = HF_HUB_CACHE
    while not os.path.isdir(place):
        place = os.path.dirname(place)
    return shutil.disk_usage(place).free

def look():
    sha, files, _ = wanted()
    missing = lacking(sha, files)
    if missing:
        getattr(HfApi(), "auth_check", lambda _: None)(name)  # older ones find out in the download
    return {"missing": missing, "total": total(files), "free": free(), "cache": HF_HUB_CACHE}

def offline(problem):
    """The hub cannot be asked: what is there must be whole by its own index."""
    try:
        # As vLLM asks when it is offline; without the pattern, other formats of the weights are missed.
        at = snapshot_download(name, local_files_only=True, ignore_patterns="*")
    except Exception:
        return refused("it is not in the cache %s, and the hub cannot be asked: %s" % (HF_HUB_CACHE, problem),
                       "give the host a way to the hub (proxy, engine.env HF_ENDPOINT), or copy the model there and name its path")
    gaps = [one for one in glob.glob(os.path.join(at, "*.index.json"))
            for one in set(json.load(open(one))["weight_map"].values()) if not os.path.exists(os.path.join(at, one))]
    weights = glob.glob(os.path.join(at, "*.safetensors")) + glob.glob(os.path.join(at, "*.bin"))
    if gaps or not weights or glob.glob(os.path.join(folder, "blobs", "*.incomplete")):
        return refused("%s is not complete, and the hub cannot be asked: %s" % (at, problem),
                       "give the host a way to the hub, or copy the missing files there")
    return {"missing": 0, "total": 0, "free": free(), "cache": HF_HUB_CACHE}

def get():
    sha, files, others = wanted()
    def report():
        while True:
            blobs = glob.glob(os.path.join(folder, "blobs", "*"))
            print(json.dumps({"bytes": sum(size(blob) for blob in blobs), "of": total(files)}), flush=True)
            time.sleep(1)
    def guarded():
        try:
            report()
        except OSError:
            os._exit(1)  # nobody listens any more
    for file, bytes in files.items():
        at = os.path.join(folder, "snapshots", sha, file)
        if os.path.exists(at) and differs(at, bytes):
            # The cache takes what is there for whole, however short it is.
            for damaged in (os.path.realpath(at), at):
                if os.path.lexists(damaged):
                    os.remove(damaged)
    threading.Thread(target=guarded, daemon=True).start()
    snapshot_download(name, ignore_patterns=others)
    return {"missing": lacking(sha, files)}

def refused(why, next):
    return {"why": why, "next": next}

try:
    reply = look() if job == "look" else get()
except GatedRepoError:
    reply = refused("the repository is gated, and this token may not read it" if os.environ.get("HF_TOKEN")
                    else "the repository is gated, and there is no token",
                    "accept its terms on the hub, and put a token that may read it into engine.hfTokenFile")
except RepositoryNotFoundError:
    reply = refused("the hub has no such repository, or it is private", "check engine.model and engine.hfTokenFile")
except Exception as problem:
    line = ("%s: %s" % (type(problem).__name__, problem)).splitlines()[0][:300]
    reply = offline(line) if job == "look" else refused("the download broke off: " + line, "run again; what has come is kept")
print(json.dumps(reply), flush=True)
'''


def model(asked):
    """A folder must be complete; of a repository, what the cache lacks."""
    name = asked["model"]
    if not name.startswith("/"):
        return hub(asked, "look")
    missing = missing_files(name)
    hidden = hidden_files(name, asked["mounted"]) if asked.get("container") and not missing else []
    if hidden:
        return {"why": hidden[0], "tail": hidden[1:], "next": "add its folder to ssh.container.mounts"}
    if missing:
        return {"why": missing[0], "tail": missing[1:], "next": "copy the model to this host, or name a folder that has it"}
    return {"missing": 0, "total": 0, "free": 0, "cache": name}


def fetch(asked):
    """Downloads what is missing; a line of JSON a second until then."""
    return hub(asked, "get")


def hub(asked, job):
    environment = dict(os.environ, **asked["env"])
    if asked.get("token"):
        environment["HF_TOKEN"] = asked["token"]
    python = "the image" if asked.get("container") else "ssh.python"
    try:
        process = subprocess.Popen(
            in_python(asked) + ["-c", HUB, asked["model"], job], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, env=environment)
    except OSError as problem:
        return {"why": str(problem), "next": "check " + python}
    lines = []
    for line in process.stdout:
        lines = (lines + [line.decode("utf-8", "replace").rstrip()])[-8:]
        if line.startswith(b'{"bytes"'):
            sys.stdout.write(lines.pop() + "\n")
            sys.stdout.flush()
    process.wait()
    try:
        return json.loads(lines[-1])
    except (IndexError, ValueError):
        return {"why": "huggingface_hub did not answer", "tail": lines, "next": "check %s: it needs huggingface_hub" % python}


def missing_files(folder):
    if not os.path.isfile(os.path.join(folder, "config.json")):
        return ["%s has no config.json" % folder]
    wanted = set()
    for index in glob.glob(os.path.join(folder, "*.index.json")):
        try:
            wanted |= set(json.loads(text(index))["weight_map"].values())
        except (ValueError, KeyError, AttributeError):
            return ["%s cannot be read" % index]
    return ["%s is missing" % os.path.join(folder, name) for name in sorted(wanted)
            if not os.path.isfile(os.path.join(folder, name))]


def hidden_files(folder, mounted):
    """Files are often links into a cache, which the container sees only if that is mounted, too."""
    targets = [(path, os.path.realpath(path)) for path in sorted(glob.glob(os.path.join(folder, "*")))]
    return ["%s is a link to %s, which the container does not see" % (path, target) for path, target in targets
            if not under(target, [os.path.realpath(mount) for mount in mounted])]


def mark(asked):
    """Hosts that see each other's marks have one filesystem there."""
    os.makedirs(asked["cache"], exist_ok=True)
    prefix = ".shakedown-%s-" % asked["run"]
    own = os.path.join(asked["cache"], prefix + asked["mark"])
    if asked["step"] == "put":
        open(own, "w").close()
    elif asked["step"] == "remove" and os.path.exists(own):
        os.remove(own)
    return {"marks": sorted(name for name in os.listdir(asked["cache"]) if name.startswith(prefix))}
