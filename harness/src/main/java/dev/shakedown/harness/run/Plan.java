package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.engine.VllmCommand;
import dev.shakedown.harness.scenario.ClusterSpec;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.SmokeSpec;
import dev.shakedown.workloads.smoke.PiJob;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a run would do, as lines for a shell; starts nothing. */
public final class Plan {
    private static final URI ENDPOINT = URI.create("http://127.0.0.1:8000");

    private Plan() {}

    /** Comments say what a line is for; the lines themselves can be pasted. */
    public static List<String> of(Scenario scenario) {
        List<String> lines = new ArrayList<>();
        lines.add("# " + scenario.name() + ": " + scenario.question());
        RunDirectory nowhere =
                new RunDirectory(Path.of("runs", "plan-" + scenario.name()).toAbsolutePath());
        lines.addAll(Providers.of(scenario, nowhere).plan(site -> command(scenario, site)));
        scenario.smoke().ifPresent(smoke -> lines.addAll(smoke(scenario.cluster(), smoke)));
        scenario.load()
                .ifPresent(
                        load -> {
                            lines.add(
                                    "# Load: Shakedown's own; the nearest line of another tool is");
                            URI endpoint =
                                    scenario.attach()
                                            .map(attach -> attach.baseUrl())
                                            .orElse(ENDPOINT);
                            lines.add(
                                    Equivalents.benchServe(
                                            load,
                                            endpoint,
                                            model(scenario),
                                            Equivalents.expectedRequests(load)));
                        });
        lines.add("# Teardown: ends exactly what was started above, by pid");
        return lines;
    }

    private static EngineCommand command(Scenario scenario, EngineSite site) {
        return scenario.engine()
                .map(spec -> VllmCommand.of(spec, site))
                .orElseGet(() -> new EngineCommand(List.of(), Map.of()));
    }

    private static List<String> smoke(ClusterSpec cluster, SmokeSpec smoke) {
        PiJob job =
                new PiJob(
                        smoke.samplesPerTask(),
                        smoke.burnSeconds(),
                        smoke.matrixSize(),
                        cluster.nodes(),
                        cluster.gpusPerNode(),
                        smoke.timeout());
        return List.of(
                "# Smoke: Monte-Carlo-Pi on every GPU, sent as a Ray job (PUT /api/packages/gcs/…, POST /api/jobs/)",
                "ray job submit --address \"$RAY_API_SERVER_ADDRESS\" --working-dir . -- "
                        + job.entrypoint());
    }

    private static String model(Scenario scenario) {
        return scenario.engine().map(VllmCommand::servedName).orElse("MODEL");
    }
}
