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

/**
 * The commands of a run on Kubernetes, for a shell with kubectl and Ray's command line. A plan
 * looks at no cluster; what is only known later is a variable of the shell.
 */
final class KubeRayPlan {
    private final Scenario scenario;
    private final KubeRaySpec spec;
    private final String runId;
    private final ClusterName name;
    private final KubectlLines kubectl;

    KubeRayPlan(Scenario scenario, KubeRaySpec spec, String runId) {
        this.scenario = scenario;
        this.spec = spec;
        this.runId = runId;
        this.name = ClusterName.ofRun(runId);
        this.kubectl = new KubectlLines(spec.context(), spec.namespace());
    }

    ProviderPlan of(Function<EngineSite, EngineCommand> command) {
        return new ProviderPlan(up(), kubectl.engine(scenario, runId, workers(), command), down());
    }

    private List<String> up() {
        List<String> lines = new ArrayList<>(needs());
        spec.operator().chart().ifPresent(_ -> lines.addAll(install()));
        lines.add(
                "set +H; TOKEN=$(mktemp); head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \\n' > $TOKEN");
        lines.add(
                kubectl.of("create secret generic " + name.secret())
                        + " --from-file=%s=$TOKEN".formatted(PodTemplates.TOKEN_KEY)
                        + scenario.engine()
                                .flatMap(EngineSpec::hfTokenFile)
                                .map(KubeRayPlan::hubToken)
                                .orElse(""));
        lines.add(
                kubectl.of("label secret " + name.secret())
                        + " "
                        + Labels.selector(runId).replace(',', ' '));
        lines.add(kubectl.of("apply --server-side --field-manager=shakedown -f -") + " <<'EOF'");
        Manifest manifest = new Manifest(scenario, spec, name, Labels.of(runId));
        lines.addAll(
                Manifest.yaml(manifest.rayCluster())
                        .lines()
                        .filter(l -> !l.equals("---"))
                        .toList());
        lines.add("EOF");
        lines.add(
                kubectl.of("wait --for=condition=RayClusterProvisioned")
                        + " raycluster/%s --timeout=%ds"
                                .formatted(
                                        name.value(),
                                        scenario.deadlines().clusterUp().toSeconds()));
        lines.add(kubectl.forward("service/" + name.value() + "-head-svc", Dashboard.PORT));
        lines.add(
                "export RAY_AUTH_MODE=token RAY_AUTH_TOKEN_PATH=$TOKEN RAY_API_SERVER_ADDRESS=http://127.0.0.1:"
                        + Dashboard.PORT);
        lines.add(ProviderPlan.until("curl -fsS $RAY_API_SERVER_ADDRESS/api/version"));
        return lines;
    }

    /** The operator stays, so it is no part of the teardown. */
    private List<String> install() {
        String helm =
                ShellWords.line(
                        Map.of(),
                        new OperatorChart(spec).installLine(scenario.deadlines().clusterUp()));
        return List.of(
                "# An operator that is there is taken as it is, if its version is right; one that is installed here stays.",
                "O=$(%s) && { grep -q kuberay-operator <<<\"$O\" || %s; }"
                        .formatted(kubectl.of("get deployments -A -o name"), helm),
                kubectl.of(
                        "wait --for=condition=Established crd/rayclusters.ray.io --timeout=60s"));
    }

    private List<String> needs() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "# Needs: namespace %s, the KubeRay operator %s with its CRDs, and in that namespace the rights to"
                        .formatted(
                                spec.namespace().orElse("(the context's)"),
                                spec.operator().version().orElse("1.4.0 to 1.7")));
        Right.NEEDED.forEach(right -> lines.add("#   " + right.text()));
        Right.USEFUL.forEach(right -> lines.add("#   " + right.text()));
        if (spec.operator().chart().isPresent()) {
            lines.add(
                    "# To install the operator: helm, and the rights to list deployments in all namespaces, to create namespaces and all that its chart holds, and to get, list, create, update and delete secrets in namespace "
                            + OperatorChart.NAMESPACE);
        }
        lines.add(
                "# Pods that this machine reaches at their own address are not forwarded by a run.");
        return lines;
    }

    private static String hubToken(Path file) {
        return " --from-file=%s=%s"
                .formatted(PodTemplates.HUB_TOKEN_KEY, ShellWords.quote(file.toString()));
    }

    private String workers() {
        return Labels.selector(runId) + "," + Labels.ROLE + "=" + PodTemplates.WORKER;
    }

    private List<String> down() {
        String selector = Labels.selector(runId);
        return List.of(
                kubectl.of("delete raycluster,secret -l " + selector),
                kubectl.of("wait --for=delete pods -l " + selector) + " --timeout=90s",
                "rm -f $TOKEN; " + ShellWords.END_JOBS);
    }
}
