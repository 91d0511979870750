package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.workloads.fabric.FabricCheck;
import dev.shakedown.workloads.fabric.FabricJob;
import dev.shakedown.workloads.fabric.FabricLine;
import dev.shakedown.workloads.fabric.FabricLineParser;
import dev.shakedown.workloads.fabric.FabricOutcome;
import dev.shakedown.workloads.fabric.RankPlaces;
import dev.shakedown.workloads.fabric.Transports;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/** Runs the fabric job on a Ray cluster and says what that proves; every failure is an outcome. */
final class FabricRun {
    /** Ray's own start of a job, and a job that has to end itself. */
    static final Duration JOB_STARTS = Duration.ofSeconds(20);

    private static final int MOST_EVIDENCE = 6;

    private final RayJobRun jobs;
    private final Progress progress;

    /**
     * On a cluster that is up.
     *
     * @param nanoTime monotonic, as {@link System#nanoTime}
     */
    FabricRun(RayClient ray, Progress progress, LongSupplier nanoTime) {
        this.jobs = new RayJobRun(ray, nanoTime);
        this.progress = progress;
    }

    /** An interrupt stops the job, too, and stays set. */
    FabricResult run(FabricJob job, FabricCheck check) {
        RayJobRun.Ended ended =
                jobs.run(
                        new RayJobRun.Program("fabric", job.entrypoint(), FabricJob.files()),
                        JobPatience.of(job.timeout().plus(JOB_STARTS)),
                        new FabricReader(progress));
        List<FabricLine> lines = FabricLineParser.parseAll(ended.log());
        FabricOutcome outcome =
                ended.failure()
                        .map(failure -> check.outcome(lines, failure))
                        .orElseGet(() -> check.outcome(lines));
        return new FabricResult(outcome, lines, evidence(outcome, lines, ended.log()), ended.log());
    }

    private static List<String> evidence(
            FabricOutcome outcome, List<FabricLine> lines, List<String> log) {
        return switch (outcome) {
            case FabricOutcome.Passed _, FabricOutcome.TcpOnly _ -> List.of();
            case FabricOutcome.Blocked blocked -> probes(blocked);
            case FabricOutcome.WrongEnvironment _ -> List.of();
            case FabricOutcome.WrongTransport wrong -> channels(wrong, RankPlaces.of(lines), log);
            case FabricOutcome.WrongValue _ -> lines(log, "\"result\":\"wrong\"");
            case FabricOutcome.Absent _, FabricOutcome.NotFinished _ -> TellingLines.of(log);
        };
    }

    /** The same by hand, with what it said here. */
    private static List<String> probes(FabricOutcome.Blocked outcome) {
        return outcome.blocked().stream()
                .limit(MOST_EVIDENCE)
                .map(
                        tcp ->
                                "on %s: python3 -m http.server %d, and on %s: curl -m 3 http://%s:%d  # here: %s"
                                        .formatted(
                                                tcp.to(),
                                                tcp.port(),
                                                tcp.from(),
                                                tcp.to(),
                                                tcp.port(),
                                                tcp.error().orElse(tcp.result())))
                .toList();
    }

    /** Those over a transport that is not the expected one; torch's own word where it has none. */
    private static List<String> channels(
            FabricOutcome.WrongTransport wrong, RankPlaces places, List<String> log) {
        List<String> channels =
                log.stream()
                        .filter(
                                line ->
                                        FabricLineParser.parse(line)
                                                .flatMap(places::crossing)
                                                .map(Transports::kind)
                                                .filter(wrong.found()::contains)
                                                .isPresent())
                        .limit(MOST_EVIDENCE)
                        .toList();
        return channels.isEmpty() ? lines(log, "\"fabric.torch\"") : channels;
    }

    private static List<String> lines(List<String> log, String holding) {
        return log.stream().filter(line -> line.contains(holding)).limit(MOST_EVIDENCE).toList();
    }
}
