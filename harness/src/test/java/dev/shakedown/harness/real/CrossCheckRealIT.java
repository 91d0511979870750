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
import org.junit.jupiter.api.Tag;
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
    /** One request after the other. */
    private static final Workload ALONE =
            new Workload("alone", 3, List.of(101, 102, 103, 104, 105, 106, 107), List.of());

    /**
     * Some of them at once. That tool stretches its gaps until their mean is the rate's; ours are
     * as they are drawn, and with these seeds their mean is within 1 % of it.
     */
    private static final Workload POISSON =
            new Workload(
                    "poisson",
                    2,
                    List.of(316, 338, 354, 358, 366),
                    List.of("load.arrivals.poisson=8/s", "load.warmUp=0s", "load.duration=5s"));

    /** Two blocks of the prefix cache, of 128 tokens each on a CPU. */
    private static final Workload SHARED_PREFIX =
            new Workload(
                    "shared prefix",
                    2,
                    List.of(401, 402, 403, 404, 405),
                    List.of(
                            "load.prompts.inputTokens=320",
                            "load.prompts.sharedPrefix={count: 3, tokens: 256}",
                            "load.warmUp=0s",
                            "load.duration=4s"));

    /** The other tool's seeds: no prompt may be there twice, it would come from the cache. */
    private static final int THEIRS = 1_000;

    private static final Duration UP = Duration.ofMinutes(4);
    private static final Duration RUN = Duration.ofMinutes(3);
    private static final double TTFT_SLACK_MS = 3;
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    /**
     * The server has a core for itself, and both tools the others: neither slows what it measures.
     */
    private static final List<String> SERVER_CORE = List.of("taskset", "-c", "" + (CORES - 1));

    private static final List<String> TOOL_CORES =
            List.of("taskset", "-c", "0-" + Math.max(0, CORES - 2));

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
            compare(scenario, ALONE);
            assertCountedLikeTheServer(vllm);
        }
    }

    /** On a server of its own; minutes, where the machine's pace drifts. */
    @Test
    @Tag("full")
    void alsoUnderPoissonAndWithSharedPrefixes() throws Exception {
        try (RealVllm vllm = startServer()) {
            Path scenario = RealScenarios.attach(folder, vllm.baseUrl());
            for (Workload workload : List.of(POISSON, SHARED_PREFIX)) {
                compare(scenario, workload);
                assertCountedLikeTheServer(vllm);
            }
        }
    }

    /**
     * A load on which both tools are compared.
     *
     * @param turns as many at least; a machine whose pace drifts gets more of them, one for each
     *     seed: what is really apart stays apart
     * @param sets what is other than in the scenario
     */
    private record Workload(String name, int turns, List<Integer> seeds, List<String> sets) {

        String[] options(int turn) {
            List<String> options = new ArrayList<>();
            for (String set : sets) {
                options.addAll(List.of("--set", set));
            }
            options.addAll(List.of("--set", "load.prompts.seed=" + seeds.get(turn)));
            return options.toArray(String[]::new);
        }

        boolean another(int turn, Comparison sofar) {
            return turn < turns || (turn < seeds.size() && !sofar.same());
        }
    }

    private void compare(Path scenario, Workload workload) throws Exception {
        List<Figures> ours = new ArrayList<>();
        List<Figures> theirs = new ArrayList<>();
        for (int turn = 0; workload.another(turn, Comparison.of(ours, theirs)); turn++) {
            Measured run = shakedown(scenario, workload.options(turn));
            assertFoundWhatIsShared(run);
            ours.add(run.figures());
            theirs.add(bench(run.equivalent(), THEIRS + workload.seeds().get(turn)));
        }
        Comparison comparison = Comparison.of(ours, theirs);
        System.out.println(workload.name() + "\n" + comparison);
        assertThat(comparison).as(workload.name()).matches(Comparison::same, "the same");
    }

    /** One after the other, every request but a prefix's first finds all whole blocks of it. */
    private static void assertFoundWhatIsShared(Measured run) {
        Optional<Double> expected =
                Optional.ofNullable(run.rates().get("prefixCache.expectedHitRatio"));
        expected.ifPresent(
                ratio ->
                        assertThat(run.rates().get("prefixCache.hitRatio"))
                                .isEqualTo(ratio)
                                .isNotEqualTo(0.0));
    }

    /** What one run showed by bench's rules, its own rates, and bench's command line for it. */
    private record Measured(Figures figures, Map<String, Double> rates, String equivalent) {}

    private Measured shakedown(Path scenario, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--view", "vllm"));
        arguments.addAll(List.of(more));
        try (ShakedownProcess run =
                ShakedownProcess.run(
                        TOOL_CORES, folder, scenario, arguments.toArray(String[]::new))) {
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
                    record.rates(),
                    record.equivalents().get("vllm bench serve"));
        }
    }

    private Figures bench(String equivalent, int seed) throws Exception {
        Path bin =
                PythonEnvironments.ofUser().provide(LocalSpec.MANAGED_CPU, Progress.SILENT).bin();
        BenchServe.Result result =
                new BenchServe(TOOL_CORES, bin, MadeModel.tiny(), folder).run(equivalent, seed);
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

    /** Both tools' figures of all turns, one figure at a time. */
    private record Comparison(Row ttftMs, Row tpotMs, Row tokensPerSecond) {
        static Comparison of(List<Figures> ours, List<Figures> theirs) {
            return new Comparison(
                    Row.of("TTFT ms", ours, theirs, Figures::ttftMs),
                    Row.of("TPOT ms", ours, theirs, Figures::tpotMs),
                    Row.of("output tokens/s", ours, theirs, Figures::tokensPerSecond));
        }

        boolean same() {
            boolean near = Math.abs(ttftMs.apart()) <= TTFT_SLACK_MS;
            return (near || ttftMs.same()) && tpotMs.same() && tokensPerSecond.same();
        }

        @Override
        public String toString() {
            return ttftMs + "\n" + tpotMs + "\n" + tokensPerSecond;
        }
    }

    /** One figure of all turns, each side sorted. */
    private record Row(String name, List<Double> ours, List<Double> theirs) {
        static Row of(
                String name,
                List<Figures> ours,
                List<Figures> theirs,
                ToDoubleFunction<Figures> figure) {
            return new Row(name, sorted(ours, figure), sorted(theirs, figure));
        }

        boolean same() {
            return ratio() >= 0.9 && ratio() <= 1.1;
        }

        double ratio() {
            return median(ours) / median(theirs);
        }

        double apart() {
            return median(ours) - median(theirs);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "cross-check %-16s shakedown %s  vllm bench serve %s  ratio %.3f",
                    name,
                    scatter(ours),
                    scatter(theirs),
                    ratio());
        }

        private static List<Double> sorted(List<Figures> all, ToDoubleFunction<Figures> figure) {
            return all.stream().mapToDouble(figure).sorted().boxed().toList();
        }

        private static double median(List<Double> sorted) {
            int half = sorted.size() / 2;
            return sorted.size() % 2 == 1
                    ? sorted.get(half)
                    : (sorted.get(half - 1) + sorted.get(half)) / 2;
        }

        private static String scatter(List<Double> sorted) {
            return String.format(
                    Locale.ROOT,
                    "%8.2f (%.2f to %.2f, %d turns)",
                    median(sorted),
                    sorted.getFirst(),
                    sorted.getLast(),
                    sorted.size());
        }
    }

    private static double figure(ShakedownProcess run, String name) {
        Matcher line = Pattern.compile(Pattern.quote(name) + " +([0-9.,]+)").matcher(run.output());
        assertThat(line.find()).as("%s in\n%s", name, run.tail()).isTrue();
        return Double.parseDouble(line.group(1).replace(",", ""));
    }

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
                        Map.of(),
                        Optional.empty());
        EngineCommand serve =
                VllmCommand.of(
                        spec, new EngineSite("127.0.0.1", port, MadeModel.tiny().toString(), true));
        List<String> argv = new ArrayList<>(SERVER_CORE);
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
