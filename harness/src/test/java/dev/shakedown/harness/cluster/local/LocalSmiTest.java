package dev.shakedown.harness.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.gpu.GpuReading;
import dev.shakedown.harness.cluster.gpu.GpuReadings;
import dev.shakedown.harness.cluster.gpu.NvidiaSmi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real script on a driver that is none. */
@Timeout(20)
class LocalSmiTest {
    private static final String OF_TWO_GPUS =
            """
            #!/bin/sh
            case "$*" in
              *clocks_event_reasons*) echo "not a valid field to query" >&2; exit 2 ;;
              *clocks_throttle_reasons.active*loop*|*clocks_throttle_reasons.active*"-l 1"*) ;;
              *) exit 3 ;;
            esac
            echo $$ > "$(dirname "$0")/pid"
            while :; do
              echo "0, GPU-a, 71.52, 0, 4, 345, 31, 0x0000000000000001"
              echo "1, GPU-b, 70.11, 0, 4, 345, 30, 0x0000000000000001"
              sleep 0.05
            done
            """;

    @TempDir private Path bin;

    @Test
    void olderDriverIsAskedByItsOwnNamesAndEndsWithTheLoad() throws Exception {
        write(OF_TWO_GPUS);
        ProcessHandle driver;
        try (NvidiaSmi smi = new NvidiaSmi(List.of(here(1)), Duration.ofMinutes(1))) {
            GpuReadings read = first(smi);
            assertThat(read.gpus()).extracting(GpuReading::uuid).containsExactly("GPU-a");
            String pid = Files.readString(bin.resolve("pid")).strip();
            driver = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        }
        // The test's time limit ends the wait.
        driver.onExit().join();
        assertThat(driver.isAlive()).isFalse();
    }

    /** As after kill -9 of Shakedown: the end of the pipe is gone. */
    @Test
    void endsAtItsNextLineWhenNobodyReads() throws Exception {
        write(OF_TWO_GPUS);
        String[] script = new String[1];
        new NvidiaSmi(List.of(new Noting(script)), Duration.ofMinutes(1)).read();
        while (script[0] == null) {
            Thread.onSpinWait();
        }
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", withPath(script[0]));
        Process process = builder.start();
        assertThat(process.getInputStream().read()).isEqualTo('0');
        process.getInputStream().close();
        assertThat(process.waitFor()).isNotZero();
    }

    @Test
    void machineWithoutADriverSaysSo() throws Exception {
        try (NvidiaSmi smi = new NvidiaSmi(List.of(here(2)), Duration.ofMinutes(1))) {
            GpuReadings none = first(smi);
            assertThat(none.gpus()).isEmpty();
            assertThat(none.troubles()).singleElement().asString().contains("nvidia-smi");
        }
    }

    private String withPath(String script) {
        return "PATH=%s:/usr/bin:/bin; ".formatted(bin) + script;
    }

    private NvidiaSmi.Host here(int gpus) {
        LocalSmi local = new LocalSmi(gpus, Duration.ofMinutes(1));
        return new NvidiaSmi.Host() {
            @Override
            public String name() {
                return local.name();
            }

            @Override
            public boolean uses(int gpu) {
                return local.uses(gpu);
            }

            @Override
            public void run(String script, Consumer<String> onLine) {
                local.run(withPath(script), onLine);
            }
        };
    }

    /** Notes what it is to run. */
    private record Noting(String[] script) implements NvidiaSmi.Host {
        @Override
        public String name() {
            return "here";
        }

        @Override
        public boolean uses(int gpu) {
            return true;
        }

        @Override
        public void run(String text, Consumer<String> onLine) {
            script[0] = text;
        }
    }

    private void write(String program) throws IOException {
        Path file = Files.writeString(bin.resolve("nvidia-smi"), program);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static GpuReadings first(NvidiaSmi smi) throws InterruptedException {
        GpuReadings read = smi.read();
        while (read.gpus().isEmpty() && read.troubles().isEmpty()) {
            Thread.sleep(5);
            read = smi.read();
        }
        return read;
    }
}
