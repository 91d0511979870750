package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.cluster.ProviderPlan;
import dev.shakedown.harness.cluster.ShellWords;
import dev.shakedown.harness.scenario.ExistingRayClusterSpec;
import dev.shakedown.harness.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** The commands of a run on a RayCluster of somebody else; see {@link KubeRayPlan}. */
final class ExistingPlan {
    private static final String TOKEN =
            "'{.items[0].spec.containers[*].env[?(@.name==\"RAY_AUTH_TOKEN\")].valueFrom.secretKeyRef.%s}'";

    private final Scenario scenario;
    private final ExistingRayClusterSpec spec;
    private final String runId;
    private final KubectlLines kubectl;

    ExistingPlan(Scenario scenario, ExistingRayClusterSpec spec, String runId) {
        this.scenario = scenario;
        this.spec = spec;
        this.runId = runId;
        this.kubectl = new KubectlLines(spec.context(), spec.namespace());
    }

    ProviderPlan of(Function<EngineSite, EngineCommand> command) {
        List<String> engine = kubectl.engine(scenario, runId, pods("worker"), command);
        return new ProviderPlan(up(), engine, down(engine));
    }

    private List<String> up() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "# Needs: RayCluster %s of somebody else in namespace %s, ready, with %d × %d GPUs that nobody holds%s, and the rights to"
                        .formatted(
                                spec.name(),
                                spec.namespace().orElse("(the context's)"),
                                scenario.cluster().nodes(),
                                scenario.cluster().gpusPerNode(),
                                spec.rayVersion().map(v -> ", with Ray " + v).orElse("")));
        Stream.concat(Right.TO_USE.stream(), Right.USEFUL_THERE.stream())
                .forEach(right -> lines.add("#   " + right.text()));
        lines.add("#   get secrets, if Ray asks for a token of a Secret");
        lines.add(kubectl.of("get raycluster " + ShellWords.quote(spec.name())));
        lines.add(
                "HEAD=$(%s -o jsonpath='{.items[0].metadata.name}')"
                        .formatted(kubectl.of("get pods -l " + pods("head"))));
        lines.add(
                "S=$(%s -o jsonpath=%s); K=$(%s -o jsonpath=%s)"
                        .formatted(
                                kubectl.of("get pods -l " + pods("head")),
                                TOKEN.formatted("name"),
                                kubectl.of("get pods -l " + pods("head")),
                                TOKEN.formatted("key")));
        lines.add(
                "[ -z \"$S\" ] || export RAY_AUTH_MODE=token RAY_AUTH_TOKEN=$(%s -o go-template=\"{{index .data \\\"$K\\\" | base64decode}}\")"
                        .formatted(kubectl.of("get secret $S")));
        lines.add(kubectl.forward("pod/$HEAD", Dashboard.PORT));
        lines.add("export RAY_API_SERVER_ADDRESS=http://127.0.0.1:" + Dashboard.PORT);
        lines.add(ProviderPlan.until("curl -fsS $RAY_API_SERVER_ADDRESS/api/version"));
        return lines;
    }

    private String pods(String role) {
        return "%s=%s,%s=%s"
                .formatted(Snapshot.CLUSTER_LABEL, spec.name(), Snapshot.ROLE_LABEL, role);
    }

    private List<String> down(List<String> engine) {
        List<String> lines = new ArrayList<>();
        if (!engine.isEmpty()) {
            KubectlLines.jobs(scenario, runId).forEach(id -> lines.add("ray job stop " + id));
        }
        lines.add("# The RayCluster is somebody else's and stays as it is.");
        lines.add(ShellWords.END_JOBS);
        return lines;
    }
}
