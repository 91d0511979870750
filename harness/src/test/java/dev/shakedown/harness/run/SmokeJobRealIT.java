package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.ray.JobStatus;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayJob;
import dev.shakedown.harness.cluster.ray.RealRay;
import dev.shakedown.harness.scenario.SmokeSpec;
import dev.shakedown.workloads.smoke.PiLine;
import dev.shakedown.workloads.smoke.SmokeOutcome;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The Pi job on a real Ray: what it prints, and the ends that are not its own. */
class SmokeJobRealIT {
    private static final SmokeSpec SHORT =
            new SmokeSpec(1_500_000, 1, 1000, Duration.ofSeconds(150));
    private static final SmokeSpec HOPELESS =
            new SmokeSpec(100_000, 300, 1000, Duration.ofSeconds(30));
    private static final SmokeSpec LONG =
            new SmokeSpec(100_000, 120, 1000, Duration.ofSeconds(240));

    /** One small cluster serves all of it; the last part ends it. */
    @Test
    void everyEndIsAnOutcome() throws Exception {
        try (RealRay cluster = RealRay.start(RealRay.PINNED, 1, 2);
                RayClient ray = cluster.client()) {
            printsTheFieldsOfTheContract(ray);
            timeoutStopsTheJobAndSaysWhatItWaitedFor(ray);
            missingNodesAreNamed(ray);
            deadHeadIsAnOutcomeToo(cluster, ray);
        }
    }

    private static void printsTheFieldsOfTheContract(RayClient ray) throws Exception {
        Seen seen = new Seen();

        SmokeResult result = new SmokeJob(ray, seen, System::nanoTime).run(SHORT, 1, 2);

        assertThat(result.outcome()).as("%s", result).isInstanceOf(SmokeOutcome.Passed.class);
        assertThat(result.evidence()).isEmpty();
        assertThat(result.tasks())
                .extracting(PiLine.Task::inside)
                .as("every task draws its own samples")
                .doesNotHaveDuplicates();
        assertThat(seen.bars).hasSize(1).allSatisfy((n, f) -> assertThat(f).isEqualTo(1.0));
        assertThat(seen.said).filteredOn(line -> line.contains("no CUDA device")).hasSize(1);
        assertThat(GoldenSteps.of(result.log()))
                .containsKeys("start", "placed", "progress", "task", "end")
                .allSatisfy(
                        (step, fields) ->
                                assertThat(fields)
                                        .isEqualTo(
                                                GoldenSteps.ofContract("pi-job.jsonl").get(step)));
    }

    private static void timeoutStopsTheJobAndSaysWhatItWaitedFor(RayClient ray) throws Exception {
        SmokeResult result = new SmokeJob(ray, new Seen(), System::nanoTime).run(HOPELESS, 1, 2);

        assertThat(result.outcome().text())
                .containsPattern("2 of 2 tasks not finished after \\d+ s");
        assertThat(ray.jobs().list())
                .filteredOn(job -> job.submissionId().isPresent())
                .extracting(RayJob::status)
                .containsExactlyInAnyOrder(JobStatus.SUCCEEDED, JobStatus.FAILED);
    }

    private static void missingNodesAreNamed(RayClient ray) throws Exception {
        SmokeResult missing = new SmokeJob(ray, new Seen(), System::nanoTime).run(LONG, 3, 2);

        assertThat(missing.outcome()).isInstanceOf(SmokeOutcome.NotFinished.class);
        assertThat(missing.outcome().text()).contains("3 node(s) with 2 GPU(s) wanted, 2 missing");
    }

    private static void deadHeadIsAnOutcomeToo(RealRay cluster, RayClient ray) throws Exception {
        try (var thread = Executors.newVirtualThreadPerTaskExecutor()) {
            Seen seen = new Seen();
            Future<SmokeResult> running =
                    thread.submit(() -> new SmokeJob(ray, seen, System::nanoTime).run(LONG, 1, 2));
            assertThat(seen.burning.await(120, TimeUnit.SECONDS)).isTrue();

            cluster.killNode(0);

            SmokeResult result = running.get(60, TimeUnit.SECONDS);
            assertThat(result.outcome().text())
                    .contains("lost Ray in mid-job")
                    .contains("no answer from Ray's dashboard");
        }
    }

    private static final class Seen implements Progress {
        private final Queue<String> said = new ConcurrentLinkedQueue<>();
        private final Map<String, Double> bars = new ConcurrentHashMap<>();
        private final CountDownLatch burning = new CountDownLatch(1);

        @Override
        public void say(String line) {
            said.add(line);
            if (line.contains("burning")) {
                burning.countDown();
            }
        }

        @Override
        public void bar(String name, double fraction) {
            bars.put(name, fraction);
        }
    }
}
