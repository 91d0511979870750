package dev.shakedown.harness.cluster.local;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A GPU as the driver names it. Fields that the driver does not know read {@code [N/A]}. */
record NvidiaGpu(String name, String uuid, String serial, String driver) {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** All of this machine; empty where there is no NVIDIA driver. */
    static List<NvidiaGpu> present() {
        return HostCommand.of(
                        LIMIT,
                        "nvidia-smi",
                        "--query-gpu=name,uuid,serial,driver_version",
                        "--format=csv,noheader")
                .run()
                .filter(HostCommand.Result::ok)
                .map(result -> result.lines().stream().flatMap(l -> parse(l).stream()).toList())
                .orElse(List.of());
    }

    static Optional<NvidiaGpu> parse(String line) {
        String[] fields = line.split(",", -1);
        return fields.length == 4
                ? Optional.of(
                        new NvidiaGpu(
                                fields[0].strip(),
                                fields[1].strip(),
                                fields[2].strip(),
                                fields[3].strip()))
                : Optional.empty();
    }
}
