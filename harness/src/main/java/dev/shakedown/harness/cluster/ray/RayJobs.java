package dev.shakedown.harness.cluster.ray;

import dev.shakedown.harness.cluster.Ansi;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Jobs of a cluster. Ids are submission ids. */
public final class RayJobs {
    private final RayHttp http;
    private volatile Map<String, String> mark = Map.of();
    private volatile Consumer<String> before = _ -> {};

    RayJobs(RayHttp http) {
        this.http = http;
    }

    void inRun(String runId, Consumer<String> announce) {
        mark = EngineJobs.mark(runId);
        before = announce;
    }

    /** Returns the submission id. The first submit to a cluster takes a second or more. */
    public String submit(JobSubmission submission) {
        before.accept(submission.id());
        // Without the slash at the end Ray answers 404.
        JsonNode answer = http.post("api/jobs/", submission.with(mark).body());
        return Fields.optional(answer, "submission_id").orElse(submission.id());
    }

    /** Details; a {@link RayRequestException} with status 404 if there is no such job. */
    public RayJob get(String id) {
        return job(http.get("api/jobs/" + id));
    }

    /** Submitted jobs and other drivers. */
    public List<RayJob> list() {
        return http.get("api/jobs/").valueStream().map(RayJobs::job).toList();
    }

    /** Asks the driver to end, by force after 3 s; false if it had ended already. */
    public boolean stop(String id) {
        return http.post("api/jobs/" + id + "/stop", Map.of()).path("stopped").asBoolean(false);
    }

    /** Forgets a job that has ended. */
    public boolean delete(String id) {
        return http.delete("api/jobs/" + id).path("deleted").asBoolean(false);
    }

    /** The whole log so far, without ANSI codes. */
    public String logs(String id) {
        return Ansi.strip(rawLogs(id));
    }

    /** Follows the log from its first line. Close it. */
    public JobLogTail tail(String id) {
        return new JobLogTail(http, id, () -> rawLogs(id), JobLogTail.SILENT);
    }

    private String rawLogs(String id) {
        return Fields.text(http.get("api/jobs/" + id + "/logs"), "logs");
    }

    private static RayJob job(JsonNode at) {
        return new RayJob(
                Fields.optional(at, "submission_id"),
                Fields.optional(at, "job_id"),
                JobStatus.of(Fields.text(at, "status")),
                Fields.text(at, "entrypoint"),
                Fields.optional(at, "message").map(Ansi::strip),
                Fields.optional(at, "error_type"),
                Fields.instant(at, "start_time"),
                Fields.instant(at, "end_time"),
                Fields.texts(at, "metadata"),
                Fields.optional(at, "driver_node_id"),
                Fields.integer(at, "driver_exit_code"));
    }
}
