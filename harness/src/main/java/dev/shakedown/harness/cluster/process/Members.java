package dev.shakedown.harness.cluster.process;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which of the machine's processes belong to a run: by session, process group, mark, descent. */
final class Members {
    private final ProcFs proc;
    private final LedgerPage page;
    private final Set<Long> own;

    Members(ProcFs proc, LedgerPage page) {
        this.proc = proc;
        this.page = page;
        this.own = withAncestors(ProcessHandle.current());
    }

    /**
     * @param known found before; they stay members though their parents have gone
     */
    Map<ProcessId, ProcessStat> find(Collection<ProcessId> known) {
        String bootId = proc.bootId();
        Map<ProcessId, ProcessStat> members = new HashMap<>();
        List<ProcessStat> all = proc.processes();
        for (ProcessStat process : all) {
            ProcessId id = new ProcessId(process.pid(), process.startTicks(), bootId);
            if (!own.contains(process.pid()) && (known.contains(id) || belongs(process, bootId))) {
                members.put(id, process);
            }
        }
        addDescendants(members, all, bootId);
        return members;
    }

    private void addDescendants(
            Map<ProcessId, ProcessStat> members, List<ProcessStat> all, String bootId) {
        Set<Long> parents = new HashSet<>();
        members.keySet().forEach(id -> parents.add(id.pid()));
        boolean grown = true;
        while (grown) {
            grown = false;
            for (ProcessStat process : all) {
                if (parents.contains(process.parent())
                        && !own.contains(process.pid())
                        && parents.add(process.pid())) {
                    members.put(
                            new ProcessId(process.pid(), process.startTicks(), bootId), process);
                    grown = true;
                }
            }
        }
    }

    private boolean belongs(ProcessStat process, String bootId) {
        boolean known = proc.knowsEnvironment(process.pid());
        return proc.environment(process.pid()).contains(page.marker())
                || page.processes().stream()
                        .map(LedgerEntry::leader)
                        .filter(leader -> leader.bootId().equals(bootId))
                        .anyMatch(leader -> inSession(process, leader, known));
    }

    /**
     * The kernel gives a number out again only when no session or group has it, but all of ours may
     * have gone and the number may be another's now. So either the leader we started still runs, or
     * the process's environment must not speak against it.
     */
    private boolean inSession(ProcessStat process, ProcessId leader, boolean foreignEnvironment) {
        boolean sameNumber = process.session() == leader.pid() || process.group() == leader.pid();
        if (!sameNumber || leader.startTicks() == 0) {
            return false;
        }
        if (proc.runs(leader)) {
            return process.startTicks() >= leader.startTicks();
        }
        return !foreignEnvironment
                && proc.stat(leader.pid()).isEmpty()
                && process.startTicks() >= leader.startTicks();
    }

    private static Set<Long> withAncestors(ProcessHandle process) {
        Set<Long> line = new HashSet<>();
        Optional<ProcessHandle> next = Optional.of(process);
        while (next.isPresent()) {
            line.add(next.get().pid());
            next = next.get().parent();
        }
        return line;
    }
}
