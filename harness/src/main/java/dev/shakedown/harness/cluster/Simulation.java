package dev.shakedown.harness.cluster;

import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.Parallelism;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.simulator.SimulatedCluster;
import dev.shakedown.simulator.SimulatedEngine;
import dev.shakedown.simulator.SimulatorMain;
import dev.shakedown.simulator.SimulatorOptions;
import dev.shakedown.simulator.SimulatorServer;
import dev.shakedown.simulator.exact.ExactServer;
import dev.shakedown.simulator.exact.ExactTimes;
import dev.shakedown.simulator.fault.Fault;
import dev.shakedown.simulator.http.PortInUseException;
import dev.shakedown.simulator.vllm.ServeCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A scenario as the simulator understands it: in this process, or as the command of a child. */
public final class Simulation implements AutoCloseable {
    /** Where a scenario names no GPU. */
    public static final String DEFAULT_GPU = "H100-SXM-80GB";

    private final Runnable closing;
    private final String readyLine;

    private Simulation(Runnable closing, String readyLine) {
        this.closing = closing;
        this.readyLine = readyLine;
    }

    /**
     * Where it listens, and what it asks of who comes.
     *
     * @param port vLLM's, 0 for a free one
     * @param dashboardPort Ray's, 0 for a free one
     * @param apiKey vLLM's, where it asks for one
     * @param token Ray's, where it asks for one
     */
    public record Doors(
            int port, int dashboardPort, Optional<String> apiKey, Optional<String> token) {}

    /**
     * Serves a scenario's cluster with its engine up, in this process: {@code shakedown simulate}.
     *
     * @param logs gets one folder a node
     * @throws StepFailedException if the GPU is not known or a port is taken
     */
    public static Simulation start(Scenario scenario, Doors doors, Path logs) {
        SimulatorOptions options =
                SimulatorOptions.defaults(logs).withPorts(doors.port, doors.dashboardPort);
        options = doors.apiKey.map(options::withApiKey).orElse(options);
        options = doors.token.map(options::withToken).orElse(options);
        try {
            SimulatorServer server = SimulatorServer.start(cluster(scenario), options);
            return new Simulation(server::close, server.readyLine());
        } catch (IllegalArgumentException | PortInUseException refused) {
            throw refused(refused);
        }
    }

    /**
     * Serves constant times without a cluster: the reference server for load generators.
     *
     * @throws StepFailedException if the port is taken
     */
    public static Simulation exact(Duration ttft, Duration itl, Doors doors) {
        try {
            ExactServer server =
                    ExactServer.start(new ExactTimes(ttft, itl), doors.port, doors.apiKey);
            return new Simulation(server::close, server.readyLine());
        } catch (PortInUseException taken) {
            throw refused(taken);
        }
    }

    private static StepFailedException refused(RuntimeException why) {
        return new StepFailedException(
                "the simulator does not start: " + why.getMessage(), "", List.of(), "");
    }

    /** One JSON line of URLs. */
    public String readyLine() {
        return readyLine;
    }

    @Override
    public void close() {
        closing.run();
    }

    /** What a run with this scenario is simulated with, by name. */
    static Map<String, String> constants(Scenario scenario) {
        return SimulatorServer.constants(cluster(scenario));
    }

    static SimulatedCluster cluster(Scenario scenario) {
        return new SimulatedCluster(
                scenario.cluster().nodes(),
                scenario.cluster().gpusPerNode(),
                scenario.cluster().gpu().orElse(DEFAULT_GPU),
                scenario.engine()
                        .map(Simulation::engine)
                        .orElse(
                                SimulatedEngine.of(
                                        EngineSpec.BUILTIN_TINY,
                                        new SimulatedEngine.Split(1, 1, 1))),
                scenario.faults());
    }

    /**
     * The child's command line: the same Java, the same class path, a heap of its own.
     *
     * @param parent where present, the child ends when this process does
     */
    static List<String> command(Scenario scenario, Path logs, OptionalLong parent) {
        SimulatedCluster cluster = cluster(scenario);
        SimulatedEngine engine = cluster.engine();
        List<String> argv = new ArrayList<>(java());
        argv.addAll(
                List.of(
                        "--nodes",
                        String.valueOf(cluster.nodes()),
                        "--gpus-per-node",
                        String.valueOf(cluster.gpusPerNode()),
                        "--gpu",
                        cluster.gpu(),
                        "--model",
                        engine.model(),
                        "--executor",
                        engine.executor(),
                        "--logs",
                        logs.toString(),
                        "--manual-engine"));
        if (!cluster.faults().isEmpty()) {
            argv.addAll(List.of("--faults", Fault.write(cluster.faults())));
        }
        parent.ifPresent(pid -> argv.addAll(List.of("--parent", String.valueOf(pid))));
        return argv;
    }

    /** Up to the simulator's flags. */
    static List<String> java() {
        Path home = Path.of(System.getProperty("java.home"));
        return List.of(
                home.resolve("bin/java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                // Netty reaches into the JDK; the warnings would be the first lines of the log.
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                SimulatorMain.class.getName());
    }

    private static SimulatedEngine engine(EngineSpec spec) {
        Parallelism shape = spec.parallelism();
        SimulatedEngine plain =
                new SimulatedEngine(
                        spec.model(),
                        spec.servedModelName().orElse(spec.model()),
                        spec.quantization().orElse(""),
                        SimulatedEngine.DEFAULT_MAX_MODEL_LEN,
                        SimulatedEngine.Tuning.DEFAULTS,
                        spec.executor().name().toLowerCase(Locale.ROOT),
                        new SimulatedEngine.Split(shape.tensor(), shape.pipeline(), shape.data()));
        return ServeCommand.parse(spec.args(), plain);
    }
}
