package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.InParallel;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.local.TinyModel;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.SshSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Gets the model onto every host before anything starts. */
final class SshModels {
    private final Scenario scenario;
    private final SshSpec spec;

    SshModels(Scenario scenario, SshSpec spec) {
        this.scenario = scenario;
        this.spec = spec;
    }

    /** What {@code vllm serve} is given. */
    String name() {
        return model().map(model -> isTiny(model) ? tinyFolder() : model).orElse("");
    }

    /** What sees this model. */
    Optional<Containers> containers() {
        return Containers.of(scenario, spec, name());
    }

    String prepare(List<HostAgent> agents, Progress progress) {
        if (model().isEmpty()) {
            return "no engine, so no model";
        }
        String model = model().get();
        if (isTiny(model)) {
            InParallel.all(agents, this::makeTiny);
            return "builtin:tiny in %s on %d hosts".formatted(tinyFolder(), agents.size());
        }
        return new HostModels(
                        spec,
                        scenario.engine().get(),
                        containers(),
                        scenario.deadlines().modelReady(),
                        progress)
                .provide(agents);
    }

    private Optional<String> model() {
        return scenario.engine().map(EngineSpec::model);
    }

    private static boolean isTiny(String model) {
        return model.equals(EngineSpec.BUILTIN_TINY);
    }

    /** The same on every host, and short; made anew where it is missing. */
    private static String tinyFolder() {
        return SshFolder.BASE + "/shakedown-" + TinyModel.name();
    }

    private Boolean makeTiny(HostAgent agent) {
        JsonNode said =
                agent.ask(
                        python(List.of("-c", TinyModel.script(), tinyFolder()), "config.json"),
                        Duration.ofMinutes(2));
        requireDone(agent, said, "builtin:tiny could not be made");
        return true;
    }

    private Map<String, Object> python(List<String> arguments, String stamp) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("do", "python");
        request.put("python", spec.python());
        request.put("arguments", arguments);
        request.put("unless", tinyFolder() + "/" + stamp);
        containers()
                .ifPresent(
                        all -> {
                            request.put("container", all.python(Map.of(), List.of()));
                            request.put("makes", all.made());
                        });
        return request;
    }

    private static void requireDone(HostAgent agent, JsonNode said, String otherwise) {
        if (said.path("status").asInt(1) != 0) {
            throw new StepFailedException(
                    otherwise,
                    agent.host().name(),
                    said.path("tail").valueStream().map(line -> line.asString("")).toList(),
                    "check engine.model, the host's network and its Hugging Face cache");
        }
    }
}
