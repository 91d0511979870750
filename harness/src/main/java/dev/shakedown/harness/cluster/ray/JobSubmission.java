package dev.shakedown.harness.cluster.ray;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What to run.
 *
 * @param id chosen by the caller, so that a repeated submit cannot start a second job
 * @param entrypoint a shell line
 * @param workingDir as {@link RayPackages#upload} returned it
 * @param env for the driver and its workers; shown by Ray's dashboard, so no secrets
 * @param metadata shown beside the job
 * @param resources that the driver needs, as {@code node:<ip>}, which pins it to a node
 */
public record JobSubmission(
        String id,
        String entrypoint,
        Optional<String> workingDir,
        Map<String, String> env,
        Map<String, String> metadata,
        Map<String, Double> resources) {

    /** A job that needs no resources: its driver runs on the head. */
    public JobSubmission(
            String id,
            String entrypoint,
            Optional<String> workingDir,
            Map<String, String> env,
            Map<String, String> metadata) {
        this(id, entrypoint, workingDir, env, metadata, Map.of());
    }

    public JobSubmission {
        resources = Map.copyOf(resources);
        env = Map.copyOf(env);
        metadata = Map.copyOf(metadata);
    }

    /** With more metadata. */
    JobSubmission with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(metadata);
        all.putAll(more);
        return new JobSubmission(id, entrypoint, workingDir, env, all, resources);
    }

    /** Only keys that every version since 2.4x knows: Ray refuses others. */
    Map<String, Object> body() {
        Map<String, Object> runtimeEnv = new LinkedHashMap<>();
        workingDir.ifPresent(uri -> runtimeEnv.put("working_dir", uri));
        if (!env.isEmpty()) {
            runtimeEnv.put("env_vars", env);
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("entrypoint", entrypoint);
        body.put("submission_id", id);
        body.put("runtime_env", runtimeEnv);
        body.put("metadata", metadata);
        if (!resources.isEmpty()) {
            body.put("entrypoint_resources", resources);
        }
        return body;
    }
}
