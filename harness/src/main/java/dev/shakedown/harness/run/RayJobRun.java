package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.ray.JobSubmission;
import dev.shakedown.harness.cluster.ray.PatientSubmit;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayRequestException;
import dev.shakedown.harness.cluster.ray.WorkingDirectory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Runs one of Shakedown's jobs on a Ray cluster that is up: submits, follows, stops it at the
 * deadline. Whatever goes wrong is part of how it ended.
 *
 * @param nanoTime monotonic, as {@link System#nanoTime}
 */
record RayJobRun(RayClient ray, LongSupplier nanoTime) {
    /**
     * What to run.
     *
     * @param name part of the job's id
     * @param entrypoint a shell line, run in a folder of {@code files}
     * @param resources that it needs, as {@code node:<ip>}, which pins it to a node
     */
    record Program(
            String name, String entrypoint, WorkingDirectory files, Map<String, Double> resources) {

        Program {
            resources = Map.copyOf(resources);
        }

        /** One that may run anywhere. */
        Program(String name, String entrypoint, Map<String, String> files) {
            this(name, entrypoint, WorkingDirectory.of(files), Map.of());
        }
    }

    /**
     * How it ended.
     *
     * @param failure empty if the job succeeded
     * @param log all that was read, from the job and from Ray
     */
    record Ended(Optional<String> failure, List<String> log) {
        Ended {
            log = List.copyOf(log);
        }

        private static Ended notStarted(String reason) {
            return new Ended(Optional.of(reason), List.of());
        }
    }

    /** An interrupt stops the job, too, and stays set. */
    Ended run(Program program, Duration within, JobReader reader) {
        long began = nanoTime.getAsLong();
        NodeWatch watch = new NodeWatch(ray);
        try {
            watch.remember();
            String id = submit(program);
            Deadline deadline = new Deadline(nanoTime, began + within.toNanos());
            try (JobFollower follower = new JobFollower(ray, id, reader, watch)) {
                Optional<String> failure = follower.follow(deadline);
                return new Ended(failure, follower.log());
            }
        } catch (RayRequestException e) {
            return Ended.notStarted(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Ended.notStarted("interrupted");
        }
    }

    private String submit(Program program) throws InterruptedException {
        String id = "shakedown-" + program.name() + "-" + UUID.randomUUID();
        return new PatientSubmit(ray, nanoTime)
                .submit(
                        () ->
                                new JobSubmission(
                                        id,
                                        program.entrypoint(),
                                        Optional.of(ray.packages().upload(program.files())),
                                        Map.of(),
                                        Map.of(),
                                        program.resources()));
    }
}
