package dev.shakedown.simulator.ray;

import dev.shakedown.simulator.SimulatedNode;
import dev.shakedown.simulator.engine.Gpu;
import dev.shakedown.simulator.engine.Ticks;
import dev.shakedown.simulator.fault.Effect;
import dev.shakedown.simulator.fault.Faults;
import dev.shakedown.simulator.http.Exchange;
import dev.shakedown.simulator.http.Handler;
import dev.shakedown.simulator.http.Json;
import dev.shakedown.simulator.http.Routes;
import dev.shakedown.simulator.http.TextSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** The job API. Runs Shakedown's own jobs; any other entrypoint fails and says why. */
final class Jobs {
    private static final Set<String> SUBMIT_KEYS =
            Set.of(
                    "entrypoint",
                    "submission_id",
                    "job_id",
                    "runtime_env",
                    "metadata",
                    "entrypoint_num_cpus",
                    "entrypoint_num_gpus",
                    "entrypoint_memory",
                    "entrypoint_resources",
                    "entrypoint_label_selector");
    private static final Duration PENDING = Duration.ofMillis(200);
    private static final Duration RUN = Duration.ofMillis(2500);
    private static final Duration TAIL = Duration.ofMillis(100);

    private final Map<String, Job> jobs = new LinkedHashMap<>();
    private final Set<String> packages = new HashSet<>();
    private final Place place;
    private final Ticks loop;
    private final SplittableRandom random;
    private final InstantSource clock;

    /**
     * Where jobs run.
     *
     * @param nodes that Ray knows of now
     * @param gpusTaken on each of them
     */
    record Place(
            Supplier<List<SimulatedNode>> nodes,
            Gpu gpu,
            Faults faults,
            Supplier<List<Integer>> gpusTaken) {}

    Jobs(Place place, Ticks loop, InstantSource clock, long seed) {
        this.place = place;
        this.loop = loop;
        this.clock = clock;
        this.random = new SplittableRandom(seed);
    }

    void addTo(Routes routes) {
        routes.on("GET", "/api/jobs/", this::list)
                .on("POST", "/api/jobs/", this::submit)
                .on("GET", "/api/jobs/{id}", with((e, job) -> e.json(200, job.details())))
                .on("DELETE", "/api/jobs/{id}", with(this::delete))
                .on("POST", "/api/jobs/{id}/stop", with(this::stop))
                .on(
                        "GET",
                        "/api/jobs/{id}/logs",
                        with((e, job) -> e.json(200, Json.object().put("logs", job.log()))))
                .on("GET", "/api/jobs/{id}/logs/tail", with(this::tail))
                .on("GET", "/api/packages/{protocol}/{name}", this::hasPackage)
                .on("PUT", "/api/packages/{protocol}/{name}", this::putPackage);
    }

    Iterable<Job> all() {
        return jobs.values();
    }

    private interface OnJob {
        void handle(Exchange exchange, Job job);
    }

    private Handler with(OnJob action) {
        return exchange -> {
            String id = exchange.pathValue("id");
            Optional<Job> job =
                    jobs.values().stream()
                            .filter(j -> j.id().equals(id) || j.jobId().equals(id))
                            .findFirst();
            job.ifPresentOrElse(
                    found -> action.handle(exchange, found),
                    () -> exchange.text(404, "Job " + id + " does not exist"));
        };
    }

    private void list(Exchange exchange) {
        ArrayNode all = Json.array();
        jobs.values().forEach(job -> all.add(job.details()));
        exchange.json(200, all);
    }

    private void submit(Exchange exchange) {
        JsonNode body;
        try {
            body = Json.read(exchange.body());
        } catch (JacksonException notJson) {
            exchange.text(400, "Traceback (most recent call last):\njson.decoder.JSONDecodeError");
            return;
        }
        Optional<String> wrong = wrong(body);
        if (wrong.isPresent()) {
            exchange.text(400, "Traceback (most recent call last):\n" + wrong.get());
            return;
        }
        String id =
                body.path("submission_id")
                        .asString(
                                body.path("job_id")
                                        .asString("raysubmit_" + SimulatedNode.hex(random, 16)));
        if (jobs.containsKey(id)) {
            exchange.text(
                    500,
                    "Traceback (most recent call last):\nValueError: Job with submission_id "
                            + id
                            + " already exists. Please use a different submission_id.");
            return;
        }
        Job job = new Job(id, body, place.nodes.get().getFirst(), jobs.size() + 1, clock.millis());
        jobs.put(id, job);
        loop.after(PENDING, () -> start(job, body));
        exchange.json(200, Json.object().put("job_id", id).put("submission_id", id));
    }

    private static Optional<String> wrong(JsonNode body) {
        if (!body.isObject() || !body.path("entrypoint").isString()) {
            return Optional.of("TypeError: entrypoint must be a string");
        }
        for (Map.Entry<String, JsonNode> field : body.properties()) {
            if (!SUBMIT_KEYS.contains(field.getKey())) {
                return Optional.of(
                        "TypeError: JobSubmitRequest.__init__() got an unexpected keyword argument '"
                                + field.getKey()
                                + "'");
            }
        }
        for (JsonNode value : body.path("metadata").values()) {
            if (!value.isString()) {
                return Optional.of("TypeError: metadata values must be strings");
            }
        }
        return Optional.empty();
    }

    private void start(Job job, JsonNode body) {
        if (job.status().terminal()) {
            return;
        }
        Optional<String> missing = missingPackage(body);
        if (missing.isPresent()) {
            job.say("Runtime env setup failed: " + missing.get());
            job.failSetup(missing.get(), clock.millis());
            return;
        }
        job.run();
        job.say("INFO job_manager.py:581 -- Runtime env is setting up.");
        job.say("Running entrypoint for job " + job.id() + ": " + job.entrypoint());
        try {
            new Programs(place.nodes.get(), place.gpu, place.faults)
                    .script(job.entrypoint(), place.gpusTaken.get())
                    .ifPresentOrElse(script -> play(job, script), () -> unknown(job));
        } catch (NumberFormatException notANumber) {
            fail(job, "error: " + notANumber.getMessage(), 2);
        } catch (RuntimeException bug) {
            // A job's boundary: it would be running for ever.
            fail(job, "SIMULATED: a bug of the simulator: " + bug, 1);
        }
    }

    private void unknown(Job job) {
        fail(
                job,
                "SIMULATED: only " + Programs.NAMES + " are simulated, not: " + job.entrypoint(),
                127);
    }

    private void fail(Job job, String line, int code) {
        job.say(line);
        job.exit(code, clock.millis());
    }

    private void play(Job job, Script script) {
        for (Script.Step step : script.steps()) {
            later(job, step.at(), () -> job.say(step.text()));
        }
        later(job, 1.02, () -> job.exit(script.exitCode(), clock.millis()));
        if (place.faults.value(Effect.JOB_LOST).isPresent()) {
            later(job, .5, () -> jobs.remove(job.id()));
        }
    }

    private void later(Job job, double at, Runnable action) {
        loop.after(
                Duration.ofNanos((long) (RUN.toNanos() * at)),
                () -> {
                    if (!job.status().terminal()) {
                        action.run();
                    }
                });
    }

    private Optional<String> missingPackage(JsonNode body) {
        String uri = body.path("runtime_env").path("working_dir").asString("");
        return uri.startsWith("gcs://") && !packages.contains(uri)
                ? Optional.of("Failed to download " + uri + " from the GCS. Not found.")
                : Optional.empty();
    }

    private void stop(Exchange exchange, Job job) {
        boolean alive = !job.status().terminal();
        if (alive) {
            job.stop(clock.millis());
        }
        exchange.json(200, Json.object().put("stopped", alive));
    }

    private void delete(Exchange exchange, Job job) {
        if (!job.status().terminal()) {
            exchange.text(
                    500,
                    "Traceback (most recent call last):\nRuntimeError: Attempted to delete job '"
                            + job.id()
                            + "', but it is in a non-terminal state "
                            + job.status()
                            + ".");
            return;
        }
        jobs.remove(job.id());
        exchange.json(200, Json.object().put("deleted", true));
    }

    private void tail(Exchange exchange, Job job) {
        Optional<TextSocket> socket = exchange.upgrade();
        if (socket.isEmpty()) {
            exchange.text(
                    400, "No WebSocket UPGRADE hdr: None\n Can \"Upgrade\" only to \"WebSocket\".");
            return;
        }
        follow(socket.get(), job, 0);
    }

    private void follow(TextSocket socket, Job job, int sent) {
        if (!socket.open()) {
            return;
        }
        // The status first: a line said after it was read would otherwise be lost at the end.
        boolean ended = job.status().terminal();
        String log = job.log();
        if (log.length() > sent) {
            socket.send(log.substring(sent));
        }
        if (ended) {
            socket.close();
        } else {
            loop.after(TAIL, () -> follow(socket, job, log.length()));
        }
    }

    private void hasPackage(Exchange exchange) {
        String uri = packageUri(exchange);
        if (packages.contains(uri)) {
            exchange.empty(200);
        } else {
            exchange.text(404, "Package " + uri + " does not exist");
        }
    }

    private void putPackage(Exchange exchange) {
        packages.add(packageUri(exchange));
        exchange.empty(200);
    }

    private static String packageUri(Exchange exchange) {
        return exchange.pathValue("protocol") + "://" + exchange.pathValue("name");
    }
}
