package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.cluster.ProviderPlan;
import dev.shakedown.harness.cluster.ShellWords;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.KubeRaySpec;
import dev.shakedown.harness.scenario.Scenario;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The commands of a run on Kubernetes, for a shell with kubectl and Ray's command line. A plan
 * looks at no cluster; what is only known later is a variable of the shell.
 */
final class KubeRayPlan {
    private static final int DASHBOARD = 8_265;

    private final Scenario scenario;
    private final KubeRaySpec spec;
    private final String runId;
    private final ClusterName name;

    KubeRayPlan(Scenario scenario, KubeRaySpec spec, String runId) {
        this.scenario = scenario;
        this.spec = spec;
        this.runId = runId;
        this.name = ClusterName.ofRun(runId);
    }

    ProviderPlan of(Function<EngineSite, EngineCommand> command) {
        return new ProviderPlan(up(), engine(command), down());
    }

    private List<String> up() {
        List<String> lines = new ArrayList<>(needs());
        lines.add(
                "set +H; TOKEN=$(mktemp); head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \\n' > $TOKEN");
        lines.add(
                kubectl("create secret generic " + name.secret())
                        + " --from-file=%s=$TOKEN".formatted(PodTemplates.TOKEN_KEY)
                        + scenario.engine()
                                .flatMap(EngineSpec::hfTokenFile)
                                .map(KubeRayPlan::hubToken)
                                .orElse(""));
        lines.add(
                kubectl("label secret " + name.secret())
                        + " "
                        + Labels.selector(runId).replace(',', ' '));
        lines.add(kubectl("apply --server-side --field-manager=shakedown -f -") + " <<'EOF'");
        Manifest manifest = new Manifest(scenario, spec, name, Labels.of(runId));
        lines.addAll(
                Manifest.yaml(manifest.rayCluster())
                        .lines()
                        .filter(l -> !l.equals("---"))
                        .toList());
        lines.add("EOF");
        lines.add(
                kubectl("wait --for=condition=RayClusterProvisioned")
                        + " raycluster/%s --timeout=%ds"
                                .formatted(
                                        name.value(),
                                        scenario.deadlines().clusterUp().toSeconds()));
        lines.add(forward("service/" + name.value() + "-head-svc", DASHBOARD));
        lines.add(
                "export RAY_AUTH_MODE=token RAY_AUTH_TOKEN_PATH=$TOKEN RAY_API_SERVER_ADDRESS=http://127.0.0.1:"
                        + DASHBOARD);
        lines.add(ProviderPlan.until("curl -fsS $RAY_API_SERVER_ADDRESS/api/version"));
        return lines;
    }

    private List<String> needs() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "# Needs: namespace %s, the KubeRay operator %s with its CRDs, and in that namespace the rights to"
                        .formatted(
                                spec.namespace().orElse("(the context's)"),
                                spec.operatorVersion().orElse("1.4.0 to 1.7")));
        Right.NEEDED.forEach(right -> lines.add("#   " + right.text()));
        Right.USEFUL.forEach(right -> lines.add("#   " + right.text()));
        lines.add(
                "# Pods that this machine reaches at their own address are not forwarded by a run.");
        return lines;
    }

    private List<String> engine(Function<EngineSite, EngineCommand> command) {
        if (scenario.engine().isEmpty()) {
            return List.of();
        }
        int nodes = scenario.cluster().nodes();
        List<String> addresses =
                IntStream.rangeClosed(1, nodes).mapToObj(KubeRayPlan::address).toList();
        List<EngineSite> sites =
                KubeRaySites.of(scenario, addresses, KubeRaySites.behindTunnel(scenario));
        List<String> lines = new ArrayList<>();
        for (int i = 1; i <= sites.size(); i++) {
            lines.add(
                    "R=$(%s -o jsonpath='{.items[%d].metadata.name} {.items[%d].status.podIP}'); W%d=${R%% *}; A%d=${R#* }"
                            .formatted(kubectl("get pods -l " + workers()), i - 1, i - 1, i, i));
        }
        for (EngineSite site : sites.reversed()) {
            lines.add(submit(command.apply(site), address(site.group().rank() + 1)));
        }
        lines.add(forward("pod/$W1", KubeRaySites.PORT));
        lines.add(
                ProviderPlan.until(
                        "curl -fsS http://%s:%d/health"
                                .formatted(KubeRaySites.LOOPBACK, KubeRaySites.PORT)));
        return lines;
    }

    private static String hubToken(Path file) {
        return " --from-file=%s=%s"
                .formatted(PodTemplates.HUB_TOKEN_KEY, ShellWords.quote(file.toString()));
    }

    private String workers() {
        return Labels.selector(runId) + "," + Labels.ROLE + "=" + PodTemplates.WORKER;
    }

    private static String submit(EngineCommand engine, String address) {
        List<String> argv = new ArrayList<>(List.of("env"));
        engine.env().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> argv.add(entry.getKey() + "=" + entry.getValue()));
        argv.addAll(engine.argv());
        String line = ShellWords.line(Map.of(), argv).replaceAll("'(\\$A[0-9]+)'", "$1");
        return "ray job submit --no-wait --entrypoint-resources '{\"node:'%s'\": 0.001}' -- %s"
                .formatted(address, line);
    }

    private List<String> down() {
        String selector = Labels.selector(runId);
        return List.of(
                kubectl("delete raycluster,secret -l " + selector),
                kubectl("wait --for=delete pods -l " + selector) + " --timeout=90s",
                "rm -f $TOKEN; " + ShellWords.END_JOBS);
    }

    /** Until it listens: the lines after it use it at once. */
    private String forward(String what, int port) {
        return "%s %d:%d >/dev/null &".formatted(kubectl("port-forward " + what), port, port);
    }

    private String kubectl(String command) {
        List<String> argv = new ArrayList<>(List.of("kubectl"));
        spec.context().ifPresent(context -> argv.addAll(List.of("--context", context)));
        spec.namespace().ifPresent(namespace -> argv.addAll(List.of("-n", namespace)));
        return ShellWords.line(Map.of(), argv) + " " + command;
    }

    private static String address(int worker) {
        return "$A" + worker;
    }
}
