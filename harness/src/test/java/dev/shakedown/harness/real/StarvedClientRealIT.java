package dev.shakedown.harness.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.reports.run.RunRecord.Validity;
import dev.shakedown.reports.run.RunRecord.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client that gets too little of its core says so: the same load on the same server is VALID with
 * room, and INVALID beside processes that never sleep. {@code benchmarks/starved} is the same for
 * people.
 */
@Isolated("what it measures must be all that runs")
@Timeout(300)
class StarvedClientRealIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** A wake-up then waits for some of their slices, of 3 ms and more each. */
    private static final int SPINNERS = 6;

    /** Somebody else's work may starve it, too; that it does so three times is another matter. */
    private static final int TRIES = 3;

    private static final Set<String> CLIENTS_FAULT =
            Set.of("schedule", "sendDelay", "clientCpu", "loopThread", "clientStalls");

    private static final String SCENARIO =
            """
            schemaVersion: 1
            name: starved
            question: Does a starved client say so?
            cluster: { provider: attach, nodes: 1, gpusPerNode: 1 }
            attach: { baseUrl: "%s" }
            smoke: off
            load:
              arrivals: { poisson: 100/s }
              prompts: { inputTokens: 32, outputTokens: 20 }
              warmUp: 5s
              duration: 10s
              calibration: off
            """;

    @TempDir Path folder;
    private final List<Process> spinners = new ArrayList<>();
    private ShakedownProcess server;
    private Path scenario;

    @BeforeEach
    void serve() throws Exception {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "one core is never free");
        server = ShakedownProcess.simulate(folder, "--exact", "ttft=50ms,itl=20ms");
        server.awaitLine("\"vllm\":", PATIENCE);
        String url = JsonMapper.shared().readTree(server.output().strip()).path("vllm").asString();
        scenario = Files.writeString(folder.resolve("starved.yaml"), SCENARIO.formatted(url));
    }

    @AfterEach
    void end() {
        spinners.forEach(Process::destroyForcibly);
        server.close();
    }

    @Test
    void starvedClientMakesTheRunInvalidAndOneWithRoomDoesNot() throws Exception {
        RunRecord free = run(List.of());
        for (int i = 1; i < TRIES && free.validity() == Validity.INVALID; i++) {
            free = run(List.of());
        }
        assertThat(free.verdict()).as("%s", free.reasons()).isEqualTo(Verdict.PASSED);

        List<String> oneCore = List.of("taskset", "-c", core());
        for (int i = 0; i < SPINNERS; i++) {
            List<String> spin = new ArrayList<>(oneCore);
            spin.addAll(List.of("sh", "-c", "while :; do :; done"));
            spinners.add(new ProcessBuilder(spin).start());
        }
        RunRecord starved = run(oneCore);

        assertThat(starved.verdict()).isEqualTo(Verdict.INVALID);
        List<String> codes =
                starved.reasons().stream()
                        .map(Reason::code)
                        .filter(CLIENTS_FAULT::contains)
                        .toList();
        assertThat(codes).as("%s", starved.reasons()).contains("sendDelay");
        // The server was the same, and nothing says otherwise.
        assertThat(starved.outcomes().keySet()).containsExactly("Completed");
        assertThat(starved.reasons()).noneMatch(reason -> reason.code().equals("reconciliation"));
    }

    private RunRecord run(List<String> launcher) throws Exception {
        try (ShakedownProcess run = ShakedownProcess.run(launcher, folder, scenario)) {
            int exit = run.exitCode(PATIENCE);
            assertThat(exit).as(run.tail()).isIn(0, 4);
            RunRecord record = run.record();
            assertThat(exit).isEqualTo(record.verdict() == Verdict.INVALID ? 4 : 0);
            return record;
        }
    }

    /** The first that this process may use. */
    private static String core() throws IOException {
        Matcher allowed =
                Pattern.compile("Cpus_allowed_list:\\s*(\\d+)")
                        .matcher(Files.readString(Path.of("/proc/self/status")));
        assertThat(allowed.find()).isTrue();
        return allowed.group(1);
    }
}
