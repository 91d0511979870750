"""What Shakedown's jobs on Ray have in common on the driver's side: their lines, and which nodes they use."""
import json
import os
import sys
import threading

import ray

LONGEST_REASON = 400
EMIT = threading.Lock()


class JobFailed(Exception):
    """Ends the job; the text is its reason."""


def emit(step, **fields):
    line = json.dumps({"step": step, **fields}, separators=(",", ":"))
    with EMIT:
        # Ray's own thread prints workers' output to the same file: start on a fresh line in one write.
        sys.stdout.flush()
        os.write(1, (line + "\n").encode())


def describe(error):
    """One line: the kind and the first telling line of the text."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (type(error).__name__ + (": " + lines[0] if lines else ""))[:LONGEST_REASON]


def free_gpus():
    """GPUs free now by node id; empty where this Ray does not say."""
    try:
        from ray._private.state import available_resources_per_node
        return {node: int(r.get("GPU", 0)) for node, r in available_resources_per_node().items()}
    except Exception:  # not a public interface: may be gone in any version
        return {}


def choose_nodes(wanted_nodes, wanted_gpus, note):
    """Exactly the nodes asked for (all GPU nodes if none are); names what is missing."""
    alive = sorted((n for n in ray.nodes() if n["Alive"]), key=lambda n: (n["NodeManagerAddress"], n["NodeID"]))
    free = free_gpus()
    nodes = [{"nodeId": n["NodeID"], "nodeIp": n["NodeManagerAddress"], "hostname": n.get("NodeManagerHostname", ""),
              "total": int(n["Resources"].get("GPU", 0))} for n in alive]
    for node in nodes:
        node["busy"] = max(0, node["total"] - free.get(node["nodeId"], node["total"]))
        node["gpus"] = min(node["total"], wanted_gpus or node["total"])
    fit = [n for n in nodes if n["total"] >= max(1, wanted_gpus)]
    if not fit or len(fit) < wanted_nodes:
        there = ", ".join("%s has %d GPUs" % (n["nodeIp"], n["total"]) for n in nodes) or "no node is alive"
        raise JobFailed("%d node(s) with %d GPU(s) wanted, %d missing: %s"
                        % (max(1, wanted_nodes), max(1, wanted_gpus), max(1, wanted_nodes) - len(fit), there))
    chosen = sorted(fit, key=lambda n: n["busy"] > 0)[:wanted_nodes or len(fit)]
    unused = sum(n["total"] for n in nodes) - sum(n["gpus"] for n in chosen)
    if unused:
        note("the cluster has %d GPUs more than the job was asked to use" % unused)
    return chosen


def watchdog(seconds, end):
    """The last resort: a call into Ray that never comes back must not hang the job."""
    def fire():
        try:
            end()
        finally:
            os._exit(1)  # whatever else goes wrong here: the driver may still be at work on what is read
    timer = threading.Timer(seconds, fire)
    timer.daemon = True
    timer.start()
