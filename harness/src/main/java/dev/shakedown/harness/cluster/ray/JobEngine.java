package dev.shakedown.harness.cluster.ray;

import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.harness.cluster.StepFailedException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * vLLM as Ray jobs, each pinned to a node: one that serves, and with vLLM's own multi-node mode one
 * more for every further node. Their logs are streamed into files here; when one of them ends, the
 * engine has ended.
 */
public final class JobEngine implements RunningEngine, AutoCloseable {
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration SILENCE = Duration.ofSeconds(20);
    private static final int STOPPED = 143;
    private static final int RAY_IS_GONE = 1;

    private final RayClient ray;
    private final URI baseUrl;
    private final List<Part> parts;
    private final List<Thread> followers;
    private volatile Optional<Integer> exit = Optional.empty();
    private volatile boolean closed;

    /**
     * One process of the engine.
     *
     * @param id of its job
     * @param nodeIp where it runs
     * @param entrypoint a shell line
     * @param log gets its output
     */
    public record Part(
            String id, String nodeIp, String entrypoint, Map<String, String> env, Path log) {
        public Part {
            env = Map.copyOf(env);
        }
    }

    private JobEngine(RayClient ray, URI baseUrl, List<Part> parts) {
        this.ray = ray;
        this.baseUrl = baseUrl;
        this.parts = List.copyOf(parts);
        this.followers =
                parts.stream()
                        .map(part -> Thread.ofVirtual().unstarted(() -> follow(part)))
                        .toList();
    }

    /**
     * Submits the jobs; returns before the engine is ready. May throw {@link RayRequestException}.
     *
     * @param ray stays open until the engine is closed, and is closed with it
     * @param parts the one that serves first
     */
    public static JobEngine start(RayClient ray, URI baseUrl, List<Part> parts) {
        JobEngine engine = new JobEngine(ray, baseUrl, parts);
        for (Part part : parts) {
            ray.jobs()
                    .submit(
                            new JobSubmission(
                                    part.id(),
                                    part.entrypoint(),
                                    Optional.empty(),
                                    part.env(),
                                    Map.of("startedBy", "shakedown"),
                                    Map.of("node:" + part.nodeIp(), 0.001)));
        }
        engine.followers.forEach(Thread::start);
        return engine;
    }

    @Override
    public URI baseUrl() {
        return baseUrl;
    }

    @Override
    public Optional<String> apiKey() {
        return Optional.empty();
    }

    @Override
    public Optional<Path> caFile() {
        return Optional.empty();
    }

    @Override
    public Optional<Path> log() {
        return Optional.of(parts.getFirst().log());
    }

    @Override
    public OptionalInt exitStatus() {
        return exit.map(OptionalInt::of).orElse(OptionalInt.empty());
    }

    /** Asks the jobs to stop, and waits for none: their nodes are ended after them. */
    @Override
    public void close() {
        closed = true;
        parts.forEach(this::stop);
        followers.forEach(Thread::interrupt);
        ray.close();
    }

    private void stop(Part part) {
        try {
            ray.jobs().stop(part.id());
        } catch (RayRequestException gone) {
            // Without a head there is no job either; its processes go with their node.
            return;
        }
    }

    private void follow(Part part) {
        try (BufferedWriter log = open(part.log());
                JobLogTail tail = ray.jobs().tail(part.id())) {
            long heardNanos = System.nanoTime() - POLL.toNanos();
            while (!closed) {
                try {
                    write(log, tail.poll(POLL));
                    if (System.nanoTime() - heardNanos < POLL.toNanos()) {
                        continue;
                    }
                    RayJob job = ray.jobs().get(part.id());
                    heardNanos = System.nanoTime();
                    if (job.status().terminal()) {
                        write(log, tail.rest());
                        ended(part, job);
                        return;
                    }
                } catch (RayRequestException silent) {
                    if (System.nanoTime() - heardNanos > SILENCE.toNanos()) {
                        write(log, List.of("Ray does not answer: " + silent.getMessage()));
                        exit = Optional.of(RAY_IS_GONE);
                        return;
                    }
                    Thread.sleep(POLL);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ended(Part part, RayJob job) {
        int otherwise =
                switch (job.status()) {
                    case SUCCEEDED -> 0;
                    case STOPPED -> STOPPED;
                    case FAILED, PENDING, RUNNING, UNKNOWN -> RAY_IS_GONE;
                };
        exit = Optional.of(job.driverExitCode().orElse(otherwise));
        job.message()
                .filter(_ -> job.status() == JobStatus.FAILED)
                .ifPresent(why -> append(part.log(), "Ray: " + why));
    }

    private static void append(Path log, String line) {
        try {
            Files.writeString(log, line + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(BufferedWriter log, List<String> lines) throws IOException {
        for (String line : lines) {
            log.write(line);
            log.newLine();
        }
        log.flush();
    }

    private static BufferedWriter open(Path log) {
        try {
            Path folder = log.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            return Files.newBufferedWriter(log);
        } catch (IOException e) {
            throw new StepFailedException(
                    "the engine's log cannot be written",
                    "",
                    List.of(e.toString()),
                    "ls -ld " + log);
        }
    }
}
