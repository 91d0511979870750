package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.ray.JobLogTail;
import dev.shakedown.harness.cluster.ray.JobStatus;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayJob;
import dev.shakedown.harness.cluster.ray.RayRequestException;
import dev.shakedown.harness.cluster.ray.RaySilence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * Reads a submitted job's log while asking for its status, so that neither a silent log nor a
 * silent Ray can keep it waiting.
 */
final class JobFollower implements AutoCloseable {
    private static final Duration STEP = Duration.ofMillis(500);
    private static final Duration STATUS_EVERY = Duration.ofSeconds(1);
    private static final Duration NODES_EVERY = Duration.ofSeconds(5);
    // Ray ends a job by force 3 s after it was told to end, and its log is a second old.
    private static final Duration LAST_WORDS = Duration.ofSeconds(4);
    // Ray finds a lost node after 10 to 14 s; the job learns it at about the same time.
    private static final Duration DEATH_NOTICE = Duration.ofSeconds(20);
    private static final String BEREFT = "the job went on after a node was lost and was stopped";
    private static final Pattern SMELLS_OF_DEATH =
            Pattern.compile(
                    "dead|died|terminated|unavailable|crashed|SUPERVISOR|any more",
                    Pattern.CASE_INSENSITIVE);

    private final JobGuard job;
    private final JobReader reader;
    private final NodeWatch watch;
    private final LongSupplier nanoTime;
    private final JobLogTail tail;
    private final List<String> log = new ArrayList<>();
    private Deadline status;
    private Deadline nodes;
    private Optional<Deadline> burial = Optional.empty();

    JobFollower(
            RayClient ray, JobGuard job, JobReader reader, NodeWatch watch, LongSupplier nanoTime) {
        this.job = job;
        this.reader = reader;
        this.watch = watch;
        this.nanoTime = nanoTime;
        this.tail = ray.jobs().tail(job.id());
        this.status = in(STATUS_EVERY);
        this.nodes = in(NODES_EVERY);
    }

    List<String> log() {
        return log;
    }

    /**
     * Until the job has ended by itself (empty), or with why that did not happen. One that was
     * stopped has had time for its last words, after an interrupt, too.
     */
    Optional<String> follow(JobPatience patience) throws InterruptedException {
        try {
            return untilEnd(patience);
        } catch (InterruptedException e) {
            stop();
            throw e;
        }
    }

    @Override
    public void close() {
        tail.close();
    }

    private Optional<String> untilEnd(JobPatience patience) throws InterruptedException {
        Deadline deadline = in(patience.start());
        boolean begun = false;
        RaySilence silence = new RaySilence(nanoTime);
        while (true) {
            try {
                take(tail.poll(STEP));
                Optional<RayJob> over = over();
                if (over.isPresent()) {
                    return ended(over.get());
                }
                lookAfterNodes();
                silence.heard();
            } catch (RayRequestException e) {
                if (!e.mayPass() || silence.missed()) {
                    return Optional.of("lost Ray in mid-job: " + e.getMessage());
                }
                Thread.sleep(STEP);
            }
            if (!begun && reader.begun()) {
                begun = true;
                deadline = in(patience.work());
            }
            Optional<String> needless = reader.needless();
            if (needless.isPresent()) {
                stop();
                return needless;
            }
            if (deadline.passed() || burial.filter(Deadline::passed).isPresent()) {
                stop();
                return Optional.of(givenUp(deadline.passed() ? late(begun) : BEREFT));
            }
        }
    }

    /** The job, if it has ended; not asked each time. */
    private Optional<RayJob> over() {
        if (!status.passed()) {
            return Optional.empty();
        }
        RayJob now = job.look();
        status = in(STATUS_EVERY);
        return Optional.of(now).filter(at -> at.status().terminal());
    }

    private void lookAfterNodes() {
        if (!nodes.passed()) {
            return;
        }
        if (burial.isEmpty() && !watch.died().isEmpty()) {
            burial = Optional.of(in(DEATH_NOTICE));
        }
        nodes = in(NODES_EVERY);
    }

    private Deadline in(Duration duration) {
        return Deadline.in(duration, nanoTime);
    }

    private void take(List<String> lines) {
        for (String line : lines) {
            if (reader.accept(line)) {
                log.add(line);
            }
        }
    }

    private Optional<String> ended(RayJob job) throws InterruptedException {
        takeRest();
        Optional<String> reason =
                reader.ended() ? reader.error() : Optional.of("Ray ended the job: " + words(job));
        if (reason.isEmpty()) {
            return job.status() == JobStatus.SUCCEEDED ? reason : Optional.of(words(job));
        }
        List<String> died = List.of();
        if (SMELLS_OF_DEATH.matcher(reason.get()).find()) {
            died = awaitDeath(in(DEATH_NOTICE));
        }
        return Optional.of(joined(reason.get(), died));
    }

    /** The log of a long load is big: it is not fetched again for what is known. */
    private void takeRest() {
        if (!reader.ended()) {
            take(tail.rest());
        }
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

    private static String late(boolean begun) {
        return begun
                ? "the job had not ended by its timeout and was stopped"
                : "the job had not begun by its timeout and was stopped";
    }

    private String givenUp(String why) {
        List<String> more = new ArrayList<>(diedOrNone());
        reader.waitingFor().ifPresent(more::add);
        return joined(why, more);
    }

    private List<String> diedOrNone() {
        try {
            return watch.died();
        } catch (RayRequestException e) {
            return List.of("nodes unknown: " + e.getMessage());
        }
    }

    /** What a job says when it is told to end counts: a load tells what it has measured. */
    private void stop() throws InterruptedException {
        Optional<String> trouble = job.stop();
        trouble.ifPresent(log::add);
        Deadline lastWords = in(LAST_WORDS);
        try {
            while (trouble.isEmpty() && !reader.ended() && !lastWords.passed()) {
                take(tail.poll(STEP));
                if (job.look().status().terminal()) {
                    takeRest();
                    return;
                }
            }
        } catch (RayRequestException e) {
            log.add("the job's last words did not come: " + e.getMessage());
        }
    }

    private static String joined(String first, List<String> more) {
        return more.isEmpty() ? first : first + "; " + String.join("; ", more);
    }
}
