package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.InParallel;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.ContainerSpec.Mount;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.SshSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model's files on all hosts: what each lacks by the sizes that the hub gives, against its free
 * disk, before anything is downloaded; then one download for each distinct filesystem.
 */
final class HostModels {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration LOOK = Duration.ofMinutes(2);
    private static final Duration SHORT = Duration.ofSeconds(30);
    private static final double GIGA = 1e9;

    private final SshSpec spec;
    private final EngineSpec engine;
    private final Optional<Containers> containers;
    private final Duration limit;
    private final Progress progress;

    HostModels(
            SshSpec spec,
            EngineSpec engine,
            Optional<Containers> containers,
            Duration limit,
            Progress progress) {
        this.spec = spec;
        this.engine = engine;
        this.containers = containers;
        this.limit = limit;
        this.progress = progress;
    }

    /** One host's answer: bytes that it lacks, of how many, and bytes that its disk has free. */
    private record Look(HostAgent agent, long missing, long total, long free, String cache) {}

    /** Returns when every host has the whole model; says in a line what was done. */
    String provide(List<HostAgent> agents) {
        List<Look> lacking =
                InParallel.all(agents, this::look).stream()
                        .filter(look -> look.missing() > 0)
                        .toList();
        if (lacking.isEmpty()) {
            return "%s is complete on %d hosts".formatted(engine.model(), agents.size());
        }
        List<List<Look>> disks = byFilesystem(lacking);
        InParallel.all(disks, disk -> roomOn(disk.getFirst()));
        List<String> done = InParallel.all(disks, this::fetch);
        // A filesystem that is shared shows the files to the others, or it was none.
        List<Look> after = InParallel.all(agents, this::look);
        after.stream().filter(look -> look.missing() > 0).findFirst().ifPresent(this::stillLacks);
        return "%s: %s".formatted(engine.model(), String.join(", ", done));
    }

    private Look look(HostAgent agent) {
        JsonNode said = agent.ask(request("model"), LOOK);
        requireDone(agent, said);
        return new Look(
                agent,
                said.path("missing").asLong(0),
                said.path("total").asLong(0),
                said.path("free").asLong(0),
                said.path("cache").asString(""));
    }

    /** Hosts that see each other's marks in the cache share it. */
    private List<List<Look>> byFilesystem(List<Look> lacking) {
        String run = UUID.randomUUID().toString().substring(0, 8);
        InParallel.all(lacking, look -> mark(look, run, "put"));
        List<String> seen = InParallel.all(lacking, look -> mark(look, run, "list"));
        InParallel.all(lacking, look -> mark(look, run, "remove"));
        Map<String, List<Look>> groups = new LinkedHashMap<>();
        for (int i = 0; i < lacking.size(); i++) {
            groups.computeIfAbsent(seen.get(i), _ -> new ArrayList<>()).add(lacking.get(i));
        }
        return List.copyOf(groups.values());
    }

    private String mark(Look look, String run, String step) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("do", "mark");
        request.put("cache", look.cache());
        request.put("run", run);
        request.put("mark", look.agent().host().name());
        request.put("step", step);
        return look.agent().ask(request, SHORT).path("marks").toString();
    }

    private boolean roomOn(Look look) {
        if (look.free() < look.missing()) {
            throw new StepFailedException(
                    "%s of %s are missing, and the disk of %s has %s free"
                            .formatted(
                                    gigabytes(look.missing()),
                                    engine.model(),
                                    look.cache(),
                                    gigabytes(look.free())),
                    look.agent().host().name(),
                    List.of(),
                    "make room, or set engine.modelCache to a folder on a larger disk");
        }
        return true;
    }

    private String fetch(List<Look> disk) {
        Look look = disk.getFirst();
        String host = look.agent().host().name();
        progress.say(
                "%s: downloading %s of %s"
                        .formatted(host, gigabytes(look.missing()), engine.model()));
        JsonNode said =
                look.agent()
                        .send(
                                request("fetch"),
                                limit,
                                output ->
                                        last(
                                                host,
                                                new BufferedReader(
                                                        new InputStreamReader(
                                                                output, StandardCharsets.UTF_8))));
        requireDone(look.agent(), said);
        return "%s downloaded on %s%s"
                .formatted(
                        gigabytes(look.missing()),
                        host,
                        disk.size() > 1 ? " for " + disk.size() + " hosts that share it" : "");
    }

    /** Every line but the last is progress. */
    private JsonNode last(String host, BufferedReader lines) throws IOException {
        JsonNode answer = JSON.createObjectNode();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            answer = JSON.readTree(line);
            double whole = answer.path("of").asDouble(0);
            if (whole > 0) {
                progress.bar(host, Math.min(1, answer.path("bytes").asDouble(0) / whole));
            }
        }
        return answer;
    }

    private void stillLacks(Look look) {
        throw new StepFailedException(
                "%s of %s are missing after the download"
                        .formatted(gigabytes(look.missing()), engine.model()),
                look.agent().host().name(),
                List.of("cache: " + look.cache()),
                "run again; a network filesystem may show new files late");
    }

    private Map<String, Object> request(String what) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("do", what);
        request.put("python", spec.python());
        request.put("model", engine.model());
        request.put("env", engine.env());
        containers.ifPresent(all -> inContainer(all, request));
        engine.hubToken().ifPresent(token -> request.put("token", token));
        return request;
    }

    private void inContainer(Containers all, Map<String, Object> request) {
        request.put("env", Containers.around(engine.env()));
        request.put("container", all.python(engine.env(), List.of("HF_TOKEN")));
        request.put("mounted", all.mounts().stream().map(Mount::source).toList());
        request.put("makes", all.made());
    }

    private void requireDone(HostAgent agent, JsonNode said) {
        String why = said.path("why").asString("");
        if (!why.isEmpty() || !said.has("missing")) {
            throw new StepFailedException(
                    "no %s: %s".formatted(engine.model(), why.isEmpty() ? "no answer" : why),
                    agent.host().name(),
                    said.path("tail").valueStream().map(line -> line.asString("")).toList(),
                    said.path("next").asString("check ssh.python"));
        }
    }

    private static String gigabytes(long bytes) {
        return bytes < GIGA / 10
                ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
                : String.format(Locale.ROOT, "%.1f GB", bytes / GIGA);
    }
}
