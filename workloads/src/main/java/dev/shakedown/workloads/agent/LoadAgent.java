package dev.shakedown.workloads.agent;

import dev.shakedown.workloads.load.LoadGenerator;
import dev.shakedown.workloads.load.LoadResult;
import dev.shakedown.workloads.measure.LoadRecording;
import dev.shakedown.workloads.measure.RunClock;
import dev.shakedown.workloads.openai.Endpoint;
import dev.shakedown.workloads.openai.RoundTrip;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The load generator as a program: makes one load, and prints what it measures as {@link
 * AgentLine}s. It writes no file of its own.
 */
public final class LoadAgent {
    /** Ray ends a stopped job by force after 3 s. */
    private static final Duration LAST_WORDS = Duration.ofMillis(2_500);

    private final LoadOrder order;
    private final Consumer<AgentLine> lines;
    private final Map<String, FileLines> files = new LinkedHashMap<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile @Nullable LoadGenerator generator;

    LoadAgent(LoadOrder order, Consumer<AgentLine> lines) {
        this.order = order;
        this.lines = lines;
    }

    /**
     * {@code LoadAgent WORD}, the word being {@link LoadOrder#word} or {@link LoadOrder#FILE}; ends
     * with status 0 or 1.
     */
    public static void main(String[] args) {
        PrintStream out =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        LoadAgent agent =
                new LoadAgent(
                        LoadOrder.of(args[0], Path.of("")),
                        line -> {
                            // In one piece: the log has other writers, too.
                            byte[] text = (line.text() + "\n").getBytes(StandardCharsets.UTF_8);
                            synchronized (out) {
                                out.write(text, 0, text.length);
                                out.flush();
                            }
                        });
        Runtime.getRuntime().addShutdownHook(new Thread(agent::stop));
        System.exit(agent.run() ? 0 : 1);
    }

    /** A process that is told to end still says what it has. */
    private void stop() {
        LoadGenerator working = generator;
        if (working != null) {
            working.stop();
        }
        try {
            over.await(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether there is a load to report. */
    boolean run() {
        RunClock clock = since(order.runStartedAt());
        lines.accept(new AgentLine.Start(client(), clock.nowNs()));
        Optional<Duration> way = RoundTrip.median(order.baseUrl());
        lines.accept(new AgentLine.Way(way));
        try {
            if (way.isEmpty()) {
                // A load of refused connections would look like a bad server.
                throw new IllegalStateException(
                        "nothing answers at %s from this node".formatted(order.baseUrl()));
            }
            LoadResult result = load(clock);
            lines.accept(new AgentLine.End(Optional.of(result), Optional.empty(), written()));
            return true;
        } catch (RuntimeException e) {
            Optional<String> error = Optional.of(String.valueOf(e.getMessage()));
            lines.accept(new AgentLine.End(Optional.empty(), error, written()));
            return false;
        } finally {
            over.countDown();
        }
    }

    private LoadResult load(RunClock clock) {
        try (LoadRecording recording = new LoadRecording(this::file, clock)) {
            LoadGenerator made =
                    new LoadGenerator(
                            Endpoint.of(order.baseUrl(), order.model()),
                            recording,
                            sample -> lines.accept(new AgentLine.Second(sample)));
            generator = made;
            return made.run(order.plan(), order.slo());
        }
    }

    private FileLines file(String name) {
        return files.computeIfAbsent(name, one -> new FileLines(one, lines));
    }

    private Map<String, Long> written() {
        return files.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, file -> file.getValue().written()));
    }

    /** Whose zero is the run's start, as far as the clocks of two machines agree. */
    private static RunClock since(Instant start) {
        long elapsed = Duration.between(start, Instant.now()).toNanos();
        return new RunClock(start, System.nanoTime() - elapsed);
    }

    /** What makes a load, by the names of a run's fingerprint. */
    public static Map<String, String> client() {
        return Map.of(
                "client.java",
                Runtime.version().toString(),
                "client.os",
                "%s %s %s"
                        .formatted(
                                System.getProperty("os.name"),
                                System.getProperty("os.version"),
                                System.getProperty("os.arch")),
                "client.cores",
                String.valueOf(Runtime.getRuntime().availableProcessors()));
    }
}
