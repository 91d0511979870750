"""The container that a run has on one host, and what its image has. host_look.py stands before this.

All that a container has of the host are mounts: where a command runs in one, asked["container"] is
the command line up to the arguments of the image's Python.
"""

REMOVAL_SECONDS = 30


def container_facts(asked, gpus):
    """In the order in which one thing needs the other: what fails is the last that is told."""
    runtime = asked["runtime"]
    facts = {"path": asked["image"], "there": False, "runtime": runtime,
             "absent": [path for path in asked["needed"] if not os.path.exists(path)]}
    if not shutil.which(runtime):
        return dict(facts, runtimeThere=False)
    facts["runtimeThere"] = True
    status, out = run([runtime, "info", "--format", "{{json .}}"], 20)
    if status != 0:
        return dict(facts, runtimeError=last_words(out))
    facts["rootless"] = rootless(out)
    status, out = run([runtime, "image", "inspect", "--format", "{{.Id}}", asked["image"]], 10)
    if status != 0:
        return dict(facts, imageError=last_words(out))
    facts.update(there=True, image=(out.strip().splitlines() or ["?"])[-1].replace("sha256:", "")[:12])
    status, out = run(asked["lookWithGpus" if gpus else "look"] + ["-c", IMAGE_FACTS], 25)
    return versions_in(out, status, facts)


# Jobs on Ray are started by this name.
IMAGE_FACTS = VERSIONS + """
import shutil
print("jobs", shutil.which("python") or "none")
"""


def rootless(info):
    """Docker and Podman say it in their own ways."""
    try:
        said = json.loads(next(line for line in info.splitlines() if line.startswith("{")))
    except (StopIteration, ValueError):
        return False
    podman = (said.get("host") or {}).get("security") or {}
    return bool(podman.get("rootless")) or any("rootless" in one for one in said.get("SecurityOptions") or [])


def last_words(out):
    lines = [line for line in out.strip().splitlines() if line.strip() and not line.startswith(("{", "Run '"))]
    return (lines or ["it does not say why"])[-1].strip()[:300]


def in_python(asked):
    """The command line of the scenario's Python, up to its arguments."""
    make_folders(asked)
    return asked.get("container") or [python_path(asked["python"]) or asked["python"]]


def make_folders(asked):
    for folder in asked.get("makes", []):
        os.makedirs(folder, exist_ok=True)


def end_container(asked, run_id, ended, left):
    """Ends the container of this name if it has the run's label; another's is none of ours."""
    runtime, name = asked["runtime"], asked["name"]
    if not shutil.which(runtime):
        left.append("container %s: there is no %s any more" % (name, runtime))
        return
    wanted = '{{.Id}} {{index .Config.Labels "%s"}}' % asked["label"]
    status, out = run([runtime, "container", "inspect", "--format", wanted, name], 10)
    if status != 0:
        if "no such" not in out.lower():
            left.append("container %s: %s" % (name, last_words(out)))
        return
    number, _, label = (out.strip().splitlines() or [""])[-1].partition(" ")
    if label != run_id:
        return
    status, out = run([runtime, "rm", "--force", "--volumes", number], REMOVAL_SECONDS)
    # Docker's own --rm may have been quicker to begin.
    if status == 0 or "already in progress" in out.lower():
        ended.append("container " + name)
    elif "no such" not in out.lower():
        left.append("container %s: %s" % (name, last_words(out)))


def empty_folder(asked, folder):
    """What a container's root made, its root can remove; the image is still there."""
    entries = [os.path.join(folder, name) for name in os.listdir(folder)]
    run([asked["runtime"], "run", "--rm", "--pull=never", "--network=none", "--security-opt=label=disable",
         "--mount=type=bind,source=%s,target=%s" % (folder, folder),
         "--entrypoint=rm", asked["image"], "-rf"] + entries, REMOVAL_SECONDS)
