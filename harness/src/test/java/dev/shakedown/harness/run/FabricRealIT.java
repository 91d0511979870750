package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RealRay;
import dev.shakedown.workloads.fabric.FabricCheck;
import dev.shakedown.workloads.fabric.FabricJob;
import dev.shakedown.workloads.fabric.FabricLine;
import dev.shakedown.workloads.fabric.FabricOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The fabric job on a real Ray of two nodes, over Gloo: what it prints, and a rank that hangs. */
@Isolated("its deadlines are those of hosts with nothing else to do")
class FabricRealIT {
    private static final FabricCheck CHECK = new FabricCheck(Optional.empty(), Map.of());
    private static final Duration PATIENT = Duration.ofSeconds(120);
    private static final Duration IMPATIENT = Duration.ofSeconds(30);

    /** One small cluster serves both. */
    @Test
    void ranksOfTwoNodesReduceAndOneThatHangsIsNamed() throws Exception {
        try (RealRay cluster = RealRay.start(RealRay.PINNED, 2, 2);
                RayClient ray = cluster.client()) {
            reducesAndPrintsTheFieldsOfTheContract(ray);
            hangingRankIsNamedWithinTheDeadline(cluster, ray);
        }
    }

    private static FabricJob twoByTwo(Duration timeout) {
        return new FabricJob(2, 2, timeout, List.of("PATH"));
    }

    private static void reducesAndPrintsTheFieldsOfTheContract(RayClient ray) {
        FabricResult result =
                new FabricRun(ray, Progress.SILENT, System::nanoTime).run(twoByTwo(PATIENT), CHECK);

        assertThat(result.outcome())
                .as("%s", String.join("\n", result.log()))
                .isInstanceOf(FabricOutcome.Passed.class);
        FabricOutcome.Passed passed = (FabricOutcome.Passed) result.outcome();
        assertThat(passed.all().backend()).isEqualTo("gloo");
        assertThat(passed.all().ranks()).containsExactly(0, 1, 2, 3);
        assertThat(passed.all().busGbPerSecond()).isPresent();
        assertThat(passed.pairs()).hasSize(1);
        assertThat(passed.pairs().getFirst().ranks()).containsExactly(0, 2);
        assertThat(passed.directions()).isEqualTo(2);
        assertThat(GoldenSteps.of(result.log()))
                .containsKeys("fabric.start", "fabric.rank", "fabric.tcp", "fabric.torch")
                .containsKeys("fabric.allreduce", "fabric.pair", "fabric.end")
                .allSatisfy(
                        (step, fields) ->
                                assertThat(fields)
                                        .isEqualTo(
                                                GoldenSteps.ofContract("fabric-job.jsonl")
                                                        .get(step)));
    }

    /** Stopped while torch loads, which takes seconds; by then all ranks are placed. */
    private static void hangingRankIsNamedWithinTheDeadline(RealRay cluster, RayClient ray)
            throws InterruptedException {
        long began = System.nanoTime();
        AtomicReference<Exception> unstopped = new AtomicReference<>();
        Thread stopper =
                Thread.startVirtualThread(
                        () -> {
                            try {
                                cluster.stopWorker(1, "ray::Rank.load_torch");
                            } catch (IOException | InterruptedException e) {
                                unstopped.set(e);
                            }
                        });

        FabricResult result =
                new FabricRun(ray, Progress.SILENT, System::nanoTime)
                        .run(twoByTwo(IMPATIENT), CHECK);

        stopper.interrupt();
        stopper.join();
        assertThat(unstopped).hasNullValue();
        assertThat(result.outcome())
                .as("%s", String.join("\n", result.log()))
                .isInstanceOf(FabricOutcome.Absent.class);
        assertThat(result.outcome().text())
                .containsPattern(
                        "all-reduce: rank (\\d) on [^,]+; rank \\1: no answer within \\d+ s while loading torch");
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isLessThan(IMPATIENT.plus(FabricRun.JOB_STARTS));
        assertThat(result.lines()).last().isInstanceOf(FabricLine.End.class);
    }
}
