package dev.shakedown.harness.cluster.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What this machine and its software are. */
final class LocalFingerprint {

    private LocalFingerprint() {}

    static Map<String, String> of(Optional<PythonEnvironment> python, List<NvidiaGpu> gpus) {
        Map<String, String> values = new LinkedHashMap<>();
        python.ifPresent(
                environment -> {
                    values.put("ray", environment.ray());
                    values.put("vllm", environment.vllm());
                    values.put("torch", environment.torch());
                    values.put("python", environment.python());
                    values.put("python environment", environment.label());
                    if (environment.thirdParty()) {
                        values.put("vllm wheel", "third-party CPU build");
                    }
                });
        values.put("kernel", System.getProperty("os.version", "?"));
        values.put("cpu", cpuModel() + " x" + Runtime.getRuntime().availableProcessors());
        if (!gpus.isEmpty()) {
            values.put("driver", gpus.getFirst().driver());
            values.put(
                    "gpu",
                    gpus.stream()
                            .map(NvidiaGpu::name)
                            .distinct()
                            .collect(Collectors.joining(", ")));
            values.put(
                    "gpu uuids",
                    gpus.stream().map(NvidiaGpu::uuid).collect(Collectors.joining(", ")));
            values.put(
                    "gpu serials",
                    gpus.stream().map(NvidiaGpu::serial).collect(Collectors.joining(", ")));
        }
        return values;
    }

    private static String cpuModel() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch", "?"));
        } catch (IOException e) {
            return System.getProperty("os.arch", "?");
        }
    }
}
