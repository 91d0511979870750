package dev.shakedown.harness.engine;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.endpoint.ServedModel;
import dev.shakedown.harness.scenario.EngineSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Which of the served models is the scenario's. */
final class ServedModelChoice {
    private ServedModelChoice() {}

    /**
     * The one that the scenario names; else the one whose id or root is the scenario's model; else
     * the only one.
     *
     * @throws StepFailedException if none fits; lists what is served
     */
    static ServedModel of(EngineSpec spec, List<ServedModel> served) {
        if (spec.servedModelName().isPresent()) {
            String name = spec.servedModelName().get();
            return first(served, model -> model.id().equals(name))
                    .orElseThrow(
                            () ->
                                    notServed(
                                            "engine.servedModelName " + name + " is not served",
                                            served));
        }
        return first(served, model -> model.id().equals(spec.model()))
                .or(() -> first(served, model -> model.root().equals(Optional.of(spec.model()))))
                .or(() -> served.size() == 1 ? Optional.of(served.getFirst()) : Optional.empty())
                .orElseThrow(() -> notServed(spec.model() + " is not served", served));
    }

    private static Optional<ServedModel> first(
            List<ServedModel> served, Predicate<ServedModel> wanted) {
        return served.stream().filter(wanted).findFirst();
    }

    private static StepFailedException notServed(String what, List<ServedModel> served) {
        List<String> lines =
                served.stream()
                        .map(
                                model ->
                                        "served: "
                                                + model.id()
                                                + model.root().map(r -> " (" + r + ")").orElse(""))
                        .toList();
        return new StepFailedException(
                what,
                "",
                lines.isEmpty() ? List.of("/v1/models lists nothing") : lines,
                "set engine.servedModelName to one of them");
    }
}
