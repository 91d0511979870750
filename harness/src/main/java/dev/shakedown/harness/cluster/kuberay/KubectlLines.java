package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.cluster.ProviderPlan;
import dev.shakedown.harness.cluster.ShellWords;
import dev.shakedown.harness.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Lines of a plan for a shell with kubectl and Ray's command line. */
record KubectlLines(Optional<String> context, Optional<String> namespace) {

    /** {@code command} is not quoted: it may hold variables of the shell. */
    String of(String command) {
        List<String> argv = new ArrayList<>(List.of("kubectl"));
        context.ifPresent(name -> argv.addAll(List.of("--context", name)));
        namespace.ifPresent(name -> argv.addAll(List.of("-n", name)));
        return ShellWords.line(Map.of(), argv) + " " + command;
    }

    /** Not until it listens: the lines after it try. */
    String forward(String what, int port) {
        return "%s %d:%d >/dev/null &".formatted(of("port-forward " + what), port, port);
    }

    /**
     * The engine as jobs in worker pods; none where the scenario has no engine.
     *
     * @param workers label selector
     */
    List<String> engine(
            Scenario scenario,
            String runId,
            String workers,
            Function<EngineSite, EngineCommand> command) {
        if (scenario.engine().isEmpty()) {
            return List.of();
        }
        List<EngineSite> sites = sites(scenario);
        List<String> lines = new ArrayList<>();
        for (int i = 1; i <= sites.size(); i++) {
            lines.add(
                    "R=$(%s -o jsonpath='{.items[%d].metadata.name} {.items[%d].status.podIP}'); W%d=${R%% *}; A%d=${R#* }"
                            .formatted(of("get pods -l " + workers), i - 1, i - 1, i, i));
        }
        PodModel.making(scenario)
                .ifPresent(
                        make ->
                                IntStream.rangeClosed(1, sites.size())
                                        .mapToObj(
                                                i ->
                                                        of(
                                                                "exec $W%d -c ray -- %s"
                                                                        .formatted(i, make)))
                                        .forEach(lines::add));
        for (EngineSite site : sites.reversed()) {
            lines.add(
                    submit(
                            PodEngine.jobId(runId, site),
                            command.apply(site),
                            address(site.group().rank() + 1)));
        }
        lines.add(forward("pod/$W1", KubeRaySites.PORT));
        lines.add(
                ProviderPlan.until(
                        "curl -fsS http://%s:%d/health"
                                .formatted(KubeRaySites.LOOPBACK, KubeRaySites.PORT)));
        return lines;
    }

    /** Ids of the engine's jobs. */
    static List<String> jobs(Scenario scenario, String runId) {
        return sites(scenario).stream().map(site -> PodEngine.jobId(runId, site)).toList();
    }

    private static List<EngineSite> sites(Scenario scenario) {
        List<String> addresses =
                IntStream.rangeClosed(1, scenario.cluster().nodes())
                        .mapToObj(KubectlLines::address)
                        .toList();
        return KubeRaySites.of(scenario, addresses, KubeRaySites.behindTunnel(scenario));
    }

    private static String submit(String id, EngineCommand engine, String address) {
        List<String> argv = new ArrayList<>(List.of("env"));
        engine.env().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> argv.add(entry.getKey() + "=" + entry.getValue()));
        argv.addAll(engine.argv());
        String line = ShellWords.line(Map.of(), argv).replaceAll("'(\\$A[0-9]+)'", "$1");
        return "ray job submit --no-wait --submission-id %s --entrypoint-resources '{\"node:'%s'\": 0.001}' -- %s"
                .formatted(id, address, line);
    }

    private static String address(int worker) {
        return "$A" + worker;
    }
}
