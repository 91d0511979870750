"""Monte-Carlo-Pi over every GPU of a Ray cluster: proves that each one can be reached and computes right.

Prints one JSON line a step on stdout; anything else in the log is Ray's. Exit code 0: every task worked; 1: the last
line says why not. Needs ray, and pi_work.py and ray_job.py beside it.
"""
import argparse
import os
import socket
import sys
import threading
import time

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

import pi_work
from ray_job import JobFailed, choose_nodes, describe, emit, free_gpus, watchdog

PENDING_AFTER = 10.0  # seconds until a task that has no process yet is worth a line


@ray.remote(num_cpus=0, max_restarts=0)
class ProgressActor:
    """Collects what tasks say; the driver drains it. Also the gate that all tasks pass together."""

    def __init__(self, tasks):
        self.tasks = tasks
        self.placed = set()
        self.events = []

    def place(self, task, line):
        self.placed.add(task)
        self.events.append(("placed", line))

    def all_placed(self):
        return len(self.placed) == self.tasks

    def say(self, step, line):
        self.events.append((step, line))

    def drain(self):
        events, self.events = self.events, []
        return events


# A task that dies must end the job instead of being repeated: no retries.
@ray.remote(num_cpus=0, num_gpus=1, max_retries=0)
def sampling_task(task, spec, progress):
    row = whoami(task)
    ray.get(progress.place.remote(task, {k: row[k] for k in PLACED_KEYS}))
    # Every task holds its GPU until all have one: only so are the GPUs distinct, and all of them hot at once.
    while not ray.get(progress.all_placed.remote()):
        time.sleep(0.2)
    began = time.monotonic()
    try:
        work(row, spec, progress)
        row["result"] = "ok"
    except BaseException as e:  # task boundary: whatever it was becomes the task's line
        row["error"] = describe(e)
    row["seconds"] = round(time.monotonic() - began, 3)
    # Delivered before the worker process ends, so that a crash at its exit costs nothing.
    ray.get(progress.say.remote("task", row))


PLACED_KEYS = ("task", "nodeId", "nodeIp", "hostname", "cudaVisibleDevices")


def whoami(task):
    context = ray.get_runtime_context()
    ids = ",".join(str(i) for i in ray.get_gpu_ids())
    told = os.environ.get("CUDA_VISIBLE_DEVICES")
    unset = os.environ.get("RAY_EXPERIMENTAL_NOSET_CUDA_VISIBLE_DEVICES", "0") not in ("", "0")
    return {"task": task, "nodeId": context.get_node_id(), "nodeIp": ray.util.get_node_ip_address(),
            "hostname": socket.gethostname(), "cudaVisibleDevices": ids if unset or not told else told,
            "gpuUuid": None, "samples": 0, "inside": 0, "seconds": 0.0, "gbPerSecond": None,
            "result": "error", "error": None}


def work(row, spec, progress):
    task, node, seed = row["task"], row["nodeId"], (spec["seed"], row["task"])
    device = pi_work.cuda_device(ray.get_gpu_ids())
    row["gpuUuid"] = pi_work.gpu_uuid(device, row["cudaVisibleDevices"])

    def report(done):
        progress.say.remote("progress", {"task": task, "nodeId": node, "done": done, "total": spec["samples"]})

    row["inside"] = pi_work.inside_circle(spec["samples"], seed, device, report)
    row["samples"] = spec["samples"]
    if spec["burn"] <= 0:
        return
    if device is None:
        size = pi_work.CPU_MATRIX
        progress.say.remote("note", {"text": "no CUDA device in the task: burning the CPU with a %d x %d matrix instead"
                                             % (size, size)})
        pi_work.burn_cpu(spec["burn"], seed)
        return
    seen = []
    reader = threading.Thread(target=lambda: seen.append(pi_work.clocks(row["gpuUuid"] or row["cudaVisibleDevices"])))
    # Clocks are read while the GPU is hot: a moment after the burn it idles at other clocks.
    row["gbPerSecond"] = round(pi_work.burn_device(device, spec["burn"], spec["matrix"], seed, reader.start), 1)
    reader.join(timeout=15)
    if seen and seen[0]:
        progress.say.remote("gpu", {"task": task, "nodeId": node, "gpuUuid": row["gpuUuid"],
                                    "smClockMhz": seen[0][0], "throttleReasons": seen[0][1]})


class Run:
    """The driver's side: what was started, what came back, and when to give up."""

    def __init__(self, args):
        self.args = args
        self.began = time.monotonic()
        self.rows = {}      # task -> its final line
        self.placed = {}    # task -> its placed line
        self.reasons = {}   # task -> last pending reason
        self.notes = set()
        self.give_up = None  # after an error: until when the others may still finish
        self.refs = {}
        self.where = []
        self.ending = threading.Lock()

    def start(self):
        args = self.args
        nodes = choose_nodes(args.nodes, args.gpus_per_node, lambda text: emit("note", text=text))
        self.where = [node for node in nodes for _ in range(node["gpus"])]
        emit("start", tasks=len(self.where), samplesPerTask=args.samples_per_task, burnSeconds=args.burn_seconds,
             matrixSize=args.matrix_size, seed=args.seed,
             nodes=[{k: n[k] for k in ("nodeId", "nodeIp", "gpus")} for n in nodes])
        self.progress = ProgressActor.options(scheduling_strategy=self.safest()).remote(len(self.where))
        spec = {"samples": args.samples_per_task, "burn": args.burn_seconds, "matrix": args.matrix_size,
                "seed": args.seed}
        for task, node in enumerate(self.where):
            pinned = NodeAffinitySchedulingStrategy(node["nodeId"], soft=False)
            ref = sampling_task.options(scheduling_strategy=pinned).remote(task, spec, self.progress)
            self.refs[ref] = task

    def safest(self):
        """The head: losing another node must not take with it what all tasks report to."""
        heads = [n["NodeID"] for n in ray.nodes() if n["Alive"] and "node:__internal_head__" in n["Resources"]]
        node = heads[0] if heads else ray.get_runtime_context().get_node_id()
        return NodeAffinitySchedulingStrategy(node, soft=True)

    def follow(self):
        while True:
            done, _ = ray.wait(list(self.refs), num_returns=len(self.refs), timeout=0.5)
            self.take_events()
            for ref in done:
                self.close(self.refs.pop(ref), ref)
            if not self.refs:
                return
            self.say_pending()
            now = time.monotonic()
            if self.give_up is not None and now >= self.give_up:
                return
            if now - self.began >= self.args.timeout:
                return

    def take_events(self):
        for step, line in ray.get(self.progress.drain.remote(), timeout=30):
            if step == "note":
                if line["text"] in self.notes:
                    continue
                self.notes.add(line["text"])
            elif step == "placed":
                self.placed[line["task"]] = line
            elif step == "task":
                self.finish(line)
                continue
            emit(step, **line)

    def close(self, task, ref):
        try:
            ray.get(ref)
        except Exception as e:  # task boundary: Ray's reason becomes the task's line
            if task in self.rows:
                emit("note", text="the worker of task %d died after its result was in: %s" % (task, describe(e)))
            else:
                self.finish(self.lost(task, describe(e)))

    def lost(self, task, reason):
        node = self.where[task]
        known = self.placed.get(task, {})
        return {"task": task, "nodeId": node["nodeId"], "nodeIp": node["nodeIp"],
                "hostname": known.get("hostname", node["hostname"]),
                "cudaVisibleDevices": known.get("cudaVisibleDevices"), "gpuUuid": None, "samples": 0, "inside": 0,
                "seconds": 0.0, "gbPerSecond": None, "result": "error", "error": reason}

    def finish(self, row):
        self.rows[row["task"]] = row
        emit("task", **row)
        if row["result"] != "ok" and self.give_up is None:
            # The others cannot pass the gate without this task; past it they need no more than the burn.
            all_in = len(self.placed) == len(self.where)
            self.give_up = time.monotonic() + (self.args.burn_seconds + 5 if all_in else 0)

    def say_pending(self):
        if time.monotonic() - self.began < PENDING_AFTER:
            return
        waiting = [t for t in range(len(self.where)) if t not in self.placed and t not in self.rows]
        free = free_gpus() if waiting else {}
        for task in waiting:
            reason = self.pending_reason(self.where[task], free)
            if self.reasons.get(task) != reason:
                self.reasons[task] = reason
                emit("pending", task=task, reason=reason)

    def pending_reason(self, node, free):
        if free and node["nodeId"] not in free:
            return "node %s is gone" % node["nodeIp"]
        if node["busy"] > node["total"] - node["gpus"]:
            return ("waiting for 1 GPU on node %s: %d of %d free, %d held by others when the job began"
                    % (node["nodeIp"], free.get(node["nodeId"], 0), node["total"], node["busy"]))
        return "waiting for Ray to start a worker process on node %s" % node["nodeIp"]

    def end(self, error):
        """The last line and the exit code, for whoever is first, driver or watchdog; the other waits for the exit."""
        self.ending.acquire()
        rows = list(self.rows.values())
        samples, inside = sum(r["samples"] for r in rows), sum(r["inside"] for r in rows)
        # A task's own reason says more than what its death did to the driver.
        error = self.failed_task() or error or self.unfinished_task()
        emit("end", result="error" if error else "ok", pi=round(4 * inside / samples, 8) if samples else None,
             samples=samples, inside=inside, seconds=round(time.monotonic() - self.began, 3), error=error)
        return 1 if error else 0

    def failed_task(self):
        bad = [r for r in self.rows.values() if r["result"] != "ok"]
        if not bad:
            return None
        more = " (and %d more)" % (len(bad) - 1) if len(bad) > 1 else ""
        return "task %d on %s failed: %s%s" % (bad[0]["task"], bad[0]["nodeIp"], bad[0]["error"], more)

    def unfinished_task(self):
        missing = [t for t in range(len(self.where)) if t not in self.rows]
        if not missing:
            return None
        first = missing[0]
        state = "running" if first in self.placed else self.reasons.get(first, "not started")
        return ("%d of %d tasks not finished after %d s; task %d on %s: %s"
                % (len(missing), len(self.where), self.args.timeout, first, self.where[first]["nodeIp"], state))


def arguments(argv):
    parser = argparse.ArgumentParser(description="Monte-Carlo-Pi on every GPU of a Ray cluster")
    parser.add_argument("--samples-per-task", type=int, default=10_000_000)
    parser.add_argument("--burn-seconds", type=int, default=6)
    parser.add_argument("--matrix-size", type=int, default=25_000)
    parser.add_argument("--nodes", type=int, default=0, help="0: all that have GPUs")
    parser.add_argument("--gpus-per-node", type=int, default=0, help="0: all of a node")
    parser.add_argument("--timeout", type=float, default=600, help="seconds, for the whole job")
    parser.add_argument("--seed", type=int, default=42, help="each task draws from (seed, task)")
    return parser.parse_args(argv)


def main(argv):
    run = Run(arguments(argv))
    watchdog(run.args.timeout + 5,
             lambda: run.end("Ray did not answer: " + (run.unfinished_task() or "no task was started")))
    error = None
    try:
        ray.init()
        run.start()
        run.follow()
    except JobFailed as e:
        error = str(e)
    except Exception as e:  # the job's boundary: the reason must be a line
        error = describe(e)
    code = run.end(error)
    sys.stdout.flush()
    # ray.shutdown() may wait for tasks that will never end; the cluster ends them with the driver.
    os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1:])
