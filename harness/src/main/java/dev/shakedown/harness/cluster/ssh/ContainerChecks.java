package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.Check.Verdict;
import dev.shakedown.harness.cluster.ShellWords;
import dev.shakedown.harness.scenario.ContainerSpec;
import dev.shakedown.harness.scenario.SshSpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Whether a host can run the scenario's image, by what its runtime said. */
final class ContainerChecks {
    private final SshSpec spec;
    private final ContainerSpec container;
    private final HostFacts facts;

    ContainerChecks(SshSpec spec, ContainerSpec container, HostFacts facts) {
        this.spec = spec;
        this.container = container;
        this.facts = facts;
    }

    /** What is wrong, as one check; empty if the image can run. */
    Optional<Check> wrong() {
        if (!facts.flag("python.runtimeThere")) {
            return failed(
                    "there is no %s on the PATH of commands over ssh".formatted(runtime()),
                    "install it on the host, or set ssh.container.runtime");
        }
        return facts.optional("python.runtimeError")
                .map(this::unusable)
                .or(() -> facts.optional("python.imageError").map(this::noImage))
                .or(this::absentPaths)
                .or(this::noGpus)
                .or(this::noPythonForJobs);
    }

    Check ok() {
        String detail = "%s, image %s %s".formatted(runtime(), container.image(), image());
        return new Check("container", Verdict.OK, detail, "");
    }

    private Check unusable(String said) {
        String lower = said.toLowerCase(Locale.ROOT);
        if (lower.contains("permission denied")) {
            return check(
                    "%s may not use %s: %s".formatted(facts.text("user"), runtime(), said),
                    "sudo usermod -aG %s %s on the host, and log in again; or use podman"
                            .formatted(runtime(), facts.text("user")));
        }
        return lower.contains("daemon running") || lower.contains("cannot connect")
                ? check(
                        "the daemon of %s does not run: %s".formatted(runtime(), said),
                        "sudo systemctl start %s on the host".formatted(runtime()))
                : check(
                        "%s does not work: %s".formatted(runtime(), said),
                        "try by hand: " + onHost("info"));
    }

    private Check noImage(String said) {
        return check(
                "the image %s is not there: %s".formatted(container.image(), said),
                onHost("pull " + ShellWords.quote(container.image())));
    }

    private Optional<Check> absentPaths() {
        List<JsonNode> absent = facts.json().at("/python/absent").valueStream().toList();
        return absent.isEmpty()
                ? Optional.empty()
                : failed(
                        "there is no "
                                + absent.stream()
                                        .map(path -> path.asString(""))
                                        .collect(Collectors.joining(", no ")),
                        "create it, or correct ssh.container.mounts and devices");
    }

    /** Docker's words without the toolkit, and Podman's. */
    private Optional<Check> noGpus() {
        return facts.optional("python.error")
                .filter(
                        said ->
                                said.contains("could not select device driver")
                                        || said.contains("nvidia.com/gpu"))
                .flatMap(
                        said ->
                                failed(
                                        "%s cannot give GPUs to a container: %s"
                                                .formatted(runtime(), said),
                                        container.runtime() == ContainerSpec.Program.PODMAN
                                                ? "install the NVIDIA Container Toolkit, then sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml"
                                                : "install the NVIDIA Container Toolkit, then sudo nvidia-ctk runtime configure --runtime=docker and restart docker"));
    }

    private Optional<Check> noPythonForJobs() {
        return facts.text("python.jobs").equals("none")
                ? failed(
                        "the image %s has no python on its PATH, only python3"
                                .formatted(container.image()),
                        "add one to the image (ln -s): jobs on Ray are started by that name")
                : Optional.empty();
    }

    private Optional<Check> failed(String detail, String next) {
        return Optional.of(check(detail, next));
    }

    private Check check(String detail, String next) {
        return new Check("container", Verdict.FAILED, facts.host() + ": " + detail, next);
    }

    private String onHost(String command) {
        List<String> ssh = new SshHost(facts.host(), spec.user(), spec.configFile()).argv();
        return ShellWords.line(Map.of(), ssh) + " " + runtime() + " " + command;
    }

    private String image() {
        return facts.text("python.image");
    }

    private String runtime() {
        return container.runtime().command();
    }
}
