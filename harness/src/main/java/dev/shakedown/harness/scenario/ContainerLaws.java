package dev.shakedown.harness.scenario;

import java.util.Optional;

/** What must hold between {@code ssh.container} and the rest: the container sees only mounts. */
final class ContainerLaws {
    /** Says at the first of some keys that is there what is wrong. */
    interface Complaint {
        void at(String text, String... keys);
    }

    private final Complaint complaint;

    ContainerLaws(Complaint complaint) {
        this.complaint = complaint;
    }

    void check(Optional<EngineSpec> engine, SshSpec ssh) {
        if (ssh.container().isEmpty()) {
            return;
        }
        if (!ssh.python().equals(SshSpec.DEFAULT_PYTHON)) {
            complaint.at(
                    "ssh.python: the image of ssh.container has its own Python; remove one of the two",
                    "ssh.python");
        }
        engine.ifPresent(this::seesTheModel);
    }

    private void seesTheModel(EngineSpec engine) {
        Optional<String> cache = Optional.ofNullable(engine.env().get(EngineSpec.MODEL_CACHE));
        if (engine.fromHub() && cache.isEmpty()) {
            complaint.at(
                    "engine.modelCache is missing: a container keeps no download; write the hosts' folder for models, modelCache: /data/hub",
                    "engine.model");
        }
        cache.filter(folder -> !ContainerSpec.mountable(folder))
                .ifPresent(
                        folder ->
                                complaint.at(
                                        "engine.modelCache: \"%s\" cannot be mounted; use an absolute path of letters, digits and ._@+=-"
                                                .formatted(Words.shorten(folder)),
                                        "engine.modelCache",
                                        "engine.env"));
        if (engine.model().startsWith("/") && !ContainerSpec.mountable(engine.model())) {
            complaint.at(
                    "engine.model: \"%s\" cannot be mounted; use an absolute path of letters, digits and ._@+=-"
                            .formatted(Words.shorten(engine.model())),
                    "engine.model");
        }
    }
}
