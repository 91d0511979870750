package dev.shakedown.harness.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.NonNull;
import tools.jackson.databind.json.JsonMapper;

/** As much of Ray's dashboard as a job sees: one node, one job, no WebSocket. */
final class FakeDashboard extends Dispatcher {
    final Queue<String> requests = new ConcurrentLinkedQueue<>();
    final Queue<String> submitted = new ConcurrentLinkedQueue<>();
    volatile String log = "";
    volatile String status = "RUNNING";
    volatile String message = "";
    volatile boolean nodeAlive = true;
    volatile int refusedSubmits;

    /** What the job says when it is stopped. */
    volatile String lastWords = "";

    /** How many questions for the job's status are not answered. */
    volatile int missed;

    /** How many of them it is still running for. */
    volatile int running;

    volatile Runnable whenSubmitted = () -> {};
    volatile Runnable whenFilesCome = () -> {};

    /** Serves on a port of its own while the work is done. */
    <T> T during(Function<URI, T> work) {
        try (MockWebServer server = new MockWebServer()) {
            server.setDispatcher(this);
            server.start();
            return work.apply(server.url("/").uri());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public MockResponse dispatch(@NonNull RecordedRequest request) {
        String target = request.getTarget();
        requests.add(request.getMethod() + " " + target);
        if (target.startsWith("/api/v0/nodes")) {
            return json(
                    """
                    {"result":true,"data":{"result":{"result":[{"node_id":"a1","node_ip":"10.0.0.1",
                    "state":"%s","state_message":"health check failed","resources_total":{"GPU":2}}]}}}
                    """
                            .formatted(nodeAlive ? "ALIVE" : "DEAD"));
        }
        if (target.equals("/api/jobs/")) {
            if (request.getMethod().equals("GET")) {
                return json("[]");
            }
            submitted.add(
                    JsonMapper.shared()
                            .readTree(String.valueOf(request.getBody().utf8()))
                            .path("submission_id")
                            .asString(""));
            whenSubmitted.run();
            return refusedSubmits-- > 0
                    ? text(500, "No available agent to submit job, please try again later.")
                    : json("{\"submission_id\":\"pi\"}");
        }
        if (target.endsWith("/logs")) {
            return json("{\"logs\":" + quoted(log) + "}");
        }
        if (target.endsWith("/stop")) {
            status = "STOPPED";
            log += lastWords;
            return json("{\"stopped\":true}");
        }
        if (target.startsWith("/api/packages/")) {
            whenFilesCome.run();
            return text(200, "");
        }
        if (target.matches("/api/jobs/[^/]+")) {
            if (missed > 0) {
                missed--;
                return text(503, "busy");
            }
            running--;
            return json(
                    "{\"status\":\"%s\",\"message\":%s}"
                            .formatted(running >= 0 ? "RUNNING" : status, quoted(message)));
        }
        return text(404, "404: Not Found");
    }

    private static String quoted(String text) {
        return JsonMapper.shared().writeValueAsString(text);
    }

    private static MockResponse json(String body) {
        return text(200, body);
    }

    private static MockResponse text(int code, String body) {
        return new MockResponse.Builder().code(code).body(body).build();
    }
}
