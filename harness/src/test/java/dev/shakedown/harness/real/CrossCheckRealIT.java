package dev.shakedown.harness.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.endpoint.EngineClient;
import dev.shakedown.harness.cluster.endpoint.MetricsPage;
import dev.shakedown.harness.cluster.local.MadeModel;
import dev.shakedown.harness.cluster.local.PythonEnvironments;
import dev.shakedown.harness.engine.RealVllm;
import dev.shakedown.harness.engine.VllmCommand;
import dev.shakedown.harness.real.BenchServe.Figures;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.LocalSpec;
import dev.shakedown.harness.scenario.Parallelism;
import dev.shakedown.reports.run.RequestRow;
import dev.shakedown.reports.run.RunFiles;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.Reason;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The same load on one real vLLM by Shakedown and by {@code vllm bench serve}, in turns: both must
 * measure the same, and what both count must be what the server counted over its whole life.
 */
@Isolated("what it measures must be all that runs")
@Timeout(900)
class CrossCheckRealIT {
    private static final int TURNS = 3;
    private static final Duration UP = Duration.ofMinutes(4);
    private static final Duration RUN = Duration.ofMinutes(3);
    private static final double TTFT_SLACK_MS = 3;

    @TempDir Path folder;
    private long inputTokens;
    private long outputTokens;

    @Test
    void bothToolsMeasureTheSameAndTheServerCountedWhatTheyDid() throws Exception {
        try (RealVllm vllm = startServer()) {
            Path scenario = RealScenarios.attach(folder, vllm.baseUrl());
            // Chat asks the tokenizer, too; the tools are compared on plain completions.
            shakedown(scenario, "--set", "load.api=chat", "--set", "load.duration=4s");
            assertCountedLikeTheServer(vllm);
            List<Figures> ours = new ArrayList<>();
            List<Figures> theirs = new ArrayList<>();
            for (int turn = 0; turn < TURNS; turn++) {
                Measured run = shakedown(scenario, "--set", "load.prompts.seed=" + (100 + turn));
                ours.add(run.figures());
                theirs.add(bench(run.equivalent(), 200 + turn));
            }
            assertCountedLikeTheServer(vllm);
            assertSame(ours, theirs);
        }
    }

    /** What one run showed by bench's rules, and bench's command line for it. */
    private record Measured(Figures figures, String equivalent) {}

    private Measured shakedown(Path scenario, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--view", "vllm"));
        arguments.addAll(List.of(more));
        try (ShakedownProcess run =
                ShakedownProcess.run(folder, scenario, arguments.toArray(String[]::new))) {
            int exit = run.exitCode(RUN);
            RunRecord record = run.record();
            assertThat(record.reasons())
                    .as("exit code %d\n%s", exit, run.tail())
                    .extracting(Reason::code)
                    .doesNotContain("reconciliation", "prefixCache")
                    .noneMatch(code -> code.startsWith("aborted"));
            assertThat(record.outcomes()).as(run.tail()).containsOnlyKeys("Completed");
            count(run.directory(), record);
            return new Measured(
                    new Figures(
                            figure(run, "Median TTFT (ms)"),
                            figure(run, "Median TPOT (ms)"),
                            figure(run, "Output token throughput (tok/s)")),
                    record.equivalents().get("vllm bench serve"));
        }
    }

    private Figures bench(String equivalent, int seed) throws Exception {
        Path bin =
                PythonEnvironments.ofUser().provide(LocalSpec.MANAGED_CPU, Progress.SILENT).bin();
        BenchServe.Result result =
                new BenchServe(bin, MadeModel.tiny(), folder).run(equivalent, seed);
        assertThat(result.failed()).isZero();
        inputTokens += result.inputTokens();
        outputTokens += result.outputTokens();
        return result.figures();
    }

    private void count(Path directory, RunRecord record) {
        inputTokens += record.rates().get("readiness.inputTokens").longValue();
        outputTokens += record.rates().get("readiness.outputTokens").longValue();
        for (RequestRow request : RunFiles.of(directory).requests().value()) {
            inputTokens += request.inputTokens();
            outputTokens += request.outputTokens();
        }
    }

    private void assertCountedLikeTheServer(RealVllm vllm) throws IOException {
        try (EngineClient client =
                new EngineClient(vllm.baseUrl(), Optional.empty(), Optional.empty())) {
            MetricsPage page = client.metrics().orElseThrow();
            assertThat(page.requestsInside()).hasValue(0);
            assertThat(page.sum("vllm:prompt_tokens_total")).hasValue(inputTokens);
            assertThat(page.sum("vllm:generation_tokens_total")).hasValue(outputTokens);
        }
    }

    private static void assertSame(List<Figures> ours, List<Figures> theirs) {
        double ttft = compare("TTFT ms", ours, theirs, Figures::ttftMs);
        double tpot = compare("TPOT ms", ours, theirs, Figures::tpotMs);
        double rate = compare("output tokens/s", ours, theirs, Figures::tokensPerSecond);
        double apartMs = median(ours, Figures::ttftMs) - median(theirs, Figures::ttftMs);
        assertThat(ttft).matches(r -> same(r) || Math.abs(apartMs) <= TTFT_SLACK_MS, "TTFT");
        assertThat(tpot).matches(CrossCheckRealIT::same, "TPOT");
        assertThat(rate).matches(CrossCheckRealIT::same, "output tokens/s");
    }

    private static boolean same(double ratio) {
        return ratio >= 0.9 && ratio <= 1.1;
    }

    /** Prints the row of a table, and returns the ratio of the medians. */
    private static double compare(
            String name, List<Figures> ours, List<Figures> theirs, ToDoubleFunction<Figures> by) {
        double ratio = median(ours, by) / median(theirs, by);
        System.out.printf(
                Locale.ROOT,
                "cross-check %-16s shakedown %s  vllm bench serve %s  ratio %.3f%n",
                name,
                row(ours, by),
                row(theirs, by),
                ratio);
        return ratio;
    }

    private static String row(List<Figures> all, ToDoubleFunction<Figures> by) {
        double[] sorted = all.stream().mapToDouble(by).sorted().toArray();
        return String.format(
                Locale.ROOT, "%8.2f (%.2f to %.2f)", median(all, by), sorted[0], sorted[TURNS - 1]);
    }

    private static double median(List<Figures> all, ToDoubleFunction<Figures> by) {
        return all.stream().mapToDouble(by).sorted().skip(TURNS / 2).findFirst().orElseThrow();
    }

    private static double figure(ShakedownProcess run, String name) {
        Matcher line = Pattern.compile(Pattern.quote(name) + " +([0-9.,]+)").matcher(run.output());
        assertThat(line.find()).as("%s in\n%s", name, run.tail()).isTrue();
        return Double.parseDouble(line.group(1).replace(",", ""));
    }

    /** On a core of its own: what the tools do beside it must not slow it. */
    private RealVllm startServer() throws Exception {
        int port = freePort();
        EngineSpec spec =
                new EngineSpec(
                        EngineSpec.BUILTIN_TINY,
                        Optional.empty(),
                        Optional.empty(),
                        new Parallelism(1, 1, 1),
                        EngineSpec.Executor.MP,
                        List.of("--max-model-len=1024"),
                        Map.of());
        EngineCommand serve =
                VllmCommand.of(
                        spec, new EngineSite("127.0.0.1", port, MadeModel.tiny().toString(), true));
        int lastCore = Runtime.getRuntime().availableProcessors() - 1;
        List<String> argv = new ArrayList<>(List.of("taskset", "-c", String.valueOf(lastCore)));
        argv.addAll(serve.argv());
        RealVllm vllm =
                RealVllm.start(
                        new EngineCommand(argv, serve.env()), port, folder.resolve("vllm.log"));
        vllm.awaitHealthy(UP);
        return vllm;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
