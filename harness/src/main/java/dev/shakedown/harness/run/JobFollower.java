package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.ray.JobLogTail;
import dev.shakedown.harness.cluster.ray.JobStatus;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayJob;
import dev.shakedown.harness.cluster.ray.RayRequestException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a submitted job's log while asking for its status, so that neither a silent log nor a
 * silent Ray can keep it waiting.
 */
final class JobFollower implements AutoCloseable {
    private static final Duration STEP = Duration.ofMillis(500);
    private static final Duration STATUS_EVERY = Duration.ofSeconds(1);
    private static final Duration NODES_EVERY = Duration.ofSeconds(5);
    // A dashboard under load may miss some requests.
    private static final Duration SILENCE = Duration.ofSeconds(15);
    // Ray finds a lost node after 10 to 14 s; the job learns it at about the same time.
    private static final Duration DEATH_NOTICE = Duration.ofSeconds(20);
    private static final Pattern SMELLS_OF_DEATH =
            Pattern.compile(
                    "dead|died|terminated|unavailable|crashed|SUPERVISOR|any more",
                    Pattern.CASE_INSENSITIVE);

    private final RayClient ray;
    private final String id;
    private final JobReader reader;
    private final NodeWatch watch;
    private final JobLogTail tail;
    private final List<String> log = new ArrayList<>();

    JobFollower(RayClient ray, String id, JobReader reader, NodeWatch watch) {
        this.ray = ray;
        this.id = id;
        this.reader = reader;
        this.watch = watch;
        this.tail = ray.jobs().tail(id);
    }

    List<String> log() {
        return log;
    }

    /** Until the job has ended by itself (empty), or with why that did not happen. */
    Optional<String> follow(Deadline deadline) throws InterruptedException {
        try {
            return untilEnd(deadline);
        } catch (InterruptedException e) {
            stop();
            throw e;
        }
    }

    @Override
    public void close() {
        tail.close();
    }

    private Optional<String> untilEnd(Deadline deadline) throws InterruptedException {
        Deadline status = deadline.another(STATUS_EVERY);
        Deadline nodes = deadline.another(NODES_EVERY);
        Deadline silent = deadline.another(SILENCE);
        Optional<Deadline> burial = Optional.empty();
        while (true) {
            try {
                take(tail.poll(STEP));
                if (status.passed()) {
                    RayJob job = ray.jobs().get(id);
                    if (job.status().terminal()) {
                        return ended(job, deadline);
                    }
                    status = deadline.another(STATUS_EVERY);
                }
                if (nodes.passed() && burial.isEmpty() && !watch.died().isEmpty()) {
                    burial = Optional.of(deadline.another(DEATH_NOTICE));
                }
                nodes = nodes.passed() ? deadline.another(NODES_EVERY) : nodes;
                silent = deadline.another(SILENCE);
            } catch (RayRequestException e) {
                if (!e.mayPass() || silent.passed()) {
                    return Optional.of("lost Ray in mid-job: " + e.getMessage());
                }
                Thread.sleep(STEP);
            }
            Optional<String> needless = reader.needless();
            if (needless.isPresent()) {
                stop();
                return needless;
            }
            if (deadline.passed() || burial.filter(Deadline::passed).isPresent()) {
                stop();
                return Optional.of(givenUp(deadline));
            }
        }
    }

    private void take(List<String> lines) {
        for (String line : lines) {
            if (reader.accept(line)) {
                log.add(line);
            }
        }
    }

    private Optional<String> ended(RayJob job, Deadline deadline) throws InterruptedException {
        take(tail.rest());
        Optional<String> reason =
                reader.ended() ? reader.error() : Optional.of("Ray ended the job: " + words(job));
        if (reason.isEmpty()) {
            return job.status() == JobStatus.SUCCEEDED ? reason : Optional.of(words(job));
        }
        List<String> died = List.of();
        if (SMELLS_OF_DEATH.matcher(reason.get()).find()) {
            died = awaitDeath(deadline.another(DEATH_NOTICE));
        }
        return Optional.of(joined(reason.get(), died));
    }

    /** Of Ray's message the first line, and the last: there a failed program says why. */
    private static String words(RayJob job) {
        List<String> lines =
                job.message().orElse("no message").lines().filter(l -> !l.isBlank()).toList();
        String why =
                lines.size() > 1 ? lines.getFirst() + " … " + lines.getLast() : lines.getFirst();
        return job.status() + job.errorType().map(e -> " (" + e + ")").orElse("") + ": " + why;
    }

    private List<String> awaitDeath(Deadline until) throws InterruptedException {
        while (true) {
            List<String> died = diedOrNone();
            if (!died.isEmpty() || until.passed()) {
                return died;
            }
            Thread.sleep(STEP);
        }
    }

    private String givenUp(Deadline deadline) {
        List<String> more = new ArrayList<>(diedOrNone());
        reader.waitingFor().ifPresent(more::add);
        return joined(
                deadline.passed()
                        ? "the job had not ended by its timeout and was stopped"
                        : "the job went on after a node was lost and was stopped",
                more);
    }

    private List<String> diedOrNone() {
        try {
            return watch.died();
        } catch (RayRequestException e) {
            return List.of("nodes unknown: " + e.getMessage());
        }
    }

    /** Best effort: where Ray does not answer, the job ends with its cluster. */
    private void stop() {
        try {
            ray.jobs().stop(id);
        } catch (RayRequestException e) {
            log.add("could not stop the job: " + e.getMessage());
        }
    }

    private static String joined(String first, List<String> more) {
        return more.isEmpty() ? first : first + "; " + String.join("; ", more);
    }
}
