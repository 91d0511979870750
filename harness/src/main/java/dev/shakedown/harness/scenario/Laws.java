package dev.shakedown.harness.scenario;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What must hold between values that are each right by themselves. */
final class Laws {
    private final Node.Mapping root;
    private final Problems problems;
    private final Problems warnings;

    Laws(Node.Mapping root, Problems problems, Problems warnings) {
        this.root = root;
        this.problems = problems;
        this.warnings = warnings;
    }

    void check(Draft draft) {
        draft.engine()
                .ifPresent(
                        engine -> {
                            draft.clustered().cluster().ifPresent(c -> fits(c, engine));
                            ModelFacts.of(engine.model()).ifPresent(f -> divides(f, engine));
                        });
        hubIsForOwnNodes(draft);
        if (draft.clustered().provider() instanceof SshSpec ssh) {
            draft.clustered().cluster().ifPresent(cluster -> fits(cluster, ssh));
            new ContainerLaws((text, keys) -> problems.add(anyPlace(keys), text))
                    .check(draft.engine(), ssh);
        }
        if (draft.clustered().provider() instanceof ForeignRaySpec ray) {
            foreignRay(draft, ray);
        }
        loadHasAnEngine(draft);
        loadHasItsPlace(draft);
        calibrationHasAClient(draft);
        limitsHaveALoad(draft);
        if (problems.none()) {
            new Doubts(this::place, warnings).raise(draft);
        }
    }

    /** Elsewhere nothing reads them yet, and a token that is not used misleads. */
    private void hubIsForOwnNodes(Draft draft) {
        ProviderSpec provider = draft.clustered().provider();
        if (!(provider instanceof SshSpec || provider instanceof KubeRaySpec)
                && draft.engine().flatMap(EngineSpec::hfTokenFile).isPresent()) {
            problems.add(
                    anyPlace("engine.hfTokenFile"),
                    "engine.hfTokenFile: only providers ssh and kuberay use it; set HF_TOKEN where the engine starts instead");
        }
    }

    private void fits(ClusterSpec cluster, EngineSpec engine) {
        Parallelism split = engine.parallelism();
        long needed = (long) split.tensor() * split.pipeline() * split.data();
        if (needed > cluster.gpus()) {
            problems.add(
                    anyPlace(
                            "engine.tensorParallel",
                            "engine.pipelineParallel",
                            "engine.dataParallel",
                            "cluster.nodes",
                            "cluster.gpusPerNode",
                            "engine"),
                    "tensorParallel %d x pipelineParallel %d x dataParallel %d = %,d GPUs, but nodes %d x gpusPerNode %d = %,d; lower the split or raise the shape"
                            .formatted(
                                    split.tensor(),
                                    split.pipeline(),
                                    split.data(),
                                    needed,
                                    cluster.nodes(),
                                    cluster.gpusPerNode(),
                                    cluster.gpus()));
        }
    }

    private void fits(ClusterSpec cluster, SshSpec ssh) {
        if (!ssh.hosts().isEmpty() && ssh.hosts().size() != cluster.nodes()) {
            problems.add(
                    anyPlace("ssh.hosts", "cluster.nodes"),
                    "ssh.hosts: %d hosts, but cluster.nodes is %d; each host is one node"
                            .formatted(ssh.hosts().size(), cluster.nodes()));
        }
        if (!ssh.gpus().isEmpty() && ssh.gpus().size() != cluster.gpusPerNode()) {
            problems.add(
                    anyPlace("ssh.gpus", "cluster.gpusPerNode"),
                    "ssh.gpus: %d GPUs, but cluster.gpusPerNode is %d; name as many or leave it out"
                            .formatted(ssh.gpus().size(), cluster.gpusPerNode()));
        }
    }

    private void foreignRay(Draft draft, ForeignRaySpec ray) {
        if (ray.startEngine() && root.entry("engine").isEmpty()) {
            problems.add(
                    anyPlace("attach.startEngine"),
                    "attach.startEngine: there is no engine to start; add engine: { model: ... }");
        }
        if (!ray.startEngine()
                && (root.entry("engine").isPresent() || root.entry("load").isPresent())) {
            problems.add(
                    keyPlace("attach"),
                    "attach: a Ray serves no requests; add baseUrl of an endpoint, or startEngine: true");
        }
        draft.engine()
                .filter(engine -> engine.executor() == EngineSpec.Executor.MP)
                .filter(
                        engine ->
                                draft.clustered()
                                        .cluster()
                                        .filter(
                                                c ->
                                                        engine.parallelism().worldSize()
                                                                > c.gpusPerNode())
                                        .isPresent())
                .ifPresent(
                        _ ->
                                problems.add(
                                        anyPlace("engine.executor"),
                                        "engine.executor: mp over several nodes is not built yet on a Ray of somebody else; use ray"));
    }

    private void divides(ModelFacts facts, EngineSpec engine) {
        Parallelism split = engine.parallelism();
        if (facts.attentionHeads() % split.tensor() != 0) {
            problems.add(
                    anyPlace("engine.tensorParallel", "engine.model"),
                    "engine.tensorParallel: %d does not divide the %d attention heads of %s; write %s"
                            .formatted(
                                    split.tensor(),
                                    facts.attentionHeads(),
                                    engine.model(),
                                    nearestDivisors(facts.attentionHeads(), split.tensor())));
        }
        if (split.pipeline() > facts.hiddenLayers()) {
            problems.add(
                    anyPlace("engine.pipelineParallel", "engine.model"),
                    "engine.pipelineParallel: %d is more than the %d layers of %s; write at most %d"
                            .formatted(
                                    split.pipeline(),
                                    facts.hiddenLayers(),
                                    engine.model(),
                                    facts.hiddenLayers()));
        }
    }

    private static String nearestDivisors(int heads, int wanted) {
        int below = Math.min(wanted, heads);
        while (heads % below != 0) {
            below--;
        }
        int above = wanted;
        while (above < heads && heads % above != 0) {
            above++;
        }
        return wanted >= heads ? "at most " + heads : below + " or " + above;
    }

    private void loadHasAnEngine(Draft draft) {
        boolean attached =
                draft.clustered()
                        .cluster()
                        .filter(cluster -> cluster.provider() == Provider.ATTACH)
                        .isPresent();
        boolean shapeKnown = draft.clustered().cluster().isPresent();
        if (shapeKnown
                && !attached
                && root.entry("load").isPresent()
                && root.entry("engine").isEmpty()) {
            problems.add(
                    keyPlace("load"),
                    "load: there is no engine to send it to; add engine: { model: ... } or use provider attach");
        }
    }

    /** Elsewhere it is a job of the cluster's Ray, which shows its command line to everybody. */
    private void loadHasItsPlace(Draft draft) {
        if (!draft.from().onCluster()) {
            return;
        }
        String from = "load.from: " + draft.from().key();
        Optional<String> trouble =
                switch (draft.clustered().provider()) {
                    case ProviderSpec.Simulated _ ->
                            Optional.of(from + " needs nodes that are real; use here");
                    case AttachSpec _ ->
                            Optional.of(
                                    from
                                            + " is not built yet where attach names the endpoint; use here");
                    case KubeRaySpec _ -> Optional.empty();
                    case ExistingRayClusterSpec _ when draft.from() instanceof LoadFrom.Pod ->
                            Optional.of(
                                    from
                                            + " makes a pod in a RayCluster of Shakedown's own; use head or node:NAME with kuberay.existing");
                    case ProviderSpec _ when draft.from() instanceof LoadFrom.Pod ->
                            Optional.of(from + " is for provider kuberay; use head or node:NAME");
                    case ProviderSpec _ -> Optional.empty();
                };
        trouble.ifPresent(text -> problems.add(place("load.from"), text));
    }

    private void calibrationHasAClient(Draft draft) {
        if (draft.calibration() != Calibration.ON) {
            return;
        }
        if (draft.from().onCluster()) {
            problems.add(
                    place("load.calibration"),
                    "load.calibration: on measures the client of this machine, and load.from: %s uses another; use off"
                            .formatted(draft.from().key()));
        }
        if (draft.clustered().provider() instanceof ProviderSpec.Simulated simulated
                && simulated.virtualClock()) {
            problems.add(
                    place("load.calibration"),
                    "load.calibration: on measures a client, and a virtual clock has none; use off, or cluster.clock: wall");
        }
    }

    private void limitsHaveALoad(Draft draft) {
        if (root.entry("load").isPresent()) {
            boolean goodput = draft.limits().stream().anyMatch(Limit.Goodput.class::isInstance);
            if (goodput && draft.slo().isEmpty() && root.entry("slo").isEmpty()) {
                problems.add(
                        place("limits.goodput"),
                        "limits.goodput: needs slo to say what is good; add slo: { ttft: 2s }");
            }
            return;
        }
        if (root.entry("limits").isPresent()) {
            problems.add(
                    keyPlace("limits"),
                    "limits: there is no load to measure; add load or remove limits");
        }
    }

    private Place keyPlace(String key) {
        return root.entry(key).map(Node.Entry::place).orElse(root.place());
    }

    /** What a matrix set is to blame first; else the first that is written at all. */
    private Place anyPlace(String... paths) {
        List<Place> places =
                Arrays.stream(paths).flatMap(path -> find(path).stream()).map(Node::place).toList();
        return places.stream()
                .filter(Place::varied)
                .findFirst()
                .or(() -> places.stream().findFirst())
                .orElse(root.place());
    }

    private Place place(String path) {
        return find(path).map(Node::place).orElse(root.place());
    }

    private Optional<Node> find(String path) {
        Optional<Node> node = Optional.of(root);
        for (String key : Edit.keys(path)) {
            node =
                    node.filter(Node.Mapping.class::isInstance)
                            .map(Node.Mapping.class::cast)
                            .flatMap(map -> map.entry(key))
                            .map(Node.Entry::value);
        }
        return node;
    }
}
