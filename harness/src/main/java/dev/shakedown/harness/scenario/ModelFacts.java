package dev.shakedown.harness.scenario;

import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * What must be known of a model to hold a split against it. Models that are not in {@code
 * models.json}, which names its source, are not checked.
 */
record ModelFacts(List<String> names, int attentionHeads, int hiddenLayers) {

    ModelFacts {
        names = List.copyOf(names);
    }

    private static final List<ModelFacts> KNOWN = table().models();

    private record Table(String source, List<ModelFacts> models) {}

    static Optional<ModelFacts> of(String model) {
        return KNOWN.stream().filter(facts -> facts.names().contains(model)).findFirst();
    }

    private static Table table() {
        InputStream in = ModelFacts.class.getResourceAsStream("models.json");
        return JsonMapper.shared()
                .readValue(Objects.requireNonNull(in, "models.json is missing"), Table.class);
    }
}
