package dev.shakedown.harness.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.process.ProcFs;
import dev.shakedown.harness.cluster.process.ProcessId;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** In real namespaces, where the kernel lets this user make one. */
@Timeout(120)
class NetNamespaceTest {
    @TempDir Path folder;

    @BeforeEach
    void requireNamespaces() {
        List<String> attempt = NetNamespace.unshare(List.of("true"));
        assumeTrue(
                new HostCommand(attempt, Map.of(), Duration.ofSeconds(10))
                        .run()
                        .filter(HostCommand.Result::ok)
                        .isPresent(),
                "this machine allows no network namespace");
    }

    @Test
    void theSameCommandRunsInsideWithOnlyLoopbackAndItsStatusComesBack() throws Exception {
        Process outer = probe("look", "two words & 'quotes'");
        String output = new String(outer.getInputStream().readAllBytes());
        assertThat(output).contains("only lo: true, property 1 2, argument <two words & 'quotes'>");
        assertThat(outer.waitFor()).isEqualTo(7);
    }

    @Test
    void termTearsTheInnerOneDownBeforeTheOuterEnds() throws Exception {
        Path mark = folder.resolve("mark");
        Process outer = probe("wait", mark.toString());
        awaitReady(outer);
        outer.destroy();
        assertThat(outer.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(outer.exitValue()).isEqualTo(143);
        assertThat(mark).hasContent("torn down");
    }

    @Test
    void killingTheOuterOneTearsTheInnerOneDown() throws Exception {
        assumeTrue(LocalPreflight.onPath("setpriv"), "no setpriv");
        Path mark = folder.resolve("mark");
        Process outer = probe("wait", mark.toString());
        long inner = awaitReady(outer);
        outer.destroyForcibly().waitFor();
        ProcFs proc = new ProcFs();
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (proc.identify(inner).isPresent() && System.nanoTime() < end) {
            Thread.sleep(50);
        }
        assertThat(proc.identify(inner)).isEmpty();
        assertThat(mark).hasContent("torn down");
    }

    @Test
    void networkOfAnotherProcessWithTheSameNumberIsNotEntered() {
        ProcFs proc = new ProcFs();
        ProcessId self = proc.identify(ProcessHandle.current().pid()).orElseThrow();
        ProcessId before = new ProcessId(self.pid(), self.startTicks() - 1, self.bootId());

        assertThat(ProcessId.parse(self.text())).isEqualTo(self);
        for (ProcessId gone : List.of(before, ProcessId.parse(self.pid() + ""))) {
            assertThatThrownBy(() -> NetNamespace.runInsideOf(gone))
                    .isInstanceOf(StepFailedException.class)
                    .hasMessageContaining("the kept cluster is gone");
        }
    }

    private Process probe(String... args) throws IOException {
        List<String> argv = new ArrayList<>();
        argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        argv.addAll(
                List.of("-Xmx64m", "-Dprobe=1 2", "-cp", System.getProperty("java.class.path")));
        argv.add(NamespaceProbe.class.getName());
        argv.addAll(List.of(args));
        return new ProcessBuilder(argv).redirectErrorStream(true).start();
    }

    private static long awaitReady(Process outer) throws IOException {
        BufferedReader output = outer.inputReader();
        String line = output.readLine();
        while (line != null && !line.startsWith("ready ")) {
            line = output.readLine();
        }
        assertThat(line).isNotNull();
        return Long.parseLong(line.substring("ready ".length()));
    }
}
