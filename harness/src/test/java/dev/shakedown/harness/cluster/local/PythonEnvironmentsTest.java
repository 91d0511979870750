package dev.shakedown.harness.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.StepFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The recipe on a shell script that plays Python, pip and uv. */
@Timeout(60)
class PythonEnvironmentsTest {
    private static final String FAKE =
            """
            #!/bin/sh
            echo "$*" | head -1 >> FOLDER/calls
            case "$*" in
              *"-m venv"*) for last; do :; done
                mkdir -p "$last/bin"; cp "$0" "$last/bin/python"; cp "$0" "$last/bin/uv";;
              *sysconfig*) mkdir -p FOLDER/site; echo FOLDER/site;;
              *"sys.exit(not"*) exit 0;;
              *metadata*) cat FOLDER/versions;;
              *"pip install"*)
                if [ -f FOLDER/failure ]; then cat FOLDER/failure; exit 1; fi
                echo " Downloading torch (500.0MiB)"; sleep 0.3; echo " Downloaded torch"
                echo "Installed 187 packages in 1s";;
            esac
            """;

    @TempDir Path folder;
    private final List<String> said = Collections.synchronizedList(new ArrayList<>());
    private final Progress progress =
            new Progress() {
                @Override
                public void say(String line) {
                    said.add(line);
                }

                @Override
                public void bar(String name, double fraction) {}
            };
    private PythonEnvironments environments;

    @BeforeEach
    void makeFakePython() throws IOException {
        Path python =
                Files.writeString(
                        folder.resolve("fakepython"), FAKE.replace("FOLDER", folder.toString()));
        Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(
                folder.resolve("versions"),
                "python 3.11.7\nray 2.60.0\nvllm 0.32.0+cpu\ntorch 2.13.0\n");
        environments =
                new PythonEnvironments(
                        folder.resolve("cache"), List.of("no-such-python", python.toString()));
    }

    @Test
    void makesTheEnvironmentFromHashesAloneAndAddsTheShims() throws IOException {
        PythonEnvironment made = environments.provide("managed-cpu", progress);
        assertThat(made.thirdParty()).isTrue();
        assertThat(made.label()).contains("third-party");
        assertThat(made.ray()).isEqualTo("2.60.0");
        assertThat(calls()).anyMatch(c -> c.contains("-m pip") && c.contains("--require-hashes"));
        assertThat(calls())
                .anyMatch(
                        c ->
                                c.startsWith("pip install")
                                        && c.contains("--require-hashes")
                                        && c.contains("--no-deps"));
        assertThat(folder.resolve("site/shakedown_raycpu/platform.py")).exists();
        assertThat(folder.resolve("site/vllm-0.32.0+cpu.dist-info/METADATA")).exists();
        assertThat(said).anyMatch(line -> line.contains("third-party CPU test build"));
    }

    @Test
    void isMadeOnce() throws IOException {
        environments.provide("managed-cpu", progress);
        environments.provide("managed-cpu", progress);
        assertThat(calls().stream().filter(c -> c.contains("-m venv"))).hasSize(1);
    }

    @Test
    void twoAtOnceMakeItOnceAndTheSecondSaysThatItWaits() throws Exception {
        try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<PythonEnvironment> one =
                    both.submit(() -> environments.provide("managed-cpu", progress));
            Future<PythonEnvironment> two =
                    both.submit(() -> environments.provide("managed-cpu", progress));
            assertThat(one.get()).isEqualTo(two.get());
        }
        assertThat(calls().stream().filter(c -> c.contains("-m venv"))).hasSize(1);
        assertThat(said).anyMatch(line -> line.startsWith("Another run is making"));
    }

    @Test
    void whatAKilledBuildLeftIsThrownAway() throws IOException {
        Path bin = Files.createDirectories(environments.bin("managed-cpu"));
        Files.writeString(bin.resolve("half"), "written");
        environments.provide("managed-cpu", progress);
        assertThat(bin.resolve("half")).doesNotExist();
    }

    @Test
    void anInstallerThatOutlivedItsShakedownIsEnded() throws Exception {
        Path made = Files.createDirectories(environments.bin("managed-cpu")).getParent();
        Process orphan = new ProcessBuilder("sleep", "100").start();
        Installer.note(made, orphan.toHandle());
        environments.provide("managed-cpu", progress);
        assertThat(orphan.waitFor()).isEqualTo(137);
    }

    @Test
    void aFailureLeavesNoStampAndSaysWhatToDo() throws IOException {
        Files.writeString(folder.resolve("failure"), "error: Failed to fetch: dns error\n");
        assertThatThrownBy(() -> environments.provide("managed-cpu", progress))
                .isInstanceOfSatisfying(
                        StepFailedException.class,
                        e -> {
                            assertThat(e.evidence()).anyMatch(line -> line.contains("dns error"));
                            assertThat(e.next()).contains("network");
                        });
        assertThat(environments.isMade("managed-cpu")).isFalse();
        Files.delete(folder.resolve("failure"));
        assertThat(environments.provide("managed-cpu", progress).vllm()).isEqualTo("0.32.0+cpu");
    }

    @Test
    void noPythonIsNamed() {
        PythonEnvironments none =
                new PythonEnvironments(folder.resolve("cache"), List.of("no-such-python"));
        assertThatThrownBy(() -> none.provide("managed-cpu", progress))
                .isInstanceOf(StepFailedException.class)
                .hasMessageContaining("no Python 3.11");
    }

    @Test
    void aPathMayBeTheInterpreterOrItsEnvironment() throws IOException {
        environments.provide("managed-cpu", progress);
        Path bin = environments.bin("managed-cpu");
        assertThat(environments.provide(bin.resolve("python").toString(), progress).bin())
                .isEqualTo(bin);
        assertThat(environments.provide(bin.getParent().toString(), progress).bin()).isEqualTo(bin);
    }

    @Test
    void aPythonWithoutVllmIsRefused() throws IOException {
        environments.provide("managed-cpu", progress);
        Files.writeString(folder.resolve("versions"), "python 3.11.7\nray 2.60.0\nvllm -\n");
        String path = environments.bin("managed-cpu").toString() + "/python";
        assertThatThrownBy(() -> environments.provide(path, progress))
                .hasMessageContaining("has no vllm");
    }

    @Test
    void locksPinEveryPackageByHashAndNameNoHost() {
        for (String lock :
                List.of("managed.lock.txt", "managed-cpu.lock.txt", EnvironmentRecipe.UV_LOCK)) {
            String text = EnvironmentRecipe.resource(lock);
            assertThat(text).doesNotContain("://").doesNotContain("--index");
            List<String> packages = Stream.of(text.split("\n(?=\\S)")).toList();
            assertThat(packages)
                    .isNotEmpty()
                    .allMatch(one -> one.contains("==") && one.contains("--hash=sha256:"));
        }
    }

    @Test
    void adviceFollowsWhatTheToolPrinted() {
        assertThat(Advice.after("OSError: [Errno 28] No space left on device")).contains("7 GB");
        assertThat(
                        Advice.after(
                                "The virtual environment was not created: ensurepip is not available"))
                .contains("python3-venv");
        assertThat(Advice.after("Hash mismatch for torch")).contains("pinned");
        assertThat(Advice.after("something else")).contains("local.python");
    }

    @Test
    void aDiskTooSmallNamesTheNeededSpace() {
        assertThatThrownBy(() -> Folders.requireFree(folder, 1e9, "managed-cpu"))
                .hasMessageContaining("managed-cpu needs 1000000000 GB");
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(folder.resolve("calls"));
    }
}
