package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.ScenarioFile;
import dev.shakedown.harness.scenario.ScenarioLoader;
import dev.shakedown.harness.scenario.SshSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Two hosts of two GPUs. */
final class SshScenarios {
    private static final String TEXT =
            """
            schemaVersion: 1
            name: two-hosts
            question: Is it right?
            cluster: { provider: ssh, nodes: 2, gpusPerNode: 2 }
            ssh: { hosts: [node-a, node-b], python: /opt/vllm/bin/python, interface: %s, gpus: [0, 1] }
            engine: { model: m/m, tensorParallel: 2, pipelineParallel: 2, executor: %s, env: { A: "it's $HOME" } }
            smoke: off
            """;

    private static final String CONTAINER =
            """
            schemaVersion: 1
            name: two-hosts
            question: Is it right?
            cluster: { provider: ssh, nodes: 2, gpusPerNode: 2 }
            ssh:
              hosts: [node-a, node-b]
              gpus: [2, 3]
              container:
                image: vllm/vllm-openai:v0.11.0
                runtime: %s
                devices: [/dev/infiniband]
                mounts: ["/etc/hf:ro", "/scratch:/work"]
            engine:
              model: m/m
              modelCache: /data/hub
              tensorParallel: 2
              pipelineParallel: 2
              env: { A: "it's $HOME", LD_LIBRARY_PATH: /opt/lib }
            smoke: off
            """;

    private SshScenarios() {}

    static Scenario inContainers(Path folder) throws IOException {
        return inContainers(folder, "docker");
    }

    static Scenario inContainers(Path folder, String runtime) throws IOException {
        return read(folder, CONTAINER.formatted(runtime));
    }

    static Scenario serving(Path folder) throws IOException {
        return of(folder, "auto", "ray");
    }

    static Scenario over(Path folder, String networkInterface) throws IOException {
        return of(folder, networkInterface, "ray");
    }

    static Scenario withoutRaysExecutor(Path folder) throws IOException {
        return of(folder, "auto", "mp");
    }

    /** Of Slurm's job 17, which has these hosts. */
    static Scenario bySteps(Path folder) throws IOException {
        Scenario scenario = serving(folder);
        SshSpec spec = (SshSpec) scenario.provider();
        return scenario.on(
                spec.in(
                        spec.hosts(),
                        spec.gpus(),
                        new SshSpec.Slurm(SshSpec.Launcher.SRUN, "17", 2, Optional.empty())));
    }

    private static Scenario of(Path folder, String networkInterface, String executor)
            throws IOException {
        return read(folder, TEXT.formatted(networkInterface, executor));
    }

    private static Scenario read(Path folder, String text) throws IOException {
        Path file = Files.createTempFile(folder, "ssh", ".yaml");
        Files.writeString(file, text);
        return ((ScenarioFile.Loaded) ScenarioLoader.load(file, List.of())).scenarios().getFirst();
    }
}
