package dev.shakedown.harness.cli;

import dev.shakedown.harness.cluster.Simulation;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.SecretFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Serves a simulated vLLM and Ray until it is ended. */
@Command(
        name = "simulate",
        description =
                "Serve a scenario's simulated vLLM and Ray, or a vLLM with exact times; prints one"
                        + " JSON line of URLs when ready.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  shakedown simulate scenarios/2x8-tp8-pp2.yaml --port 8000 --dashboard-port 8265",
            "  shakedown simulate --exact ttft=200ms,itl=20ms"
        })
final class SimulateCommand implements Callable<Integer> {
    @ArgGroup(exclusive = false)
    private @Nullable ScenarioArguments scenarios;

    @Option(
            names = "--port",
            defaultValue = "8000",
            description = "of vLLM's API; 0: any (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--dashboard-port",
            defaultValue = "8265",
            description = "of Ray's dashboard; 0: any (default: ${DEFAULT-VALUE})")
    private int dashboardPort;

    @Option(
            names = "--logs",
            paramLabel = "DIR",
            description = "where the nodes' logs go (default: ./simulator-logs)")
    private @Nullable Path logs;

    @Option(
            names = "--api-key-file",
            paramLabel = "FILE",
            description = "vLLM's API asks for the key in it, as vllm serve --api-key does")
    private @Nullable Path apiKeyFile;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "Ray's dashboard asks for the token in it, as RAY_AUTH_MODE=token does")
    private @Nullable Path tokenFile;

    @Option(
            names = "--exact",
            paramLabel = "ttft=D,itl=D",
            description =
                    "in place of a scenario, no cluster and no engine: the first token after ttft,"
                            + " each further one itl later; 0ms for both: unpaced. What was written"
                            + " when is under /simulator/truth")
    private @Nullable String exact;

    @Override
    public Integer call() throws InterruptedException {
        try (Simulation simulation = start()) {
            System.out.println(simulation.readyLine());
            new CountDownLatch(1).await();
        }
        return ExitCode.OK.code();
    }

    private Simulation start() {
        Simulation.Doors doors =
                new Simulation.Doors(port, dashboardPort, secret(apiKeyFile), secret(tokenFile));
        if (scenarios != null && exact == null) {
            Scenario scenario = only(scenarios.load(System.err));
            Path folder = Optional.ofNullable(logs).orElse(Path.of("simulator-logs"));
            return Simulation.start(scenario, doors, folder);
        }
        if (scenarios == null && exact != null) {
            ExactOption times = ExactOption.parse(exact);
            return Simulation.exact(times.ttft(), times.itl(), doors);
        }
        throw new UsageException("simulate takes either a scenario or --exact");
    }

    private static Optional<String> secret(@Nullable Path file) {
        try {
            return Optional.ofNullable(file).map(SecretFile::firstLine);
        } catch (UncheckedIOException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private static Scenario only(List<Scenario> scenarios) {
        if (scenarios.size() != 1) {
            throw new UsageException(
                    "simulate serves one cluster; choose by --variant one of "
                            + String.join(", ", ScenarioArguments.names(scenarios)));
        }
        Scenario scenario = scenarios.getFirst();
        if (scenario.virtualClock()) {
            throw new UsageException(
                    "clients live in the world's time: simulate needs --set cluster.clock=wall");
        }
        return scenario;
    }
}
