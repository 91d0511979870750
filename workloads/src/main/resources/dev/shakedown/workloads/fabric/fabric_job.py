"""The fabric between the GPUs of a Ray cluster: TCP on ephemeral ports between all nodes, both ways; then an all-reduce
over all ranks and one between each two nodes.

Prints one JSON line a step on stdout; anything else in the log is Ray's. Exit code 0: all of it works; 1: the last line
says what does not. Needs ray, and fabric_rank.py and ray_job.py beside it; torch where there is one.
"""
import argparse
import math
import os
import re
import sys
import threading
import time

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

import fabric_rank
from ray_job import JobFailed, choose_nodes, describe, emit, free_gpus, watchdog

PROBE_TIMEOUT = 3.0
PROBED_PORTS = 2
WORLD_TIMEOUT = 20.0
PAIR_TIMEOUT = 10.0
REVIVAL = 20.0  # seconds that must be left for a fresh process and one more try
MARGIN = 3.0  # until the answer of a rank that ran into its own timeout is here
BYTES = {"nccl": 256 << 20, "gloo": 4 << 20}
HUNG = re.compile(r"timed? ?out|no answer", re.IGNORECASE)  # torch's words and ours
RankActor = ray.remote(num_cpus=0, num_gpus=1, max_restarts=0)(fabric_rank.Rank)


def note(text):
    emit("fabric.note", text=text)


class Fabric:
    """The driver's side: ranks that were started, what they found, and when to give up."""

    def __init__(self, args):
        self.args = args
        self.began = time.monotonic()
        self.actors = {}    # rank -> actor; those that hang or fail leave
        self.where = []     # rank -> node
        self.rows = {}      # rank -> its fabric.rank line
        self.backend = None
        self.told = set()   # transports
        self.findings = []
        self.ending = threading.Lock()

    def left(self):
        return self.args.timeout - (time.monotonic() - self.began)

    def check(self):
        nodes = choose_nodes(self.args.nodes, self.args.gpus_per_node, note)
        self.where = [node for node in nodes for _ in range(node["gpus"])]
        emit("fabric.start", ranks=len(self.where), timeout=self.args.timeout,
             nodes=[{k: n[k] for k in ("nodeId", "nodeIp", "gpus")} for n in nodes])
        absent = self.place()
        blocked = self.tcp(absent)
        if blocked:
            if absent:
                self.reduction("fabric.allreduce", self.nobody(absent))
            note("no all-reduce was tried: it could only hang where TCP is blocked")
            return
        absent.update(self.torch())
        if absent:
            self.reduction("fabric.allreduce", self.nobody(absent))
        elif self.backend:
            self.all_ranks()
        if self.backend:
            self.pairs()

    def gather(self, calls, seconds):
        """(answers by rank, reasons by rank of those that gave none, which are ended)."""
        refs = {ref: rank for rank, ref in calls.items()}
        done, _ = ray.wait(list(refs), num_returns=len(refs), timeout=max(0.1, seconds)) if refs else ([], [])
        answers, missing = {}, {}
        for ref in done:
            try:
                answers[refs[ref]] = ray.get(ref)
            except Exception as e:  # task boundary: Ray's reason becomes the rank's
                missing[refs[ref]] = describe(e)
        for rank in set(refs.values()) - set(answers) - set(missing):
            missing[rank] = "no answer within %.0f s" % seconds
        for rank in missing:
            ray.kill(self.actors.pop(rank), no_restart=True)
        return answers, missing

    def launch(self, rank):
        pinned = NodeAffinitySchedulingStrategy(self.where[rank]["nodeId"], soft=False)
        self.actors[rank] = RankActor.options(scheduling_strategy=pinned).remote(rank)

    def place(self):
        for rank in range(len(self.where)):
            self.launch(rank)
        self.rows, missing = self.gather({r: a.whoami.remote(self.args.env) for r, a in self.actors.items()}, 0.4 * self.left())
        for rank in sorted(self.rows):
            emit("fabric.rank", **self.rows[rank])
        free = free_gpus() if missing else {}
        return {rank: "%s (%s)" % (reason, self.why_not(self.where[rank], free)) for rank, reason in missing.items()}

    @staticmethod
    def why_not(node, free):
        if free and node["nodeId"] not in free:
            return "node %s is gone" % node["nodeIp"]
        return ("node %s has %d GPUs, %d were held by others when the job began"
                % (node["nodeIp"], node["total"], node["busy"]))

    def leaders(self):
        """The first rank of each node that is still there."""
        first = {}
        for rank in sorted(self.actors):
            first.setdefault(self.where[rank]["nodeId"], rank)
        return list(first.values())

    def tcp(self, absent):
        """Whether any direction is blocked; ranks that hang meanwhile become absent."""
        leaders = self.leaders()
        if len(leaders) < 2:
            return False
        ears, deaf = self.gather({r: self.actors[r].listen.remote(PROBED_PORTS) for r in leaders}, 5)
        calls, targets = {}, {}
        for rank in ears:
            targets[rank] = [other for other in ears if other != rank]
            calls[rank] = self.actors[rank].connect.remote([ears[o] for o in targets[rank]], PROBE_TIMEOUT)
        waves = math.ceil(len(ears) / fabric_rank.PROBES_AT_ONCE)
        answers, silent = self.gather(calls, waves * PROBE_TIMEOUT + MARGIN)
        absent.update({rank: reason + " while TCP was tried" for rank, reason in {**deaf, **silent}.items()})
        blocked = False
        for rank in sorted(answers):
            for other, row in zip(targets[rank], answers[rank]):
                blocked |= self.direction(rank, other, row)
        self.gather({r: self.actors[r].hang_up.remote() for r in ears if r in self.actors}, 2)
        return blocked

    def direction(self, rank, other, row):
        at, to = self.rows[rank], self.rows[other]
        emit("fabric.tcp", **{"from": at["nodeIp"], "to": to["nodeIp"]}, fromHost=at["hostname"],
             toHost=to["hostname"], **row)
        if row["result"] == "ok":
            return False
        self.findings.append("%s cannot reach %s on port %d: %s"
                             % (at["hostname"], to["hostname"], row["port"], row["result"]))
        return True

    def enough(self):
        """Keeps all ranks; of logical GPUs only as many as there are cores, for torch takes seconds of one to load."""
        calls = {r: self.actors[r].carries.remote() for r in self.leaders()}
        room, missing = self.gather(calls, 5)
        cores = {self.where[rank]["nodeId"]: count for rank, count in room.items()}
        idle = [r for r in self.actors if r - self.first_on(r) >= cores.get(self.where[r]["nodeId"], 1)]
        if idle:
            note("no GPU is behind the logical ones: %d of %d ranks reduce, one a core"
                 % (len(self.actors) - len(idle), len(self.actors)))
        for rank in idle:
            ray.kill(self.actors.pop(rank), no_restart=True)
        return missing

    def first_on(self, rank):
        return min(r for r in self.rows if self.where[r]["nodeId"] == self.where[rank]["nodeId"])

    def torch(self):
        """Chooses the backend; returns who did not get torch loaded in time."""
        silent = self.enough()
        answers, missing = self.gather({r: a.load_torch.remote() for r, a in self.actors.items()}, 0.5 * self.left())
        missing.update(silent)
        without = {r: a["error"] for r, a in answers.items() if a["backend"] is None}
        usable = [a for a in answers.values() if a["backend"]]
        if usable and not without:
            self.backend = "nccl" if all(a["backend"] == "nccl" for a in usable) else "gloo"
        one = (usable or list(answers.values()) or [{"torch": None, "nccl": None}])[0]
        error = None
        if without:
            rank = min(without)
            error = "%s on %s" % (without[rank], self.rows[rank]["hostname"])
        for rank in self.leaders():
            if answers.get(rank, {}).get("env"):
                emit("fabric.log", rank=rank, text=answers[rank]["env"])
        emit("fabric.torch", torch=one["torch"], backend=self.backend, nccl=one["nccl"], error=error)
        return {rank: reason + " while loading torch" for rank, reason in missing.items()}

    def all_ranks(self):
        row = self.groups([sorted(self.actors)], min(WORLD_TIMEOUT, 0.6 * self.left()))[0]
        self.reduction("fabric.allreduce", row)

    def revive(self):
        """A fresh process on each node that has no usable one left, so that the pairs can tell what all could not."""
        alive = {self.where[rank]["nodeId"] for rank in self.actors}
        lost = {self.where[rank]["nodeId"]: rank for rank in sorted(self.rows, reverse=True)}
        ranks = [rank for node, rank in lost.items() if node not in alive]
        if not ranks or self.left() < REVIVAL:
            return
        for rank in ranks:
            self.launch(rank)
            self.actors[rank].whoami.remote()
        self.gather({rank: self.actors[rank].load_torch.remote() for rank in ranks}, self.left() - PAIR_TIMEOUT)

    def pairs(self):
        self.revive()
        for rounds in tournament(self.leaders()):
            there = [pair for pair in rounds if all(rank in self.actors for rank in pair)]
            if self.left() < MARGIN:
                note("no time was left for the pairs of %s" % ", ".join(str(pair) for pair in rounds))
                return
            for row in self.groups(there, min(PAIR_TIMEOUT, self.left() - 1)):
                self.reduction("fabric.pair", row)

    def groups(self, groups, seconds):
        """An all-reduce in each group, all at the same time; a row each."""
        stores, missing = self.gather({g[0]: self.actors[g[0]].open_store.remote(seconds) for g in groups}, seconds)
        plan = {"backend": self.backend, "timeout": seconds, "bytes": self.bytes()}
        calls = {}
        for group in groups:
            if group[0] in stores:
                at = (self.rows[group[0]]["nodeIp"], stores[group[0]])
                calls.update({r: self.actors[r].reduce.remote(at, i, len(group), plan) for i, r in enumerate(group)})
        answers, late = self.gather(calls, seconds + MARGIN)
        missing.update(late)
        for rank, answer in answers.items():
            if not answer["usable"]:
                ray.kill(self.actors.pop(rank), no_restart=True)
        return [self.judged(group, answers, missing) for group in groups]

    def judged(self, group, answers, missing):
        row = self.row(group)
        here = {rank: answers[rank] for rank in group if rank in answers}
        self.show_nccl(group, here)
        errors = {r: a["phase"] + ": " + a["error"] for r, a in here.items() if a["error"]}
        came = here.get(group[0], {}).get("came")
        # Where the first rank is gone nobody finds the store, and that is not the others' fault.
        row["absent"] = [r for i, r in enumerate(group)
                         if r in missing or (group[0] not in missing and (
                             (came is not None and i not in came) or (r in errors and here[r]["phase"] == "store")))]
        wrong = {r: a["wrong"] for r, a in here.items() if a["wrong"]}
        reasons = {**errors, **{r: reason for r, reason in missing.items() if r in group}}
        if wrong:
            row["result"], row["error"] = "wrong", "rank %d: %s" % min(wrong.items())
        elif reasons:
            # Best is what a rank says that did not get in; a silent one says least.
            first = min(reasons, key=lambda r: (r in missing, r not in row["absent"], r))
            row["error"] = "rank %d: %s" % (first, reasons[first])
            row["result"] = "timeout" if any(HUNG.search(reason) for reason in reasons.values()) else "error"
        else:
            row["result"], row["seconds"] = "ok", max(a["seconds"] for a in here.values())
            n, spent = len(group), row["seconds"]
            row["busGbPerSecond"] = float("%.4g" % (2 * (n - 1) / n * row["bytes"] / spent / 1e9)) if n > 1 else None
            row["seconds"] = float("%.4g" % spent)
        return row

    def show_nccl(self, group, answers):
        leaders = self.leaders()
        for rank in sorted(answers):
            for at, to, via in answers[rank]["channels"]:
                if at < len(group) and to < len(group) and (group[at], group[to], via) not in self.told:
                    self.told.add((group[at], group[to], via))
                    emit("fabric.transport", rank=group[at], peer=group[to], via=via)
            for text in answers[rank]["telling"]:
                if rank in leaders or "WARN" in text:
                    emit("fabric.log", rank=rank, text=text)

    def bytes(self):
        return self.args.bytes or BYTES[self.backend or "gloo"]

    def row(self, ranks):
        return {"ranks": list(ranks), "bytes": self.bytes(), "seconds": None, "busGbPerSecond": None,
                "backend": self.backend, "result": "error", "absent": [], "error": None}

    def nobody(self, absent):
        first = min(absent)
        return {**self.row(range(len(self.where))), "result": "timeout", "absent": sorted(absent),
                "error": "rank %d: %s" % (first, absent[first])}

    def reduction(self, step, row):
        emit(step, **row)
        if row["result"] != "ok":
            self.findings.append("%s over ranks %s: %s, %s" % (step, row["ranks"], row["result"], row["error"]))

    def tidy(self):
        self.gather({r: a.end.remote() for r, a in self.actors.items()}, min(2, max(0.1, self.left())))

    def end(self, error):
        """The last line and the exit code, for whoever is first, driver or watchdog; the other waits for the exit."""
        self.ending.acquire()
        error = error or (self.findings or [None])[0]
        emit("fabric.end", result="error" if error else "ok", seconds=round(time.monotonic() - self.began, 3),
             error=error)
        return 1 if error else 0


def tournament(players):
    """Rounds in which everybody meets everybody once, and nobody two at a time (the circle method)."""
    ring = list(players) + [None] * (len(players) % 2)
    for _ in range(len(ring) - 1):
        half = len(ring) // 2
        pairs = zip(ring[:half], reversed(ring[half:]))
        yield [tuple(sorted(pair)) for pair in pairs if None not in pair]
        ring = [ring[0], ring[-1]] + ring[1:-1]


def arguments(argv):
    parser = argparse.ArgumentParser(description="TCP and all-reduce between the GPUs of a Ray cluster")
    parser.add_argument("--nodes", type=int, default=0, help="0: all that have GPUs")
    parser.add_argument("--gpus-per-node", type=int, default=0, help="0: all of a node")
    parser.add_argument("--timeout", type=float, default=60, help="seconds, for the whole job")
    parser.add_argument("--bytes", type=int, default=0, help="of a measured all-reduce; 0: 256 MiB, on CPUs 4 MiB")
    parser.add_argument("--env", type=lambda names: names.split(","), default=[], help="variables to report, NAME,NAME")
    return parser.parse_args(argv)


def main(argv):
    fabric = Fabric(arguments(argv))
    watchdog(fabric.args.timeout + 5, lambda: fabric.end("Ray did not answer"))
    error = None
    try:
        ray.init()
        fabric.check()
        fabric.tidy()
    except JobFailed as e:
        error = str(e)
    except Exception as e:  # the job's boundary: the reason must be a line
        error = describe(e)
    code = fabric.end(error)
    sys.stdout.flush()
    # ray.shutdown() may wait for actors that will never end; the cluster ends them with the driver.
    os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1:])
