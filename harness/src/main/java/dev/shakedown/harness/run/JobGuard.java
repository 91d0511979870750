package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayJob;
import dev.shakedown.harness.cluster.ray.RayRequestException;
import java.util.Optional;

/**
 * Lets no job outlive the work with it, which may break off anywhere: closing stops it, unless it
 * is known to have ended or to be told so.
 */
final class JobGuard implements AutoCloseable {
    private final RayClient ray;
    private final String id;
    private boolean over;

    /**
     * @param id of a job that may not have been submitted yet
     */
    JobGuard(RayClient ray, String id) {
        this.ray = ray;
        this.id = id;
    }

    String id() {
        return id;
    }

    /** How the job stands. May throw {@link RayRequestException}. */
    RayJob look() {
        RayJob job = ray.jobs().get(id);
        over = over || job.status().terminal();
        return job;
    }

    /** Best effort; returns why it could not be told. */
    Optional<String> stop() {
        if (over) {
            return Optional.empty();
        }
        try {
            ray.jobs().stop(id);
            over = true;
            return Optional.empty();
        } catch (RayRequestException e) {
            return Optional.of("could not stop the job: " + e.getMessage());
        }
    }

    /** Where Ray does not answer, the job ends with its cluster. */
    @Override
    public void close() {
        Optional<String> _ = stop();
    }
}
