package dev.shakedown.harness.cluster.ray;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.harness.cluster.ray.RayState.Filter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Every call against real Rays of two versions. */
@Order(2)
class RayClientRealIT {
    private static final String PROGRAM =
            """
            import sys, time, ray
            print("before", sys.argv[1], flush=True)
            ray.init()
            @ray.remote(num_gpus=1)
            class Holder:
                def ready(self): return 1
            holder = Holder.remote()
            ray.get(holder.ready.remote())
            waiting = Holder.options(num_gpus=5).remote()
            group = ray.util.placement_group([{"GPU": 7}])
            print("holding", flush=True)
            time.sleep(float(sys.argv[1]))
            print("after", flush=True)
            """;

    @Test
    void everyCallWorksOnAnOlderRayWithoutAToken() throws Exception {
        try (RealRay cluster = RealRay.start(RealRay.OLDER, 2, 2);
                RayClient ray = cluster.client();
                RayHttp http = cluster.http()) {
            assertThat(ray.authenticationMode()).contains("disabled");
            everyCallWorks(ray, RealRay.OLDER);
            pushesALogThatIsQuietForSeconds(ray, http);
        }
    }

    @Test
    void everyCallWorksOnThePinnedRayWithItsTokenAndNoOther() throws Exception {
        try (RealRay cluster = RealRay.start(RealRay.PINNED, 2, 2, Optional.of("open-sesame"));
                RayClient ray = cluster.client();
                RayHttp http = cluster.http();
                RayClient none = new RayClient(cluster.dashboard(), Optional.empty());
                RayClient wrong = new RayClient(cluster.dashboard(), Optional.of("abracadabra"))) {
            assertThat(ray.authenticationMode()).contains("token");
            assertThat(none.authenticationMode()).contains("token");
            assertThatThrownBy(none::version).hasMessageContaining("answered 401");
            assertThatThrownBy(wrong::version)
                    .hasMessageContaining("answered 403")
                    .hasMessageContaining("the token is not this cluster's");
            everyCallWorks(ray, RealRay.PINNED);
            pushesALogThatIsQuietForSeconds(ray, http);
        }
    }

    private static void everyCallWorks(RayClient ray, String version) throws Exception {
        describesTheCluster(ray, version);
        String workingDir = uploads(ray);
        followsAJobToItsEnd(ray, workingDir);
        stopsAJobThatHoldsWhatOthersWaitFor(ray, workingDir);
        tellsWhatIsNotThere(ray);
    }

    private static void describesTheCluster(RayClient ray, String version) {
        assertThat(ray.version().version()).isEqualTo(version);
        assertThat(ray.nodes())
                .hasSize(2)
                .allSatisfy(
                        node -> {
                            assertThat(node.alive()).isTrue();
                            assertThat(node.gpus()).isEqualTo(2);
                        });
        // A fresh worker's hostname comes seconds later than the node itself.
        assertThat(ray.nodes())
                .filteredOn(RayNode::head)
                .singleElement()
                .satisfies(head -> assertThat(head.hostname()).isPresent());
    }

    private static String uploads(RayClient ray) {
        WorkingDirectory files = WorkingDirectory.of(Map.of("program.py", PROGRAM));
        assertThat(ray.packages().exists(files)).isFalse();
        String uri = ray.packages().upload(files);
        assertThat(ray.packages().exists(files)).isTrue();
        return uri;
    }

    private static void followsAJobToItsEnd(RayClient ray, String workingDir) throws Exception {
        String id = ray.jobs().submit(job("short", "python program.py 2", Optional.of(workingDir)));
        try (JobLogTail tail = ray.jobs().tail(id)) {
            assertThat(readUntil(tail, "after")).contains("before 2", "holding");
        }
        RayJob ended = awaitEnd(ray, id);
        assertThat(ended.status()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(ended.metadata()).containsEntry("k", "v");
        assertThat(ray.jobs().logs(id)).contains("after\n").doesNotContain("\u001B");
        assertThat(ray.jobs().list()).anySatisfy(j -> assertThat(j.submissionId()).contains(id));
        assertThat(ray.jobs().delete(id)).isTrue();
        assertThatThrownBy(() -> ray.jobs().get(id)).hasMessageContaining("answered 404");
    }

    /** Over half a minute, in which a compressed connection or one with pings would end. */
    private static void pushesALogThatIsQuietForSeconds(RayClient ray, RayHttp http)
            throws Exception {
        String program = "for i in 1 2 3 4 5; do echo line $i; sleep 7; done; echo end";
        String id = ray.jobs().submit(job("quiet", program, Optional.empty()));
        List<String> patient = new ArrayList<>();
        List<String> replacing = new ArrayList<>();
        try (JobLogTail one = pushed(http, id, JobLogTail.SILENT);
                JobLogTail another = pushed(http, id, Duration.ofSeconds(2))) {
            long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
            while (!(patient.contains("line 5") && replacing.contains("line 5"))
                    && System.nanoTime() < end) {
                patient.addAll(one.poll(Duration.ofMillis(500)));
                replacing.addAll(another.poll(Duration.ofMillis(500)));
            }
        }
        assertThat(patient).containsSubsequence("line 1", "line 2", "line 3", "line 4", "line 5");
        assertThat(patient).doesNotHaveDuplicates();
        assertThat(replacing).as("over sockets that follow each other").isEqualTo(patient);
        assertThat(ray.jobs().stop(id)).as("it was still at work").isTrue();
    }

    private static JobLogTail pushed(RayHttp http, String id, Duration silent) {
        return new JobLogTail(
                http,
                id,
                () -> {
                    throw new AssertionError("the whole log was asked for");
                },
                silent);
    }

    private static void stopsAJobThatHoldsWhatOthersWaitFor(RayClient ray, String workingDir)
            throws Exception {
        String id =
                ray.jobs().submit(job("long", "python program.py 100", Optional.of(workingDir)));
        try (JobLogTail tail = ray.jobs().tail(id)) {
            readUntil(tail, "holding");
        }
        assertThat(
                        ray.state()
                                .actors(
                                        List.of(
                                                Filter.is("class_name", "Holder"),
                                                Filter.is("state", "ALIVE"))))
                .singleElement()
                .satisfies(actor -> assertThat(actor.nodeId()).isPresent());
        assertThat(ray.state().tasks(List.of(Filter.is("state", "FINISHED"))))
                .anySatisfy(task -> assertThat(task.name()).contains("Holder"));
        assertThat(ray.state().placementGroups(List.of(Filter.isNot("state", "REMOVED"))))
                .singleElement()
                .satisfies(group -> assertThat(group.state()).isEqualTo("PENDING"));
        assertThat(ray.state().pendingReasons())
                .anySatisfy(reason -> assertThat(reason).contains("actor Holder", "GPU=5.0"))
                .anySatisfy(reason -> assertThat(reason).startsWith("placement group"));
        assertThat(ray.clusterStatus()).contains("GPU");
        assertThat(ray.jobs().stop(id)).isTrue();
        assertThat(awaitEnd(ray, id).status()).isEqualTo(JobStatus.STOPPED);
    }

    private static void tellsWhatIsNotThere(RayClient ray) throws Exception {
        assertThatThrownBy(() -> ray.jobs().get("nobody"))
                .hasMessageContaining("answered 404")
                .hasMessageContaining("nobody does not exist");
        String id =
                ray.jobs().submit(job("bare", "true", Optional.of("gcs://_ray_pkg_deadbeef.zip")));
        RayJob ended = awaitEnd(ray, id);
        assertThat(ended.status()).isEqualTo(JobStatus.FAILED);
        assertThat(ended.errorType()).contains("RUNTIME_ENV_SETUP_FAILURE");
    }

    private static JobSubmission job(String id, String entrypoint, Optional<String> workingDir) {
        return new JobSubmission(id, entrypoint, workingDir, Map.of(), Map.of("k", "v"));
    }

    private static RayJob awaitEnd(RayClient ray, String id) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (System.nanoTime() < end) {
            RayJob job = ray.jobs().get(id);
            if (job.status().terminal()) {
                return job;
            }
            Thread.sleep(200);
        }
        throw new AssertionError(id + " did not end: " + ray.jobs().get(id));
    }

    private static List<String> readUntil(JobLogTail tail, String line)
            throws InterruptedException {
        List<String> read = new ArrayList<>();
        long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (!read.contains(line)) {
            if (System.nanoTime() > end) {
                throw new AssertionError(line + " did not come: " + read);
            }
            read.addAll(tail.poll(Duration.ofMillis(500)));
        }
        return read;
    }
}
