package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.process.Ledger;
import dev.shakedown.harness.cluster.process.LedgerContainer;
import dev.shakedown.harness.cluster.process.LedgerHost;
import dev.shakedown.harness.cluster.process.ProcessId;
import dev.shakedown.harness.cluster.ray.RayBringUp;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What one run does on one host: its folder, its processes, each noted before it is there. */
final class SshRun {
    private static final Duration SHORT = Duration.ofSeconds(30);
    private static final int TAIL = 12;

    private final HostAgent agent;
    private final Ledger ledger;
    private final String runId;
    private final String python;
    private final String folder;
    private LedgerHost page;

    SshRun(
            HostAgent agent,
            Ledger ledger,
            String runId,
            String python,
            String folder,
            Optional<LedgerContainer> container) {
        this.agent = agent;
        this.ledger = ledger;
        this.runId = runId;
        this.python = python;
        this.folder = folder;
        this.page = agent.host().page(python, folder, container);
    }

    /** Makes the run's folder with files that only this user can read. */
    void make(Map<String, String> files) {
        ledger.put(page);
        Map<String, String> encoded = new HashMap<>();
        files.forEach(
                (name, text) ->
                        encoded.put(
                                name,
                                Base64.getEncoder()
                                        .encodeToString(text.getBytes(StandardCharsets.UTF_8))));
        Map<String, Object> request = request("make");
        request.put("files", encoded);
        agent.ask(request, SHORT);
    }

    /** Starts a process; its output goes to {@code out/<name>.log} in the run's folder. */
    RayBringUp.Started start(String name, List<String> argv, Map<String, String> env) {
        return start(name, argv, env, List.of());
    }

    /**
     * As the other.
     *
     * @param folders that are made before, where there are none
     */
    RayBringUp.Started start(
            String name, List<String> argv, Map<String, String> env, List<String> folders) {
        // Fails once the run has been ended; a process that starts after that would stay.
        ledger.put(page);
        Map<String, Object> request = request("start");
        String log = folder + "/out/" + name + ".log";
        request.put("python", python);
        request.put("run", runId);
        request.put("argv", argv);
        request.put("env", env);
        request.put("log", log);
        request.put("makes", folders);
        JsonNode started = agent.begin(request, SHORT);
        ProcessId leader =
                new ProcessId(
                        started.path("pid").asLong(),
                        started.path("startTicks").asLong(),
                        started.path("bootId").asString(""));
        page = page.with(leader);
        ledger.put(page);
        return new Remote(leader, log);
    }

    private Map<String, Object> request(String what) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("do", what);
        request.put("folder", folder);
        return request;
    }

    /** Asked at most once a second: each look is a round trip. */
    private final class Remote implements RayBringUp.Started {
        private static final long SECOND_NANOS = 1_000_000_000L;

        private final ProcessId process;
        private final String log;
        private long lookedNanos = System.nanoTime();
        private Optional<Integer> status = Optional.empty();
        private List<String> tail = List.of();

        Remote(ProcessId process, String log) {
            this.process = process;
            this.log = log;
        }

        @Override
        public synchronized Optional<Integer> ended() {
            if (status.isEmpty() && System.nanoTime() - lookedNanos > SECOND_NANOS) {
                look();
            }
            return status;
        }

        @Override
        public synchronized List<String> tail() {
            look();
            return tail;
        }

        @Override
        public String log() {
            return agent.host().name() + ":" + log;
        }

        private void look() {
            Map<String, Object> request = request("state");
            request.put("pid", process.pid());
            request.put("startTicks", process.startTicks());
            request.put("log", log);
            request.put("lines", TAIL);
            JsonNode state = agent.ask(request, SHORT);
            tail = state.path("tail").valueStream().map(line -> line.asString("")).toList();
            if (!state.path("running").asBoolean(true)) {
                status = Optional.of(state.path("status").asInt(1));
            }
            lookedNanos = System.nanoTime();
        }
    }
}
