package dev.shakedown.reports;

import dev.shakedown.reports.run.FabricSummary;
import dev.shakedown.reports.run.FabricSummary.Direction;
import dev.shakedown.reports.run.FabricSummary.Sum;
import dev.shakedown.reports.run.FloorSummary;
import dev.shakedown.reports.run.GpuSummary;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.Interval;
import dev.shakedown.reports.run.RunRecord.LimitResult;
import dev.shakedown.reports.run.RunRecord.MetricSummary;
import dev.shakedown.reports.run.RunRecord.PercentileValue;
import dev.shakedown.reports.run.RunRecord.PhaseSpan;
import dev.shakedown.reports.run.RunRecord.Shape;
import dev.shakedown.reports.run.RunRecord.SmokeGpu;
import dev.shakedown.reports.run.RunRecord.SmokeSummary;
import dev.shakedown.reports.run.RunRecord.State;
import dev.shakedown.reports.run.RunRecord.StepSpan;
import dev.shakedown.reports.run.RunRecord.Validity;
import dev.shakedown.reports.run.RunRecord.Verdict;
import dev.shakedown.reports.run.RunStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;

/** A run directory as a real run leaves it, from a seed: Poisson arrivals, lognormal latencies. */
public record SampleRun(
        long seed,
        double rate,
        int seconds,
        Shape shape,
        double ttftMedianMs,
        double tpotMedianMs) {
    private static final long SECOND = 1_000_000_000L;
    private static final Map<Double, Integer> FLOORS =
            Map.of(50.0, 11, 90.0, 64, 95.0, 130, 99.0, 662, 99.9, 6_636);

    /** 25 requests/s for 30 s on 2 × 8 GPUs. */
    public static SampleRun usual() {
        return new SampleRun(
                42,
                25,
                30,
                new Shape(2, 8, 8, 2, 1, "meta-llama/Llama-3.1-70B-Instruct", "H100-SXM-80GB"),
                180,
                21);
    }

    public SampleRun with(Shape other, double ttftMs, double tpotMs) {
        return new SampleRun(seed + 1, rate, seconds, other, ttftMs, tpotMs);
    }

    public SampleRun atRate(double other, int otherSeconds) {
        return new SampleRun(seed, other, otherSeconds, shape, ttftMedianMs, tpotMedianMs);
    }

    /** Writes all files; returns what run.json holds. */
    public RunRecord write(Path directory) throws IOException {
        Files.createDirectories(directory.resolve("logs/node-0"));
        Files.writeString(directory.resolve("logs/node-0/vllm.log"), "INFO started\n");
        SampleLoad load = SampleLoad.draw(this);
        load.writeRequests(directory.resolve("requests.csv.gz"));
        load.writeHistograms(directory.resolve("histograms.hlog"));
        load.writeTimeSeries(directory.resolve("timeseries.csv.gz"));
        load.addGpus(directory.resolve("timeseries.csv.gz"), gpus());
        Files.writeString(
                directory.resolve("events.jsonl"),
                """
                {"t":"2026-11-23T20:00:00Z","step":"ClusterUp","event":"started","detail":"","seconds":0}
                {"t":"2026-11-23T20:00:14Z","step":"ClusterUp","event":"succeeded","detail":"head + 1 worker","seconds":14}
                """);
        RunRecord run = record(load);
        RunStore.write(directory, run);
        return run;
    }

    private RunRecord record(SampleLoad load) {
        long start = SampleLoad.LOAD_START;
        Map<String, MetricSummary> metrics = new LinkedHashMap<>();
        load.measured().forEach((key, values) -> metrics.put(key, summary(values)));
        long offered = load.offered();
        String scenario =
                "%dx%d-tp%d-pp%d"
                        .formatted(
                                shape.nodes(),
                                shape.gpusPerNode(),
                                shape.tensorParallel(),
                                shape.pipelineParallel());
        return new RunRecord(
                RunRecord.SCHEMA_VERSION,
                "20261123T200000Z-" + scenario + "-0a1b2c",
                Map.of("name", scenario, "schemaVersion", 1),
                scenario,
                "Does pipeline parallelism across two nodes keep TTFT p99 under 2 s at 25 req/s?",
                true,
                Instant.parse("2026-11-23T20:00:00Z"),
                shape,
                List.of(
                        new PhaseSpan("warmup", start, start + 5 * SECOND),
                        new PhaseSpan(
                                "measure", start + 5 * SECOND, start + (5 + seconds) * SECOND),
                        new PhaseSpan("drain", start + (5 + seconds) * SECOND, load.end())),
                steps(start, load.end()),
                fingerprint(),
                offered,
                outcomes(load),
                metrics,
                rates(load),
                Optional.of(smoke()),
                Optional.of(fabric()),
                Optional.empty(),
                Optional.of(floor()),
                Optional.of(gpus()),
                List.of(
                        new LimitResult("ttft.p99", "2 s", "640 ms", Optional.of(true)),
                        new LimitResult("tpot.p99", "80 ms", "38.2 ms", Optional.of(true)),
                        new LimitResult("errorRatio", "0.01", "0.0027", Optional.of(true)),
                        new LimitResult("achievedRate", "0.98", "0.999", Optional.empty())),
                Validity.VALID,
                State.STEADY,
                List.of(),
                Verdict.PASSED,
                equivalents());
    }

    private Map<String, Long> outcomes(SampleLoad load) {
        Map<String, Long> outcomes = new LinkedHashMap<>();
        outcomes.put("Completed", load.completed());
        outcomes.put("Broken", load.offered() - load.completed());
        return outcomes;
    }

    private Map<String, Double> rates(SampleLoad load) {
        Map<String, Double> rates = new LinkedHashMap<>();
        rates.put("requests/s", load.completed() / (double) seconds);
        rates.put("outputTokens/s", load.outputTokens() / (double) seconds);
        rates.put("wall.requests/s", load.completed() / (seconds + 7.0));
        rates.put("goodput", 0.987);
        rates.put("gpuHours", 0.58);
        rates.put("offered.requests/s", offeredRate(load));
        rates.put("startUp.engine.s", 38.4);
        rates.put("startUp.engineInit.s", 21.2);
        rates.put("startUp.firstCompletion.s", 0.31);
        rates.put("startUp.graphCapture.s", 6.1);
        rates.put("startUp.weights.s", 9.75);
        return rates;
    }

    private double offeredRate(SampleLoad load) {
        return load.offered() / (double) seconds;
    }

    private static List<StepSpan> steps(long start, long end) {
        List<StepSpan> steps = new ArrayList<>();
        String[] names = {"Preflight", "ModelReady", "ClusterUp", "Smoke", "Fabric", "EngineUp"};
        double[] ends = {0.02, 0.05, 0.28, 0.5, 0.5, 1};
        long from = 0;
        for (int i = 0; i < names.length; i++) {
            long to = (long) (start * ends[i]);
            boolean skipped = names[i].equals("ModelReady");
            steps.add(
                    new StepSpan(
                            names[i],
                            skipped ? "skipped" : "succeeded",
                            skipped ? "nothing to prepare" : "as it should",
                            from,
                            to));
            from = to;
        }
        steps.add(new StepSpan("WarmUp", "succeeded", "125 requests", start, start + 5 * SECOND));
        steps.add(new StepSpan("Measure", "succeeded", "drained", start + 5 * SECOND, end));
        steps.add(new StepSpan("Collect", "succeeded", "2 logs", end, end + SECOND));
        steps.add(
                new StepSpan("Down", "succeeded", "nothing left", end + SECOND, end + 3 * SECOND));
        return steps;
    }

    private Map<String, String> fingerprint() {
        Map<String, String> fingerprint = new LinkedHashMap<>();
        fingerprint.put("shakedown", "0.1.0");
        fingerprint.put("ray", "2.60.0");
        fingerprint.put("vllm", "0.32.0");
        fingerprint.put("gpu", shape.gpu());
        fingerprint.put("kernel", "6.8.0");
        return fingerprint;
    }

    private SmokeSummary smoke() {
        List<SmokeGpu> gpus = new ArrayList<>();
        for (int node = 0; node < shape.nodes(); node++) {
            for (int gpu = 0; gpu < shape.gpusPerNode(); gpu++) {
                double slow = node == 1 && gpu == 3 ? 0.82 : 1;
                double rate = (3050 + 7 * ((gpu * 5 + node * 3) % 8)) * slow;
                gpus.add(
                        new SmokeGpu(
                                "node-" + node,
                                String.valueOf(gpu),
                                "GPU-%08x".formatted(node * 16 + gpu + 0xabc),
                                10_000_000,
                                6.1,
                                Optional.of(rate)));
            }
        }
        List<String> findings =
                shape.nodes() < 2
                        ? List.of()
                        : List.of("GPU-00000acf on node-1 reached 82 % of its peers' median");
        return new SmokeSummary(3.141587, 160_000_000, "passed", gpus, findings);
    }

    private static FloorSummary floor() {
        return new FloorSummary(
                Instant.parse("2026-11-23T20:00:10Z"),
                200,
                7000,
                new FloorSummary.Added(610_000, 2_140_000),
                Optional.of(new FloorSummary.Added(0, 930_000)));
    }

    /** The GPU that the smoke job found slow is so under load, too. */
    private GpuSummary gpus() {
        List<GpuSummary.Gpu> gpus = new ArrayList<>();
        for (int node = 0; node < shape.nodes(); node++) {
            for (int gpu = 0; gpu < shape.gpusPerNode(); gpu++) {
                boolean slow = node == 1 && gpu == 3;
                gpus.add(
                        new GpuSummary.Gpu(
                                "node-" + node,
                                gpu,
                                "GPU-%08x".formatted(node * 16 + gpu + 0xabc),
                                node,
                                Optional.of(slow ? 312.4 : 488 + gpu),
                                Optional.of(1.0),
                                Optional.empty(),
                                Optional.of(slow ? 1395.0 : 1980.0),
                                Optional.of(slow ? 87.0 : 58 + gpu),
                                Optional.of(7.9e10),
                                slow ? "SW Thermal Slowdown 100 %" : "",
                                0,
                                slow));
            }
        }
        return new GpuSummary("nvidia-smi", List.of(), gpus, List.of());
    }

    private FabricSummary fabric() {
        int all = shape.nodes() * shape.gpusPerNode();
        List<Sum> sums = new ArrayList<>();
        sums.add(sum("all " + all + " ranks", all, 237.4));
        List<Direction> directions = new ArrayList<>();
        if (shape.nodes() > 1) {
            sums.add(sum("node-0 – node-1", 2, 46.28));
            directions.add(
                    new Direction(
                            "node-0 (10.0.0.1)",
                            "node-1 (10.0.0.2)",
                            41_023,
                            "ok",
                            Optional.of(.2)));
        }
        return new FabricSummary(
                "passed",
                all + " ranks on nccl, 237 GB/s bus",
                "nccl",
                shape.nodes() > 1 ? List.of("NET/IB/GDRDMA") : List.of(),
                sums,
                directions);
    }

    private static Sum sum(String between, int ranks, double busGbPerSecond) {
        return new Sum(
                between,
                ranks,
                268_435_456,
                Optional.of(.0058),
                Optional.of(busGbPerSecond),
                "ok",
                "");
    }

    private Map<String, String> equivalents() {
        Map<String, String> equivalents = new LinkedHashMap<>();
        equivalents.put(
                "vllm serve",
                "vllm serve %s --tensor-parallel-size %d --pipeline-parallel-size %d --max-model-len=8192"
                        .formatted(
                                shape.model(), shape.tensorParallel(), shape.pipelineParallel()));
        equivalents.put(
                "vllm bench serve",
                "vllm bench serve --model %s --dataset-name random --request-rate 25 --num-prompts 750"
                        .formatted(shape.model()));
        return equivalents;
    }

    static MetricSummary summary(Histogram values) {
        Map<String, PercentileValue> percentiles = new LinkedHashMap<>();
        for (double p : new double[] {50, 90, 95, 99, 99.9}) {
            int floor = FLOORS.get(p);
            boolean enough = values.getTotalCount() >= floor;
            percentiles.put(
                    p == Math.rint(p) ? "p" + (int) p : "p" + p,
                    new PercentileValue(
                            enough ? Optional.of(values.getValueAtPercentile(p)) : Optional.empty(),
                            enough ? OptionalInt.empty() : OptionalInt.of(floor),
                            OptionalLong.of(values.getTotalCount() / 4),
                            enough ? Optional.of(around(values, p)) : Optional.empty()));
        }
        return new MetricSummary(
                "ns",
                values.getTotalCount(),
                values.getMean(),
                values.getMinValue(),
                values.getMaxValue(),
                percentiles);
    }

    /** As if two per cent more or less of the values could lie below. */
    private static Interval around(Histogram values, double percentile) {
        return new Interval(
                OptionalLong.of(values.getValueAtPercentile(percentile - 2)),
                percentile + 2 > 100
                        ? OptionalLong.empty()
                        : OptionalLong.of(values.getValueAtPercentile(percentile + 2)));
    }
}
