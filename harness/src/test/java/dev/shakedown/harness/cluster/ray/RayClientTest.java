package dev.shakedown.harness.cluster.ray;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.harness.cluster.ray.RayState.Filter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipInputStream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RayClientTest {
    private static final String HEAD = "cc63e77cc56ea9dbc02731af3c77348e9cb83027fad18b8c27ccde82";

    private final MockWebServer server = new MockWebServer();
    private RayClient client;

    @BeforeEach
    void start() throws IOException {
        server.start();
        client = new RayClient(server.url("/").uri(), Optional.of("secret"));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void versionIsReadFromBelowTheBasePath() throws Exception {
        answerWith("version.json");
        RayClient behindProxy = new RayClient(server.url("/ray").uri(), Optional.empty());

        assertThat(behindProxy.version().version()).isEqualTo("2.60.0");
        RecordedRequest request = server.takeRequest();
        assertThat(request.getTarget()).isEqualTo("/ray/api/version");
        assertThat(request.getHeaders().get("Authorization")).isNull();
    }

    @Test
    void requestsCarryTheTokenAndNothingThatLooksLikeABrowser() throws Exception {
        answerWith("version.json");

        client.version();

        RecordedRequest request = server.takeRequest();
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer secret");
        assertThat(request.getHeaders().get("User-Agent")).doesNotStartWith("Mozilla");
        assertThat(request.getHeaders().names())
                .noneMatch(name -> name.matches("(?i)origin|referer|sec-fetch-.*"));
    }

    @Test
    void authenticationModeIsEmptyForARayThatHasNone() {
        answerWith("authentication_mode.json");
        answer(404, "404: Not Found");

        assertThat(client.authenticationMode()).contains("disabled");
        assertThat(client.authenticationMode()).isEmpty();
    }

    @Test
    void nodesCarryResourcesAndHostnames() {
        answerWith("v0-nodes.json");
        answerWith("nodes-summary.json");

        assertThat(client.nodes())
                .hasSize(2)
                .filteredOn(RayNode::head)
                .singleElement()
                .satisfies(
                        head -> {
                            assertThat(head.id()).isEqualTo(HEAD);
                            assertThat(head.ip()).isEqualTo("10.77.0.11");
                            assertThat(head.gpus()).isEqualTo(8);
                            assertThat(head.alive()).isTrue();
                            assertThat(head.hostname()).contains("vm");
                            assertThat(head.resources()).containsEntry("CPU", 2.0);
                            assertThat(head.labels()).containsEntry("role", "head");
                        });
    }

    @Test
    void nodesComeFromTheSummaryWhereTheStateApiIsOff() throws Exception {
        answer(404, "404: Not Found");
        answerWith("nodes-summary.json");

        assertThat(client.nodes())
                .hasSize(2)
                .allSatisfy(
                        node -> {
                            assertThat(node.gpus()).isEqualTo(8);
                            assertThat(node.alive()).isTrue();
                        })
                .filteredOn(RayNode::head)
                .extracting(RayNode::id)
                .containsExactly(HEAD);
        server.takeRequest();
        assertThat(server.takeRequest().getTarget()).isEqualTo("/nodes?view=summary");
    }

    @Test
    void memoryOfGpusIsThatOfAllNodesAndUnknownWhereRaySeesNone() {
        answer(
                200,
                """
                {"result": true, "data": {"summary": [
                  {"gpus": [{"index": 0, "memoryUsed": 4}, {"index": 1, "memoryUsed": 75000}]},
                  {"gpus": [{"index": 0, "memoryUsed": 5}]}]}}
                """);
        answerWith("nodes-summary.json");

        assertThat(client.gpuMemoryUsed()).hasValue(75_009);
        assertThat(client.gpuMemoryUsed()).isEmpty();
    }

    @Test
    void clusterStatusIsTheTextOfRayStatus() {
        answerWith("cluster_status-format1.json");

        assertThat(client.clusterStatus()).contains("1.0/16.0 GPU", "(no resource demands)");
    }

    @Test
    void submitSendsOnlyWhatEveryVersionKnows() throws Exception {
        answer(200, "{\"job_id\": \"pi-1\", \"submission_id\": \"pi-1\"}");

        String id =
                client.jobs()
                        .submit(
                                new JobSubmission(
                                        "pi-1",
                                        "python pi.py",
                                        Optional.of("gcs://_ray_pkg_0.zip"),
                                        Map.of("K", "V"),
                                        Map.of()));

        assertThat(id).isEqualTo("pi-1");
        RecordedRequest request = server.takeRequest();
        assertThat(request.getTarget()).isEqualTo("/api/jobs/");
        assertThat(request.getBody().utf8())
                .isEqualTo(
                        "{\"entrypoint\":\"python pi.py\",\"submission_id\":\"pi-1\","
                                + "\"runtime_env\":{\"working_dir\":\"gcs://_ray_pkg_0.zip\","
                                + "\"env_vars\":{\"K\":\"V\"}},\"metadata\":{}}");
    }

    @Test
    void jobDetailsAreRead() {
        answerWith("job-details.json");

        RayJob job = client.jobs().get("pi-1795467064");

        assertThat(job.status()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(job.status().terminal()).isTrue();
        assertThat(job.submissionId()).contains("pi-1795467064");
        assertThat(job.ended()).contains(Instant.ofEpochMilli(1795467069401L));
        assertThat(job.errorType()).isEmpty();
        assertThat(job.driverExitCode()).hasValue(0);
        assertThat(job.metadata()).containsEntry("k", "v");
    }

    @Test
    void jobsAreListedAndNullsAreEmpty() {
        answerWith("jobs-list.json");

        assertThat(client.jobs().list())
                .hasSize(2)
                .first()
                .satisfies(
                        job -> {
                            assertThat(job.jobId()).isEmpty();
                            assertThat(job.errorType()).contains("JOB_ENTRYPOINT_COMMAND_ERROR");
                            assertThat(job.message().orElseThrow()).contains("No module named");
                        });
    }

    @Test
    void unknownJobStatusIsNoEnd() {
        answer(200, "{\"status\": \"HIBERNATING\", \"submission_id\": \"a\"}");

        assertThat(client.jobs().get("a").status().terminal()).isFalse();
    }

    @Test
    void stopAndDeleteSayWhetherTheyDidSomething() throws Exception {
        answer(200, "{\"stopped\": true}");
        answer(200, "{\"deleted\": true}");

        assertThat(client.jobs().stop("a")).isTrue();
        assertThat(client.jobs().delete("a")).isTrue();
        assertThat(server.takeRequest().getRequestLine()).startsWith("POST /api/jobs/a/stop");
        assertThat(server.takeRequest().getRequestLine()).startsWith("DELETE /api/jobs/a ");
    }

    @Test
    void logsComeWithoutColours() {
        answerWith("job-logs.json");

        assertThat(client.jobs().logs("a"))
                .contains("View the dashboard at http://10.77.0.11:8265 \n")
                .doesNotContain("\u001B");
    }

    @Test
    void packageIsUploadedOnceUnderItsContentsName() throws Exception {
        WorkingDirectory files = WorkingDirectory.of(Map.of("b.py", "2", "a.py", "1"));
        answer(404, "Package gcs://x.zip does not exist");
        answer(200, "");
        answer(200, "");

        String uri = client.packages().upload(files);
        String again =
                client.packages().upload(WorkingDirectory.of(Map.of("a.py", "1", "b.py", "2")));

        assertThat(uri).isEqualTo(again).matches("gcs://_ray_pkg_[0-9a-f]{40}\\.zip");
        assertThat(server.getRequestCount()).isEqualTo(3);
        server.takeRequest();
        RecordedRequest put = server.takeRequest();
        assertThat(put.getRequestLine())
                .startsWith("PUT /api/packages/gcs/" + uri.substring("gcs://".length()));
        try (ZipInputStream zip =
                new ZipInputStream(new ByteArrayInputStream(put.getBody().toByteArray()))) {
            assertThat(zip.getNextEntry().getName()).isEqualTo("a.py");
            assertThat(zip.readAllBytes()).asString().isEqualTo("1");
            assertThat(zip.getNextEntry().getName()).isEqualTo("b.py");
        }
    }

    @Test
    void otherContentHasAnotherName() {
        assertThat(WorkingDirectory.of(Map.of("a.py", "1")).name())
                .isNotEqualTo(WorkingDirectory.of(Map.of("a.py", "2")).name());
    }

    @Test
    void filtersAreSentInOrder() throws Exception {
        answerWith("v0-actors-vllm-ray.json");

        List<RayActor> actors =
                client.state()
                        .actors(List.of(Filter.is("state", "ALIVE"), Filter.isNot("name", "a b")));

        assertThat(actors).hasSize(2).extracting(RayActor::className).containsOnly("RayWorkerProc");
        assertThat(actors.getFirst().pid()).hasValue(5936);
        assertThat(actors.getFirst().deathCause()).isEmpty();
        assertThat(server.takeRequest().getTarget())
                .isEqualTo(
                        "/api/v0/actors?detail=1&limit=10000"
                                + "&filter_keys=state&filter_predicates=%3D&filter_values=ALIVE"
                                + "&filter_keys=name&filter_predicates=%21%3D&filter_values=a+b");
    }

    @Test
    void placementGroupTellsItsNodes() {
        answerWith("v0-pg-vllm-ray.json");

        assertThat(client.state().placementGroups(List.of()))
                .singleElement()
                .satisfies(
                        group -> {
                            assertThat(group.state()).isEqualTo("CREATED");
                            assertThat(group.schedulingState()).contains("FINISHED");
                            assertThat(group.bundles())
                                    .hasSize(2)
                                    .allSatisfy(
                                            bundle -> {
                                                assertThat(bundle.nodeId()).isPresent();
                                                assertThat(bundle.resources())
                                                        .containsEntry("GPU", 1.0);
                                            });
                        });
    }

    @Test
    void pendingReasonsSayWhatIsWaitedFor() {
        String row = "{\"result\":true,\"msg\":\"\",\"data\":{\"result\":{\"result\":[%s]}}}";
        answer(200, row.formatted("{\"name\":\"sample\",\"required_resources\":{\"GPU\":1.0}}"));
        answer(200, row.formatted(""));
        answer(200, row.formatted("{\"placement_group_id\":\"27ee\",\"state\":\"PENDING\"}"));

        assertThat(client.state().pendingReasons())
                .containsExactly(
                        "task sample waits for {GPU=1.0}",
                        "placement group 27ee waits: PENDING, 0 bundles");
    }

    @Test
    void missingAndWrongTokenAreToldApart() {
        answer(401, "Unauthorized: Missing authentication token");
        answer(403, "Forbidden: Invalid authentication token");

        assertThatThrownBy(() -> client.version())
                .hasMessage(
                        "Ray's dashboard answered 401 to GET api/version: Unauthorized: Missing"
                                + " authentication token (this cluster asks for a token: give the"
                                + " one in RAY_AUTH_TOKEN)");
        assertThatThrownBy(() -> client.version())
                .hasMessageContaining("the token is not this cluster's")
                .hasMessageNotContaining("secret");
    }

    @Test
    void refusalsAreTyped() {
        for (int status : new int[] {404, 405, 429, 500}) {
            answer(status, "Job X does not exist\nmore");

            assertThatThrownBy(() -> client.jobs().get("X"))
                    .isInstanceOfSatisfying(
                            RayRequestException.class,
                            e -> {
                                assertThat(e.status()).isEqualTo(status);
                                assertThat(e.path()).isEqualTo("api/jobs/X");
                                assertThat(e.text()).isEqualTo("Job X does not exist");
                                assertThat(e.mayPass()).isEqualTo(status == 429);
                            });
        }
    }

    @Test
    void missingAgentMayPass() {
        answer(500, "No available agent to submit job, please try again later.");

        assertThatThrownBy(() -> client.jobs().get("X"))
                .isInstanceOfSatisfying(
                        RayRequestException.class, e -> assertThat(e.mayPass()).isTrue())
                .hasMessageContaining("dashboard agent is not up yet");
    }

    @Test
    void tracebackIsShortenedToItsReason() {
        answer(400, "Traceback (most recent call last):\n  File \"x\"\nTypeError: bad key\n");

        assertThatThrownBy(() -> client.jobs().get("X"))
                .hasMessageEndingWith(": TypeError: bad key");
    }

    @Test
    void answerThatIsNotRaysIsRecognised() {
        answer(200, "<html>login</html>");

        assertThatThrownBy(() -> client.version())
                .hasMessage("not an answer of Ray's dashboard to api/version: <html>login</html>");
    }

    @Test
    void nobodyListeningIsTyped() {
        server.close();

        assertThatThrownBy(() -> client.version())
                .isInstanceOfSatisfying(
                        RayRequestException.class,
                        e -> {
                            assertThat(e.status()).isEqualTo(RayRequestException.NO_ANSWER);
                            assertThat(e.mayPass()).isTrue();
                        })
                .hasMessageStartingWith("no answer from Ray's dashboard at http://");
    }

    private void answerWith(String sample) {
        answer(200, Samples.read(sample));
    }

    private void answer(int status, String body) {
        server.enqueue(new MockResponse.Builder().code(status).body(body).build());
    }
}
