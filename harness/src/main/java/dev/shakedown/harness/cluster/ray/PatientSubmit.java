package dev.shakedown.harness.cluster.ray;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Submits a job to a Ray that may have just started: right after that its head has no agent to run
 * jobs yet.
 *
 * @param nanoTime monotonic, as {@link System#nanoTime}
 */
public record PatientSubmit(RayClient ray, LongSupplier nanoTime) {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /**
     * Returns the job's id. May throw {@link RayRequestException}.
     *
     * @param job always with the same id, so that no repeated request starts a second one
     */
    public String submit(Supplier<JobSubmission> job) throws InterruptedException {
        long began = nanoTime.getAsLong();
        boolean unsure = false;
        while (true) {
            try {
                JobSubmission asked = job.get();
                return unsure && known(asked.id()) ? asked.id() : ray.jobs().submit(asked);
            } catch (RayRequestException e) {
                if (!e.mayPass() || nanoTime.getAsLong() - began >= PATIENCE.toNanos()) {
                    throw e;
                }
                // An answer may have been lost on its way.
                unsure = unsure || e.status() == RayRequestException.NO_ANSWER || e.status() > 500;
                TimeUnit.SECONDS.sleep(1);
            }
        }
    }

    private boolean known(String id) {
        try {
            return !ray.jobs().get(id).entrypoint().isEmpty();
        } catch (RayRequestException e) {
            if (e.status() == 404) {
                return false;
            }
            throw e;
        }
    }
}
