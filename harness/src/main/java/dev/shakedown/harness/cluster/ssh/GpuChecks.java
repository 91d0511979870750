package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.Check.Verdict;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.SshSpec;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Whether the GPUs that a host is to lend are there, whole and nobody else's. */
final class GpuChecks {
    private static final double MOST_USED_MIB = 1024;

    private final Scenario scenario;
    private final SshSpec spec;
    private final HostFacts facts;

    GpuChecks(Scenario scenario, SshSpec spec, HostFacts facts) {
        this.scenario = scenario;
        this.spec = spec;
        this.facts = facts;
    }

    List<Check> all() {
        List<JsonNode> chosen = chosen();
        int wanted = scenario.cluster().gpusPerNode();
        if (facts.gpus().isEmpty()) {
            return List.of(
                    check(
                            Verdict.WARN,
                            "gpus",
                            "no NVIDIA driver: %d logical GPUs, all work is done by CPU cores"
                                    .formatted(wanted),
                            "nvidia-smi"));
        }
        if (chosen.size() < wanted) {
            return List.of(
                    check(
                            Verdict.FAILED,
                            "gpus",
                            "%d GPUs wanted, the host has %d"
                                    .formatted(wanted, facts.gpus().size()),
                            "lower cluster.gpusPerNode, or correct ssh.gpus"));
        }
        List<Check> checks = new ArrayList<>();
        chosen.forEach(gpu -> refuse(gpu, checks));
        if (checks.isEmpty()) {
            checks.add(
                    check(
                            Verdict.OK,
                            "gpus",
                            "%d x %s"
                                    .formatted(
                                            chosen.size(),
                                            chosen.getFirst().path("name").asString("?")),
                            ""));
        }
        xids(chosen, checks);
        return checks;
    }

    private List<JsonNode> chosen() {
        List<Integer> indexes = SshNodes.gpus(spec, scenario.cluster().gpusPerNode());
        return facts.gpus().stream()
                .filter(gpu -> indexes.contains(gpu.path("index").asInt(-1)))
                .toList();
    }

    private void refuse(JsonNode gpu, List<Check> checks) {
        String name = "gpu " + gpu.path("index").asString("?");
        String uuid = gpu.path("uuid").asString("");
        for (JsonNode process : facts.rows("gpuProcesses")) {
            if (process.path("uuid").asString("").equals(uuid)) {
                checks.add(
                        check(
                                Verdict.FAILED,
                                name,
                                "used by pid %s of %s: %s"
                                        .formatted(
                                                process.path("pid").asString("?"),
                                                process.path("user").asString("?"),
                                                process.path("command").asString("")),
                                "end it, or choose other GPUs by ssh.gpus"));
            }
        }
        double used = number(gpu, "memory.used");
        if (used > MOST_USED_MIB) {
            checks.add(
                    check(
                            Verdict.FAILED,
                            name,
                            "%.0f MiB are in use".formatted(used),
                            "fuser -v /dev/nvidia* on the host"));
        }
        if (gpu.path("mig.mode.current").asString("").equalsIgnoreCase("enabled")) {
            checks.add(
                    check(
                            Verdict.FAILED,
                            name,
                            "MIG is on",
                            "a tensor-parallel rank needs a whole GPU"));
        }
        if (gpu.path("compute_mode").asString("").startsWith("Exclusive")) {
            checks.add(
                    check(
                            Verdict.FAILED,
                            name,
                            "compute mode is " + gpu.path("compute_mode").asString(""),
                            "sudo nvidia-smi -c DEFAULT"));
        }
        if (number(gpu, "ecc.errors.uncorrected.volatile.total") > 0) {
            checks.add(
                    check(
                            Verdict.FAILED,
                            name,
                            "has uncorrected ECC errors",
                            "nvidia-smi -q -d ECC; reset the GPU or take the host out"));
        }
    }

    private void xids(List<JsonNode> chosen, List<Check> checks) {
        if (facts.json().path("xids").isNull()) {
            checks.add(
                    new Check(
                            "xid",
                            Verdict.SKIPPED,
                            facts.host() + ": this user may not read the kernel's messages",
                            ""));
        }
        for (JsonNode line : facts.rows("xids")) {
            String text = line.asString("");
            checks.add(
                    check(
                            Verdict.WARN,
                            "xid",
                            text,
                            "look the Xid up; "
                                    + chosen.size()
                                    + " GPUs of this host are to be used"));
        }
    }

    private Check check(Verdict verdict, String name, String detail, String next) {
        boolean ok = verdict == Verdict.OK;
        return new Check(
                name,
                verdict,
                ok ? detail : facts.host() + ": " + detail,
                ok ? "" : facts.host() + ": " + next);
    }

    private static double number(JsonNode gpu, String column) {
        try {
            return Double.parseDouble(gpu.path(column).asString("0"));
        } catch (NumberFormatException notSupported) {
            return 0;
        }
    }
}
