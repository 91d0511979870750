package dev.shakedown.harness.cluster.ray;

import dev.shakedown.harness.cluster.InParallel;
import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.harness.cluster.StepFailedException;
import java.io.BufferedWriter;
import java.io.IOException;
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
 * more for every further node. Their output is streamed into one log here, lines of further nodes
 * with their address in front, as Ray does it; when one of them ends, the engine has ended.
 */
public final class JobEngine implements RunningEngine, AutoCloseable {
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration STOP = Duration.ofSeconds(4);
    private static final int STOPPED = 143;
    private static final int RAY_IS_GONE = 1;

    private final RayClient ray;
    private final URI baseUrl;
    private final List<Part> parts;
    private final Path log;
    private final List<Thread> followers;
    private volatile Optional<Integer> exit = Optional.empty();
    private volatile Optional<String> tunnel = Optional.empty();
    private volatile URI clusterUrl;
    private volatile boolean closed;
    private Runnable onServing = () -> {};
    private int lost;

    /**
     * One process of the engine.
     *
     * @param id of its job
     * @param nodeIp where it runs
     * @param entrypoint a shell line
     */
    public record Part(String id, String nodeIp, String entrypoint, Map<String, String> env) {
        public Part {
            env = Map.copyOf(env);
        }
    }

    private JobEngine(RayClient ray, URI baseUrl, List<Part> parts, Path log) {
        this.ray = ray;
        this.baseUrl = baseUrl;
        this.clusterUrl = baseUrl;
        this.parts = List.copyOf(parts);
        this.log = log;
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
     * @param log made anew
     */
    public static JobEngine start(RayClient ray, URI baseUrl, List<Part> parts, Path log) {
        begin(log);
        JobEngine engine = new JobEngine(ray, baseUrl, parts, log);
        try {
            engine.submit();
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        } catch (InterruptedException e) {
            engine.close();
            Thread.currentThread().interrupt();
            throw new StepFailedException("interrupted while vLLM started", "", List.of(), "");
        }
        engine.followers.forEach(Thread::start);
        return engine;
    }

    private void submit() throws InterruptedException {
        PatientSubmit patient = new PatientSubmit(ray, System::nanoTime);
        for (Part part : parts) {
            String _ =
                    patient.submit(
                            () ->
                                    new JobSubmission(
                                            part.id(),
                                            part.entrypoint(),
                                            Optional.empty(),
                                            part.env(),
                                            Map.of(),
                                            Map.of("node:" + part.nodeIp(), 0.001)));
        }
    }

    @Override
    public URI baseUrl() {
        return baseUrl;
    }

    @Override
    public Optional<Path> log() {
        return Optional.of(log);
    }

    /** Says what its address leads through. */
    public JobEngine behind(String forwarder) {
        tunnel = Optional.of(forwarder);
        return this;
    }

    /** Says where it is itself, if its address is another's. */
    public JobEngine at(URI itsOwn) {
        clusterUrl = itsOwn;
        return this;
    }

    /** What is to be done while all of the engine's processes live. */
    public JobEngine onServing(Runnable action) {
        onServing = action;
        return this;
    }

    @Override
    public void serves() {
        onServing.run();
    }

    @Override
    public URI clusterUrl() {
        return clusterUrl;
    }

    @Override
    public Optional<String> tunnel() {
        return tunnel;
    }

    @Override
    public OptionalInt exitStatus() {
        return exit.map(OptionalInt::of).orElse(OptionalInt.empty());
    }

    /** Asks the jobs to stop, and waits for none: their nodes are ended after them. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        InParallel.within(STOP, parts, this::stop);
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
        try (JobLogTail tail = ray.jobs().tail(part.id())) {
            RaySilence silence = new RaySilence(System::nanoTime);
            long heardNanos = System.nanoTime() - POLL.toNanos();
            while (!closed) {
                try {
                    write(part, tail.poll(POLL));
                    if (System.nanoTime() - heardNanos < POLL.toNanos()) {
                        continue;
                    }
                    RayJob job = ray.jobs().get(part.id());
                    heardNanos = System.nanoTime();
                    silence.heard();
                    if (job.status().terminal()) {
                        write(part, tail.rest());
                        ended(part, job);
                        return;
                    }
                } catch (RayRequestException e) {
                    if (silence.missed()) {
                        write(part, List.of("Ray does not answer: " + e.getMessage()));
                        exit = Optional.of(RAY_IS_GONE);
                        return;
                    }
                    Thread.sleep(POLL);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException bug) {
            // An engine that nobody follows would count as alive for ever.
            write(part, List.of("Shakedown lost this job: " + bug));
            exit = Optional.of(RAY_IS_GONE);
        }
    }

    private void ended(Part part, RayJob job) {
        int otherwise =
                switch (job.status()) {
                    case SUCCEEDED -> 0;
                    case STOPPED -> STOPPED;
                    case FAILED, PENDING, RUNNING, UNKNOWN -> RAY_IS_GONE;
                };
        job.message()
                .filter(_ -> job.status() == JobStatus.FAILED)
                .ifPresent(why -> write(part, List.of("Ray: " + why)));
        exit = Optional.of(job.driverExitCode().orElse(otherwise));
    }

    private synchronized void write(Part part, List<String> lines) {
        String prefix =
                part.equals(parts.getFirst()) ? "" : "(vLLM, ip=%s) ".formatted(part.nodeIp());
        try (BufferedWriter writer = Files.newBufferedWriter(log, StandardOpenOption.APPEND)) {
            if (lost > 0) {
                writer.write("(%d lines could not be written here)".formatted(lost));
                writer.newLine();
            }
            for (String line : lines) {
                writer.write(prefix + line);
                writer.newLine();
            }
            lost = 0;
        } catch (IOException full) {
            // Whether the engine lives must be known all the same.
            lost += lines.size();
        }
    }

    private static void begin(Path log) {
        try {
            Path folder = log.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.writeString(log, "");
        } catch (IOException e) {
            throw new StepFailedException(
                    "the engine's log cannot be written",
                    "",
                    List.of(e.toString()),
                    "ls -ld " + log);
        }
    }
}
