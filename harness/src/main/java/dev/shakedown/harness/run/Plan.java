package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.cluster.ProviderPlan;
import dev.shakedown.harness.cluster.ShellWords;
import dev.shakedown.harness.cluster.gpu.NvidiaSmi;
import dev.shakedown.harness.engine.VllmCommand;
import dev.shakedown.harness.scenario.AttachSpec;
import dev.shakedown.harness.scenario.ClusterSpec;
import dev.shakedown.harness.scenario.DcgmSpec;
import dev.shakedown.harness.scenario.LoadSeries;
import dev.shakedown.harness.scenario.Provider;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.SmokeSpec;
import dev.shakedown.workloads.fabric.FabricJob;
import dev.shakedown.workloads.load.Arrivals;
import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.smoke.PiJob;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run would do, as lines for a shell, in the order of its steps; starts nothing. Comments
 * say what a line is for; the lines themselves can be pasted.
 */
public final class Plan {
    private final Scenario scenario;
    private final Path cache;
    private final List<String> lines = new ArrayList<>();
    private Optional<EngineSite> site = Optional.empty();

    private Plan(Scenario scenario, Path cache) {
        this.scenario = scenario;
        this.cache = cache;
    }

    /**
     * The lines of one scenario.
     *
     * @param cache gets the files of the jobs, so that they can be submitted by hand
     */
    public static List<String> of(Scenario scenario, Path cache) {
        Plan plan = new Plan(scenario, cache);
        plan.write();
        return plan.lines;
    }

    private void write() {
        RunDirectory nowhere =
                new RunDirectory(Path.of("runs", "plan-" + scenario.name()).toAbsolutePath());
        ProviderPlan provider = Providers.of(scenario, nowhere, false).plan(this::command);
        lines.add("# " + scenario.name() + ": " + scenario.question());
        section("Nodes", provider.up());
        if (scenario.virtualClock()) {
            // The other lines would start a cluster, and this run starts none.
            section("Engine", provider.engine());
            return;
        }
        boolean onRay = !provider.up().isEmpty();
        scenario.smoke().ifPresent(spec -> smoke(spec, onRay));
        fabric(onRay);
        section("Engine", provider.engine());
        scenario.load().ifPresent(this::load);
        section("Teardown: ends exactly what was started above", provider.down());
    }

    private void section(String title, List<String> commands) {
        if (!commands.isEmpty()) {
            lines.add("# " + title);
            lines.addAll(commands);
        }
    }

    private EngineCommand command(EngineSite where) {
        site = Optional.of(where);
        return scenario.engine()
                .map(spec -> EngineLaunch.command(scenario, spec, where))
                .orElseGet(() -> new EngineCommand(List.of(), Map.of()));
    }

    private void smoke(SmokeSpec smoke, boolean onRay) {
        if (!onRay) {
            lines.add("# Smoke: skipped, there is no Ray to submit the job to");
            return;
        }
        ClusterSpec cluster = scenario.cluster();
        PiJob job =
                new PiJob(
                        smoke.samplesPerTask(),
                        smoke.burnSeconds(),
                        smoke.matrixSize(),
                        cluster.nodes(),
                        cluster.gpusPerNode(),
                        smoke.timeout());
        section(
                "Smoke: Monte-Carlo-Pi on every GPU, as a Ray job",
                submit(JobFiles.in(cache, "pi", PiJob.files()), job.argv()));
    }

    private void fabric(boolean onRay) {
        Optional<String> needless = FabricStep.needless(scenario);
        if (needless.isPresent() || !onRay) {
            lines.add(
                    "# Fabric: skipped, "
                            + needless.orElse("there is no Ray to submit the job to"));
            return;
        }
        FabricJob job = FabricStep.job(scenario);
        section(
                "Fabric: TCP and all-reduce between all nodes, as a Ray job",
                submit(JobFiles.in(cache, "fabric", FabricJob.files()), job.argv()));
    }

    private static List<String> submit(Path folder, List<String> argv) {
        List<String> submit = new ArrayList<>(List.of("ray", "job", "submit", "--working-dir"));
        submit.add(folder.toString());
        submit.add("--");
        submit.addAll(argv);
        return List.of(ShellWords.line(Map.of(), submit));
    }

    private void load(LoadPlan load) {
        if (scenario.calibrates()) {
            lines.add(
                    "# Calibrate: a client that is not known yet goes to a server of its own first; Shakedown starts and ends it by itself");
        }
        List<URI> endpoints =
                scenario.attach()
                        .map(AttachSpec::baseUrls)
                        .or(() -> site.map(Plan::url).map(List::of))
                        .orElseThrow();
        Equivalents.Served served =
                new Equivalents.Served(
                        scenario.engine().map(VllmCommand::servedName).orElse("MODEL"),
                        site.map(EngineSite::model));
        String several =
                switch (scenario.series().orElse(null)) {
                    case null -> "";
                    case LoadSeries.Sweep(List<Arrivals> loads) ->
                            ", %d loads one after the other".formatted(loads.size());
                    case LoadSeries.FindCapacity _ -> ", at ever closer rates";
                };
        String place =
                scenario.loadFrom().onCluster()
                        ? ", as a Ray job (" + scenario.loadFrom().key() + ")"
                        : "";
        Optional<String> other =
                Equivalents.benchServe(load, endpoints, served, Equivalents.expectedRequests(load));
        lines.add(
                "# Load: Shakedown's own%s%s; %s%s"
                        .formatted(
                                several,
                                place,
                                other.isPresent()
                                        ? "the nearest line of another tool is"
                                        : "vllm bench serve has none like it",
                                several.isEmpty() ? "" : ", for the first of them"));
        other.ifPresent(lines::add);
        gpus(new MeasureStep(load));
    }

    /** The first that answers is read. */
    private void gpus(MeasureStep load) {
        Optional<DcgmSpec> exporter = scenario.cluster().dcgmExporter();
        exporter.ifPresent(
                dcgm -> lines.add("# GPUs, beside the load: dcgm-exporter, " + dcgm.text()));
        Provider provider = scenario.cluster().provider();
        if (provider == Provider.LOCAL || provider == Provider.SSH) {
            lines.add(
                    "# GPUs, beside the load, on every node: " + NvidiaSmi.script(load.longest()));
        }
    }

    private static URI url(EngineSite site) {
        return URI.create("http://%s:%d".formatted(site.host(), site.port()));
    }
}
