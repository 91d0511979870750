package dev.shakedown.harness.cluster.ray;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A job as Ray describes it.
 *
 * @param submissionId empty for a driver that was not submitted
 * @param jobId empty until the driver has connected
 * @param message Ray's own words about the end, with the last log lines of a failed job
 * @param errorType {@code RUNTIME_ENV_SETUP_FAILURE}, {@code JOB_ENTRYPOINT_COMMAND_ERROR}, …
 */
public record RayJob(
        Optional<String> submissionId,
        Optional<String> jobId,
        JobStatus status,
        String entrypoint,
        Optional<String> message,
        Optional<String> errorType,
        Optional<Instant> started,
        Optional<Instant> ended,
        Map<String, String> metadata,
        Optional<String> driverNodeId,
        OptionalInt driverExitCode) {

    public RayJob {
        metadata = Map.copyOf(metadata);
    }
}
