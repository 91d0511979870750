package dev.shakedown.reports.browser;

import dev.shakedown.reports.Hostile;
import dev.shakedown.reports.ReportWriter;
import dev.shakedown.reports.Runs;
import dev.shakedown.reports.SampleRun;
import dev.shakedown.reports.regression.Deltas;
import dev.shakedown.reports.regression.Regression;
import dev.shakedown.reports.run.RunStore;
import dev.shakedown.reports.trend.Trend;
import dev.shakedown.reports.trend.TrendBuilder;
import dev.shakedown.reports.trend.TrendRun;
import dev.shakedown.reports.view.RegressionBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Each kind of page once, from sample runs, as friendly and as hostile text makes it. */
record Pages(Path folder) {

    /** All, in an order in which each finds the runs that it shares with another. */
    List<Path> all() throws IOException {
        return List.of(
                run(),
                aborted(),
                shapes(),
                rates(),
                regression(),
                trend(),
                hostile(),
                hostileComparison());
    }

    private Path run() throws IOException {
        return report(written("run", SampleRun.usual()));
    }

    private Path aborted() throws IOException {
        Path directory = Files.createDirectories(folder.resolve("aborted"));
        RunStore.write(directory, Runs.aborted(Hostile.TEXT));
        return report(directory);
    }

    private Path shapes() throws IOException {
        SampleRun usual = SampleRun.usual();
        Path other = written("other-shape", usual.with(usual.shape(), 140, 16));
        return compared("shapes", List.of(folder.resolve("run"), other));
    }

    private Path rates() throws IOException {
        List<Path> runs = new ArrayList<>();
        for (int rate : List.of(5, 10, 20)) {
            Path directory = written("at-" + rate, SampleRun.usual().atRate(rate, 20));
            Map<String, ?> scenario =
                    Map.of("name", "rates", "load", Map.of("arrivals", Map.of("poisson", rate)));
            edit(directory, run -> run.set("scenario", JsonMapper.shared().valueToTree(scenario)));
            runs.add(directory);
        }
        return compared("rates", runs);
    }

    private Path regression() throws IOException {
        List<Path> before = new ArrayList<>();
        List<Path> after = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            before.add(night(2 * i, 21, "2.27.3"));
            after.add(night(2 * i + 1, 24, "2.28.1 " + Hostile.TEXT));
        }
        Regression regression = Regression.with(Deltas.defaults()).factors(Set.of("nccl"));
        return ReportWriter.regression(
                RegressionBuilder.compare(regression, before, after), folder.resolve("regression"));
    }

    /** Forty nights, of which the second half is slower, on a version with a hostile name. */
    private Path trend() {
        Random random = new Random(3);
        List<TrendRun> runs = new ArrayList<>();
        for (int night = 0; night < 40; night++) {
            boolean slow = night >= 20;
            double ttft = (slow ? 112e6 : 100e6) * (1 + 0.01 * random.nextGaussian());
            runs.add(
                    new TrendRun(
                            "run-" + night,
                            Instant.parse("2026-09-01T02:00:00Z").plus(Duration.ofDays(night)),
                            Map.of("vllm", slow ? "0.32.0 " + Hostile.TEXT : "0.31.0"),
                            Map.of("ttft.intended.p50", ttft)));
        }
        TrendBuilder builder = new TrendBuilder(runs, List.of());
        Path page = folder.resolve("trend.html");
        ReportWriter.trends(
                List.of(
                        new Trend(
                                "nightly " + Hostile.TEXT,
                                "H200 " + Hostile.TEXT,
                                "SIMULATED",
                                0,
                                runs,
                                builder.lines(List.of()),
                                builder.marks())),
                page);
        return page;
    }

    private Path hostile() throws IOException {
        Path directory = written("hostile", SampleRun.usual());
        Hostile.make(directory);
        return report(directory);
    }

    private Path hostileComparison() {
        List<Path> runs = List.of(folder.resolve("hostile"), folder.resolve("run"));
        return compared("hostile-comparison", runs);
    }

    private Path night(int minute, double tpotMs, String nccl) throws IOException {
        SampleRun usual = SampleRun.usual();
        Path directory =
                written(
                        "night-" + minute,
                        new SampleRun(minute / 2, 20, 20, usual.shape(), 180, tpotMs));
        edit(
                directory,
                run -> {
                    run.put("id", "night-" + minute);
                    run.put("startedAt", "2026-11-28T02:%02d:00Z".formatted(minute));
                    ((ObjectNode) run.path("fingerprint")).put("nccl", nccl);
                });
        return directory;
    }

    private Path written(String name, SampleRun run) throws IOException {
        Path directory = folder.resolve(name);
        run.write(directory);
        return directory;
    }

    private static Path report(Path directory) {
        ReportWriter.write(directory);
        return directory.resolve("report.html");
    }

    private Path compared(String name, List<Path> runs) {
        return ReportWriter.comparison(runs, folder.resolve(name));
    }

    private static void edit(Path directory, Consumer<ObjectNode> change) throws IOException {
        Path file = directory.resolve("run.json");
        ObjectNode run = (ObjectNode) JsonMapper.shared().readTree(Files.readString(file));
        change.accept(run);
        Files.write(file, run.toString().getBytes(StandardCharsets.UTF_8));
    }
}
