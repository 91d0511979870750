package dev.shakedown.harness.cluster.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What the program on a host asks of a runtime, and what it makes of the answers. */
@Timeout(60)
class HostContainerTest {
    private static final String RUN = "run-7";

    @TempDir Path temporary;
    private Path folder;
    private LocalHostProgram host;

    @BeforeEach
    void make() throws IOException {
        folder = temporary.resolve("session");
        Path bin = Files.createDirectory(temporary.resolve("bin"));
        host = new LocalHostProgram(folder, bin + ":" + System.getenv("PATH"));
        host.ask("make", Map.of("files", Map.of()));
    }

    @Test
    void theRunsContainerIsRemovedByItsId() throws IOException {
        runtime("case \"$1\" in container) echo abc run-7;; esac");

        JsonNode said = end();

        assertThat(said.path("left")).isEmpty();
        assertThat(said.path("ended").toString()).contains("container shakedown-run-7-0");
        assertThat(calls()).contains("rm --force --volumes abc");
        assertThat(folder).doesNotExist();
    }

    @Test
    void aContainerWithAnotherLabelOrNoneLivesOn() throws IOException {
        for (String label : List.of("another", "")) {
            runtime("case \"$1\" in container) echo abc %s;; esac".formatted(label));

            assertThat(end().path("left")).isEmpty();
            assertThat(calls()).noneMatch(call -> call.startsWith("rm"));
        }
    }

    @Test
    void aContainerThatIsGoneIsNothingToEnd() throws IOException {
        runtime("echo 'Error response from daemon: No such container: x' >&2; exit 1");

        assertThat(end().path("left")).isEmpty();
        assertThat(folder).doesNotExist();
    }

    @Test
    void aDaemonThatDoesNotAnswerLeavesItAndItsFolder() throws IOException {
        runtime(
                "echo 'Cannot connect to the Docker daemon. Is the docker daemon running?' >&2; exit 1");

        assertThat(end().path("left").toString())
                .contains("container shakedown-run-7-0: Cannot connect to the Docker daemon");
        assertThat(temporary.resolve("session.gone")).exists();

        runtime("case \"$1\" in container) echo abc run-7;; esac");
        assertThat(end().path("left")).isEmpty();
        assertThat(temporary.resolve("session.gone")).doesNotExist();
    }

    /** Docker's info prints its JSON, and the error after it. */
    @Test
    void theFirstThingThatFailsIsTold() throws IOException {
        runtime(
                "case \"$1\" in info) echo '{\"ID\": \"\"}'; echo 'permission denied while' >&2; exit 1;; esac");
        assertThat(look().path("runtimeError").asString("")).isEqualTo("permission denied while");

        runtime(
                "case \"$1\" in info) echo '{}';; image) echo; echo 'No such image: i' >&2; exit 1;; esac");
        assertThat(look().path("imageError").asString("")).isEqualTo("No such image: i");

        runtime(
                "case \"$1\" in info) echo '{\"SecurityOptions\": [\"name=rootless\"]}';;"
                        + " image) echo sha256:0123456789abcdef;;"
                        + " run) echo ray 2.60.0; echo jobs /usr/bin/python;; esac");
        assertThat(look().path("rootless").asBoolean()).isTrue();
        assertThat(look().path("image").asString("")).isEqualTo("0123456789ab");
        assertThat(look().path("ray").asString("")).isEqualTo("2.60.0");
        assertThat(look().path("jobs").asString("")).isEqualTo("/usr/bin/python");
    }

    private void runtime(String script) throws IOException {
        Path file = temporary.resolve("bin/docker");
        Files.writeString(
                file,
                "#!/bin/sh\necho \"$*\" >> %s\n%s\n".formatted(temporary.resolve("calls"), script));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(temporary.resolve("calls"));
    }

    private JsonNode end() {
        return host.ask(
                "end",
                Map.of(
                        "run", RUN,
                        "leaders", List.of(),
                        "folders", List.of(folder.toString()),
                        "container",
                                Map.of(
                                        "runtime", "docker",
                                        "name", "shakedown-run-7-0",
                                        "image", "i",
                                        "label", Containers.LABEL)));
    }

    private JsonNode look() {
        List<String> run = List.of("docker", "run", "i");
        return host.ask(
                        "look",
                        Map.of(
                                "python", "python3",
                                "peers", List.of(),
                                "ports", List.of(),
                                "container",
                                        Map.of(
                                                "runtime",
                                                "docker",
                                                "image",
                                                "i",
                                                "needed",
                                                List.of(),
                                                "look",
                                                run,
                                                "lookWithGpus",
                                                run)))
                .path("python");
    }
}
