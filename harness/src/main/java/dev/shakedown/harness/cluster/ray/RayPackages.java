package dev.shakedown.harness.cluster.ray;

/** Working directories in the cluster's store. */
public final class RayPackages {
    private final RayHttp http;

    RayPackages(RayHttp http) {
        this.http = http;
    }

    /** Whether Ray has it; asking keeps it there for ten minutes. */
    public boolean exists(WorkingDirectory directory) {
        return http.exists(path(directory));
    }

    /** Uploads unless it is there, and returns the URI for {@code runtime_env.working_dir}. */
    public String upload(WorkingDirectory directory) {
        if (!exists(directory)) {
            http.put(path(directory), directory.zip());
        }
        return directory.uri();
    }

    private static String path(WorkingDirectory directory) {
        return "api/packages/gcs/" + directory.name();
    }
}
