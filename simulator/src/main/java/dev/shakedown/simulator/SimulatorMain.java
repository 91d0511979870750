package dev.shakedown.simulator;

import dev.shakedown.simulator.exact.ExactServer;
import dev.shakedown.simulator.exact.ExactTimes;
import dev.shakedown.simulator.fault.Fault;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The simulator as a process of its own. Prints one JSON line when it listens. Ends on SIGTERM,
 * when the process given by {@code --parent} ends, and with {@code --end-with-stdin} when its
 * standard input does.
 *
 * <p>Flags: {@code --nodes --gpus-per-node --gpu --model --served-model-name --quantization
 * --max-model-len --executor --tensor-parallel --pipeline-parallel --data-parallel --port
 * --dashboard-port --logs --token-file --api-key-file --engine-start-seconds --seed --parent
 * --faults}, and the switches {@code --manual-engine --end-with-stdin}. With {@code
 * --exact-ttft-ms} and {@code --exact-itl-ms} it is the {@link ExactServer}, without a cluster.
 */
public final class SimulatorMain {
    private static final String EXACT_TTFT = "--exact-ttft-ms";
    private static final Set<String> SWITCHES = Set.of("--manual-engine", "--end-with-stdin");

    private final Map<String, String> flags = new HashMap<>();

    private SimulatorMain() {}

    /**
     * Runs until it is told to end.
     *
     * @throws IllegalArgumentException for flags that make no sense
     * @throws dev.shakedown.simulator.http.PortInUseException if a port is taken
     */
    public static void main(String[] arguments) throws IOException {
        PrintStream out =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        SimulatorMain main = new SimulatorMain();
        main.read(arguments);
        if (main.flags.containsKey(EXACT_TTFT)) {
            main.serveExactTimes(out);
            return;
        }
        try (SimulatorServer server = SimulatorServer.start(main.cluster(), main.options())) {
            out.println(server.readyLine());
            main.await();
        }
    }

    private void serveExactTimes(PrintStream out) throws IOException {
        ExactTimes times =
                new ExactTimes(
                        Duration.ofMillis(number(EXACT_TTFT, 0)),
                        Duration.ofMillis(number("--exact-itl-ms", 0)));
        try (ExactServer server = ExactServer.start(times, number("--port", 0), Optional.empty())) {
            out.println(server.readyLine());
            await();
        }
    }

    private void read(String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            String flag = arguments[i];
            if (SWITCHES.contains(flag)) {
                flags.put(flag, "true");
            } else if (flag.startsWith("--") && i + 1 < arguments.length) {
                flags.put(flag, arguments[++i]);
            } else {
                throw new IllegalArgumentException("unknown argument: " + flag);
            }
        }
    }

    private SimulatedCluster cluster() {
        String model = text("--model", "builtin:tiny");
        SimulatedEngine engine =
                new SimulatedEngine(
                        model,
                        text("--served-model-name", model),
                        text("--quantization", ""),
                        number("--max-model-len", SimulatedEngine.DEFAULT_MAX_MODEL_LEN),
                        SimulatedEngine.Tuning.DEFAULTS,
                        text("--executor", "ray"),
                        new SimulatedEngine.Split(
                                number("--tensor-parallel", 1),
                                number("--pipeline-parallel", 1),
                                number("--data-parallel", 1)));
        return new SimulatedCluster(
                number("--nodes", 1),
                number("--gpus-per-node", 1),
                text("--gpu", "H100-SXM-80GB"),
                engine,
                Fault.parse(text("--faults", "[]")));
    }

    private SimulatorOptions options() throws IOException {
        return new SimulatorOptions(
                number("--port", 0),
                number("--dashboard-port", 0),
                Path.of(text("--logs", "simulator-logs")),
                secret("--token-file"),
                secret("--api-key-file"),
                flags.containsKey("--manual-engine"),
                Duration.ofMillis(
                        Math.round(
                                1000 * Double.parseDouble(text("--engine-start-seconds", "2.5")))),
                number("--seed", 42));
    }

    /** From a file, so that it is in no process list. */
    private Optional<String> secret(String flag) throws IOException {
        String file = flags.get(flag);
        return file == null
                ? Optional.empty()
                : Optional.of(Files.readString(Path.of(file)).strip());
    }

    private String text(String flag, String otherwise) {
        return flags.getOrDefault(flag, otherwise);
    }

    private int number(String flag, int otherwise) {
        String value = flags.get(flag);
        return value == null ? otherwise : Integer.parseInt(value);
    }

    private static void drain(InputStream in) throws IOException {
        byte[] ignored = new byte[256];
        int read;
        do {
            read = in.read(ignored);
        } while (read >= 0);
    }

    /** A parent that is gone already ends this at once. */
    private void await() throws IOException {
        String parent = flags.get("--parent");
        if (flags.containsKey("--end-with-stdin")) {
            drain(new FileInputStream(FileDescriptor.in));
        } else if (parent != null) {
            ProcessHandle.of(Long.parseLong(parent)).ifPresent(p -> p.onExit().join());
        } else {
            sleepUntilTerminated();
        }
    }

    private static void sleepUntilTerminated() {
        try {
            Thread.currentThread().join();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
