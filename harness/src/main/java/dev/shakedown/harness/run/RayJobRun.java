package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.ray.JobSubmission;
import dev.shakedown.harness.cluster.ray.PatientSubmit;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayRequestException;
import dev.shakedown.harness.cluster.ray.WorkingDirectory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Runs one of Shakedown's jobs on a Ray cluster that is up: submits, follows, stops it at the
 * deadline. What goes wrong with Ray is part of how it ended.
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

    /**
     * However this ends, the job has ended or was told to. An interrupt does that, too, and stays
     * set.
     */
    Ended run(Program program, JobPatience patience, JobReader reader) {
        NodeWatch watch = new NodeWatch(ray);
        try {
            watch.remember();
            return submitted(program, patience, reader, watch);
        } catch (RayRequestException e) {
            return Ended.notStarted(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Ended.notStarted("interrupted");
        }
    }

    private Ended submitted(
            Program program, JobPatience patience, JobReader reader, NodeWatch watch)
            throws InterruptedException {
        String id = "shakedown-" + program.name() + "-" + UUID.randomUUID();
        // An answer to a submit may be lost: the job is there all the same.
        try (JobGuard job = new JobGuard(ray, id)) {
            submit(id, program);
            try (JobFollower follower = new JobFollower(ray, job, reader, watch, nanoTime)) {
                return new Ended(follower.follow(patience), follower.log());
            }
        }
    }

    private void submit(String id, Program program) throws InterruptedException {
        String _ =
                new PatientSubmit(ray, nanoTime)
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
