package dev.shakedown.simulator.ray;

import dev.shakedown.simulator.SimulatedNode;
import dev.shakedown.simulator.http.Json;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One submitted job, as Ray's job table has it. */
final class Job {
    /** In Ray's words. */
    enum Status {
        PENDING,
        RUNNING,
        STOPPED,
        SUCCEEDED,
        FAILED;

        boolean terminal() {
            return this != PENDING && this != RUNNING;
        }
    }

    private final String id;
    private final JsonNode request;
    private final SimulatedNode driver;
    private final int number;
    private final long startMillis;
    private final StringBuilder log = new StringBuilder();
    private Status status = Status.PENDING;
    private String message = "Job has not started yet.";
    private Optional<String> errorType = Optional.empty();
    private Optional<Integer> exitCode = Optional.empty();
    private Optional<Long> endMillis = Optional.empty();

    /**
     * @param number from 1, in the order of submission
     */
    Job(String id, JsonNode request, SimulatedNode driver, int number, long startMillis) {
        this.id = id;
        this.request = request;
        this.driver = driver;
        this.number = number;
        this.startMillis = startMillis;
    }

    String id() {
        return id;
    }

    String entrypoint() {
        return request.path("entrypoint").asString("");
    }

    /** Ray's own job id, 8 hexadecimal digits. */
    String jobId() {
        return String.format("%02x000000", number + 1);
    }

    Status status() {
        return status;
    }

    String log() {
        return log.toString();
    }

    void say(String line) {
        log.append(line).append('\n');
    }

    void run() {
        status = Status.RUNNING;
        message = "Job is currently running.";
    }

    void stop(long now) {
        finish(Status.STOPPED, "Job was intentionally stopped.", now);
        exitCode = Optional.of(-15);
    }

    void exit(int code, long now) {
        exitCode = Optional.of(code);
        if (code == 0) {
            finish(Status.SUCCEEDED, "Job finished successfully.", now);
        } else {
            errorType = Optional.of("JOB_ENTRYPOINT_COMMAND_ERROR");
            finish(
                    Status.FAILED,
                    "Job entrypoint command failed with exit code "
                            + code
                            + ", last available logs (truncated to 20,000 chars):\n"
                            + log.substring(Math.max(0, log.length() - 20_000)),
                    now);
        }
    }

    void failSetup(String reason, long now) {
        errorType = Optional.of("RUNTIME_ENV_SETUP_FAILURE");
        finish(Status.FAILED, "runtime_env setup failed: " + reason, now);
    }

    /** JobDetails. */
    ObjectNode details() {
        ObjectNode body = Json.object().put("type", "SUBMISSION");
        boolean ran = status != Status.PENDING;
        if (ran) {
            body.put("job_id", jobId());
        } else {
            body.putNull("job_id");
        }
        body.put("submission_id", id);
        if (ran) {
            body.putObject("driver_info")
                    .put("id", jobId())
                    .put("node_ip_address", driver.ip())
                    .put("pid", String.valueOf(3000 + number));
        } else {
            body.putNull("driver_info");
        }
        body.put("status", status.name()).put("entrypoint", entrypoint()).put("message", message);
        errorType.ifPresentOrElse(
                type -> body.put("error_type", type), () -> body.putNull("error_type"));
        body.put("start_time", startMillis);
        endMillis.ifPresentOrElse(
                time -> body.put("end_time", time), () -> body.putNull("end_time"));
        body.set("metadata", objectOrEmpty("metadata"));
        body.set("runtime_env", objectOrEmpty("runtime_env"));
        body.put("driver_agent_http_address", "http://" + driver.ip() + ":52365");
        body.put("driver_node_id", driver.id());
        exitCode.ifPresentOrElse(
                code -> body.put("driver_exit_code", code), () -> body.putNull("driver_exit_code"));
        return body;
    }

    private JsonNode objectOrEmpty(String name) {
        JsonNode value = request.path(name);
        return value.isObject() ? value : Json.object();
    }

    private void finish(Status end, String text, long now) {
        status = end;
        message = text;
        endMillis = Optional.of(now);
    }
}
