package dev.shakedown.harness.run;

import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.SshSpec;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** The blocks of a scenario that say how nodes start, by name, as JSON text. */
final class ClusterAsked {
    private static final JsonMapper JSON = JsonMapper.shared();

    private ClusterAsked() {}

    static Map<String, String> of(Scenario scenario) {
        Map<String, String> asked = new TreeMap<>();
        Stream.of("cluster", scenario.cluster().provider().key(), "faults")
                .filter(scenario.resolved()::containsKey)
                .forEach(
                        block ->
                                asked.put(
                                        block,
                                        JSON.writeValueAsString(scenario.resolved().get(block))));
        // Where the scenario says "those of my allocation", it says the same of others.
        if (scenario.provider() instanceof SshSpec ssh) {
            asked.put("hosts", String.join(", ", ssh.hosts()));
        }
        return asked;
    }
}
