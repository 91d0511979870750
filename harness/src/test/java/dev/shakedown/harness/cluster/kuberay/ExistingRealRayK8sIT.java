package dev.shakedown.harness.cluster.kuberay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.harness.cluster.ray.JobStatus;
import dev.shakedown.harness.cluster.ray.JobSubmission;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayPython;
import dev.shakedown.harness.cluster.ray.RealRay;
import dev.shakedown.harness.real.ShakedownProcess;
import dev.shakedown.harness.scenario.ExistingRayClusterSpec;
import dev.shakedown.reports.run.RunRecord.Verdict;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs on a RayCluster of somebody else whose pods are real processes with real Ray, on which their
 * own job is at work. See {@link KubeRayRealRayK8sIT} for what that needs.
 */
@Timeout(600)
class ExistingRealRayK8sIT {
    private static final String RUN = "20260101T000000Z-existing-abcdef";
    private static final Duration UP = Duration.ofMinutes(4);
    private static final String SCENARIO =
            """
            schemaVersion: 1
            name: on-theirs
            question: Do all GPUs of their pods work?
            cluster: { provider: kuberay, nodes: 2, gpusPerNode: 2 }
            kuberay: { namespace: %s, existing: theirs, rayVersion: "%s" }
            smoke:
              monteCarloPi: { samplesPerTask: 500000, burnSeconds: 1, matrixSize: 500, timeout: 3m }
            """;

    @TempDir private Path folder;
    private Rig rig;
    private PodRunner runner;
    private ForeignRayCluster theirs;
    private PodRoute route;
    private RayClient ray;

    @BeforeEach
    void start() throws Exception {
        rig = new Rig();
        String path = RayPython.bin(RealRay.PINNED) + ":" + System.getenv("PATH");
        runner = new PodRunner(rig.kube, 3, 2, path, folder);
        theirs = ForeignRayCluster.make(rig, 2, 2, Map.of("type", "real"));
        Optional<String> token = Optional.of(ForeignRayCluster.TOKEN);
        route = Dashboard.route(rig.kube, theirs.now().head().orElseThrow(), token);
        ray = new RayClient(route.url(), token);
        awaitNodes();
        String _ =
                ray.jobs()
                        .submit(
                                new JobSubmission(
                                        "theirs",
                                        "sleep 1000",
                                        Optional.empty(),
                                        Map.of(),
                                        Map.of(),
                                        Map.of()));
    }

    @AfterEach
    void end() {
        try {
            ray.close();
            route.close();
            runner.close();
        } finally {
            rig.close();
        }
    }

    @Test
    void smokeAndEngineRunAsJobsAndOnlyTheyEnd() throws Exception {
        List<String> before = theirs.traits();
        List<String> things = rig.things();
        Path scenario =
                Files.writeString(
                        folder.resolve("on-theirs.yaml"),
                        SCENARIO.formatted(rig.namespace(), RealRay.PINNED));

        try (ShakedownProcess run = ShakedownProcess.run(folder, scenario)) {
            assertThat(run.exitCode(UP)).as(run.tail()).isZero();
            assertThat(run.record().verdict()).isEqualTo(Verdict.PASSED);
            assertThat(run.record().smoke().orElseThrow().gpus()).hasSize(4);
        }
        requireUntouched(before, things);

        engineIsReachedAndEndedByDownAlone();
        requireUntouched(before, things);
    }

    /** As a run that is killed leaves it: nothing but the ledger's page knows of the job. */
    private void engineIsReachedAndEndedByDownAlone() throws Exception {
        ExistingRayClusterSpec spec =
                new ExistingRayClusterSpec(
                        Optional.empty(), Optional.of(rig.namespace()), "theirs", Optional.empty());
        ExistingRayClusterProvider killed =
                new ExistingRayClusterProvider(
                        KubeRayScenarios.of(2, 2, spec, UP), spec, RUN, folder);
        Cluster cluster = killed.up(Progress.SILENT);
        RunningEngine engine =
                killed.startEngine(
                        site ->
                                new EngineCommand(
                                        List.of(
                                                "python3",
                                                "-m",
                                                "http.server",
                                                String.valueOf(site.port()),
                                                "--bind",
                                                site.host()),
                                        Map.of()),
                        folder.resolve("engine.log"));

        assertThat(cluster.nodes())
                .filteredOn(node -> node.gpus() > 0)
                .extracting(Cluster.Node::ip)
                .contains(engine.baseUrl().getHost());
        awaitAnswer(engine.baseUrl());
        assertThat(new KubeRayEnd().end(RUN, rig.kube.place().on("theirs")).ended())
                .containsExactly(
                        "job shakedown-vllm-%s-0 on RayCluster theirs in namespace %s"
                                .formatted(RUN, rig.namespace()));
        killed.down();
    }

    private void requireUntouched(List<String> before, List<String> things) {
        assertThat(theirs.traits()).isEqualTo(before);
        assertThat(rig.things()).isEqualTo(things);
        assertThat(ray.jobs().list())
                .filteredOn(job -> !job.status().terminal())
                .allMatch(job -> job.submissionId().equals(Optional.of("theirs")))
                .isNotEmpty();
        assertThat(ray.jobs().get("theirs").status()).isEqualTo(JobStatus.RUNNING);
    }

    private void awaitNodes() throws InterruptedException {
        long end = System.nanoTime() + UP.toNanos();
        while (ray.nodes().size() < 3) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(200);
        }
    }

    private static void awaitAnswer(URI url) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (true) {
                try {
                    assertThat(
                                    http.send(
                                                    HttpRequest.newBuilder(url).build(),
                                                    HttpResponse.BodyHandlers.discarding())
                                            .statusCode())
                            .isEqualTo(200);
                    return;
                } catch (ConnectException notYet) {
                    assertThat(System.nanoTime()).isLessThan(end);
                    Thread.sleep(200);
                }
            }
        }
    }
}
