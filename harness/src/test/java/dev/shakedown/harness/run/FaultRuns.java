package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.diagnosis.Diagnosis;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.ScenarioFile;
import dev.shakedown.harness.scenario.ScenarioLoader;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How each scenario of {@code scenarios/faults} must end.
 *
 * @param scenario its name
 * @param end the step that fails; or {@code FAILED}, a limit is missed; or {@code ok} several steps
 *     where it depends on how fast this machine is
 * @param what id of the cause that the logs name, where a step fails ({@code -}: none); the outcome
 *     of the requests that are hit; the trace that it leaves in the run's files, a regular
 *     expression ({@code -}: none)
 */
record FaultRuns(String scenario, String end, String what) {
    static final Path FOLDER = Path.of("..", "scenarios", "faults");

    private static final String NONE = "-";
    private static final long SECOND = 1_000_000_000L;

    private static final String TABLE =
            """
            ray.worker-never-joins                ClusterUp  ray-gcs-connect
            ray.wrong-head-address                ClusterUp  ray-gcs-connect
            ray.ray-version-mismatch              ClusterUp  ray-version-mismatch
            ray.loopback-node-address             Fabric     ray-loopback-ip
            ray.wrong-interface                   Fabric     -
            ray.placement-pending                 EngineUp   pg-waiting
            gpus.gpus-held-by-old-job             Smoke      -
            gpus.no-cuda-in-task                  Smoke      no-cuda-gpus
            gpus.gpu-lost                         Smoke      xid-79
            gpus.ecc-error                        Smoke      xid-any
            gpus.slow-rank                        ok         slow GPU
            gpus.slow-node                        ok         slow GPU
            gpus.thermal-throttling               ok         SW Thermal Slowdown
            network.cross-node-tcp-blocked        Fabric     -
            network.nccl-on-sockets               Fabric     ib-no-device
            network.nccl-on-sockets-unexpected    ok         over NET/Socket
            network.ib-rail-down                  ok         but on sim-node-2 7: look there for a port
            network.shm-full                      Fabric     shm-full
            engine-start.model-missing-on-worker  EngineUp   model-path-missing
            engine-start.out-of-memory-at-load    EngineUp   cuda-oom
            engine-start.out-of-memory-at-kv-cache EngineUp  kv-none
            engine-start.silent-start             EngineUp   -
            engine-load.engine-dies               Measure    worker-died-rayv2
            engine-load.engine-killed             Measure    -
            engine-load.gpu-lost-in-load          Measure    xid-79
            engine-load.out-of-memory-in-load     Measure    cuda-oom
            engine-load.silent-engine             FAILED     Cancelled
            engine-load.silent-for-a-second       ok         E2E over 1.5 s
            engine-load.thermal-throttling        ok         sim-node-2 GPUs 0 to 7 lowered their clocks
            engine-load.slow-rank                 ok         sim-node-1 GPU 5 .*is unlike its tensor-parallel group
            engine-load.kv-preemption-storm       ok         num_preemptions_total,[^\\n]*,[1-9]
            requests.too-many-requests            FAILED     Refused(429)
            requests.service-unavailable          FAILED     Refused(503)
            requests.slow-first-byte              ok         TTFT over 3 s
            requests.connection-reset             FAILED     Broken(reset)
            requests.stalled-stream               FAILED     Cancelled
            requests.truncated-stream             FAILED     Truncated
            requests.garbage-event                FAILED     Broken(malformed event)
            requests.oversize-event               FAILED     Broken(oversize event)
            requests.error-event                  FAILED     Broken(error event)
            requests.never-ending-stream          FAILED     Broken(overrun)
            requests.split-utf8                   ok         -
            requests.several-tokens-per-event     ok         continuous_usage:4
            requests.empty-first-event            ok         first event long before the token
            requests.usage-missing                ok         ,chunks,Completed
            control.dashboard-500                 ClusterUp  -
            control.dashboard-500-in-smoke        ClusterUp|Smoke|Fabric -
            control.job-lost                      Smoke      -
            control.clock-skew                    ok         -
            """;

    /** All of them. */
    static Stream<FaultRuns> all() {
        return TABLE.lines()
                .map(line -> line.split(" +", 3))
                .map(row -> new FaultRuns(row[0], row[1], row[2]));
    }

    /** Those of some names. */
    static Stream<FaultRuns> of(String... names) {
        List<String> wanted = Arrays.asList(names);
        return all().filter(run -> wanted.contains(run.scenario));
    }

    /** Every scenario of the folder. */
    static List<Scenario> shipped() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().flatMap(file -> scenarios(file).stream()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Scenario> scenarios(Path file) {
        return ScenarioLoader.load(file, List.of()) instanceof ScenarioFile.Loaded loaded
                ? loaded.scenarios()
                : List.of();
    }

    /** Runs it, as {@code shakedown run} does. */
    void run(Path runs) {
        Scenario shipped =
                shipped().stream()
                        .filter(one -> one.name().equals(scenario))
                        .findFirst()
                        .orElseThrow();
        RunDirectory directory = RunDirectory.create(runs, scenario, Instant.now());
        RunOutcome outcome =
                new BenchmarkRun(
                                shipped,
                                directory,
                                new SilentListener(),
                                new RunOptions(Optional.empty()))
                        .execute();
        check(outcome.record(), directory);
        assertThat(directory.path().resolve("report.html")).isNotEmptyFile();
    }

    private void check(RunRecord record, RunDirectory directory) {
        switch (end) {
            case "ok" -> {
                // The rest of this machine may disturb the client, which then says so.
                assertThat(record.verdict()).isIn(Verdict.PASSED, Verdict.INVALID);
                assertThat(record.outcomes().keySet()).isSubsetOf("Completed");
                if (!what.equals(NONE)) {
                    assertThat(traces(record, directory)).containsPattern(what);
                }
            }
            case "FAILED" -> {
                assertThat(record.verdict()).isIn(Verdict.FAILED, Verdict.INVALID);
                assertThat(record.outcomes().keySet()).containsExactlyInAnyOrder("Completed", what);
                assertThat(record.limits())
                        .anySatisfy(limit -> assertThat(limit.met()).contains(false));
            }
            default -> {
                assertThat(record.verdict()).isEqualTo(Verdict.ABORTED);
                assertThat(record.reasons())
                        .anySatisfy(r -> assertThat(r.code()).matches("aborted\\.(" + end + ")"));
                assertThat(causes(directory))
                        .contains(
                                what.equals(NONE)
                                        ? "\"rootCause\" : null"
                                        : "\"id\" : \"%s\"".formatted(what));
            }
        }
    }

    /** The run's record and files as text, and in words what no single line of them says. */
    private static String traces(RunRecord record, RunDirectory directory) {
        StringBuilder traces = new StringBuilder(record.toString());
        for (String name : List.of("requests.csv.gz", "timeseries.csv.gz")) {
            Path file = directory.path().resolve(name);
            if (Files.exists(file)) {
                List<String> lines = Gunzip.lines(file);
                lines.forEach(line -> traces.append('\n').append(line));
                if (name.startsWith("requests")) {
                    lines.stream()
                            .skip(1)
                            .map(line -> line.split(",", -1))
                            .forEach(row -> words(row, traces));
                }
            }
        }
        return traces.toString();
    }

    /** Of one request: sent, first event, first and last token are the columns 3, 5, 6 and 8. */
    private static void words(String[] row, StringBuilder traces) {
        long sent = Long.parseLong(row[3]);
        long event = Long.parseLong(row[5]);
        long token = Long.parseLong(row[6]);
        long last = Long.parseLong(row[8]);
        traces.append(token - sent > SECOND * 3 ? "\nTTFT over 3 s" : "");
        traces.append(last - sent > SECOND * 3 / 2 ? "\nE2E over 1.5 s" : "");
        traces.append(token - event > SECOND / 1000 ? "\nfirst event long before the token" : "");
    }

    /** What {@link Diagnosis} wrote; a run that came to its end has none. */
    private static String causes(RunDirectory directory) {
        try {
            Path file = directory.path().resolve("diagnosis.json");
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return scenario;
    }
}
