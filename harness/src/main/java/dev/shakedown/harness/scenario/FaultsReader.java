package dev.shakedown.harness.scenario;

import dev.shakedown.simulator.fault.Fault;
import dev.shakedown.simulator.fault.FaultKind;
import dev.shakedown.simulator.fault.FaultKind.Hits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Reads {@code faults}: what is broken in a simulated cluster. */
record FaultsReader(Optional<ClusterSpec> cluster, boolean virtualClock) {
    private static final Map<String, FaultKind> KINDS = kinds();

    /** Only a simulated cluster can be broken on purpose. */
    List<Fault> read(Fields top) {
        Optional<Value> block = top.optional("faults");
        cluster.filter(shape -> shape.provider() != Provider.SIMULATED)
                .ifPresent(
                        shape ->
                                block.ifPresent(
                                        faults ->
                                                faults.complain(
                                                        "only provider simulated can be broken on purpose, not %s; remove it"
                                                                .formatted(
                                                                        shape.provider().key()))));
        List<Fault> faults = new ArrayList<>();
        block.flatMap(Value::list)
                .ifPresent(items -> items.forEach(item -> item(item).ifPresent(faults::add)));
        return faults;
    }

    /** The name alone is the fault from the beginning to the end. */
    private Optional<Fault> item(Value item) {
        Optional<Fault> fault =
                item.node() instanceof Node.Scalar
                        ? item.oneOf(KINDS, List.of()).map(Fault::of)
                        : item.map().flatMap(this::entry);
        fault.map(Fault::kind)
                .filter(kind -> virtualClock && !kind.isOfTheSteps())
                .ifPresent(
                        kind ->
                                item.complain(
                                        "%s needs cluster.clock: wall; on a virtual clock there is no Ray and nothing is served, only steps can be slow"
                                                .formatted(kind.name())));
        return fault;
    }

    private Optional<Fault> entry(Fields fields) {
        Optional<FaultKind> kind =
                fields.required("kind", "cross-node-tcp-blocked")
                        .flatMap(value -> value.oneOf(KINDS, List.of()));
        int nodes = cluster.map(ClusterSpec::nodes).orElse(1);
        int gpus = cluster.map(ClusterSpec::gpus).orElse(1);
        Optional<Integer> node = fields.optional("node").flatMap(value -> value.count(1, nodes));
        Optional<Integer> rank = fields.optional("rank").flatMap(value -> value.count(0, gpus - 1));
        Optional<Duration> after = fields.optional("after").flatMap(Value::duration);
        Optional<Duration> lasting = fields.optional("for").flatMap(Value::positiveDuration);
        Optional<Double> share = fields.optional("share").flatMap(Value::share);
        Optional<Double> speed = fields.optional("speed").flatMap(value -> value.positive(1));
        fields.end();
        kind.ifPresent(
                of -> {
                    only(fields, "node", node.isPresent(), of, Hits.NODE);
                    only(fields, "rank", rank.isPresent(), of, Hits.RANK);
                    only(fields, "share", share.isPresent(), of, Hits.REQUESTS);
                    if (speed.isPresent() && !of.slowsGpus()) {
                        fields.complain("speed", of.name() + " makes no GPU slow; remove it");
                    }
                    worker(fields, of, node.orElse(nodes), nodes);
                    if (after.isPresent() && of.lastsWholeRun()) {
                        fields.complain(
                                "after", of.name() + " is there from the beginning; remove it");
                    }
                    if (lasting.isPresent() && of.isForGood()) {
                        fields.complain("for", of.name() + " does not end; remove it");
                    }
                });
        return kind.map(
                of ->
                        new Fault(
                                of,
                                whole(node),
                                whole(rank),
                                after.orElse(Duration.ZERO),
                                lasting,
                                share.orElse(1.0),
                                speed.map(OptionalDouble::of).orElse(OptionalDouble.empty())));
    }

    private static void worker(Fields fields, FaultKind kind, int node, int nodes) {
        if (kind.isOfAWorker() && node == 1) {
            fields.complain(
                    nodes == 1 ? "kind" : "node",
                    "%s is done to a worker, and node 1 is the head".formatted(kind.name()));
        }
    }

    private static void only(
            Fields fields, String key, boolean there, FaultKind kind, Hits wanted) {
        if (there && kind.hits() != wanted) {
            String what =
                    switch (kind.hits()) {
                        case NODE -> "one node; write node";
                        case RANK -> "one GPU; write rank";
                        case REQUESTS -> "a share of the requests; write share";
                        case CLUSTER -> "the whole cluster; remove it";
                    };
            fields.complain(key, "%s is done to %s".formatted(kind.name(), what));
        }
    }

    /** As the scenario would write them. */
    static List<Map<String, Object>> resolved(List<Fault> faults) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Fault fault : faults) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("kind", fault.kind().name());
            fault.node().ifPresent(node -> map.put("node", node));
            fault.rank().ifPresent(rank -> map.put("rank", rank));
            map.put("after", Quantity.text(fault.after()));
            fault.lasting().ifPresent(time -> map.put("for", Quantity.text(time)));
            if (fault.kind().hits() == Hits.REQUESTS) {
                map.put("share", fault.share());
            }
            fault.speed().ifPresent(speed -> map.put("speed", speed));
            all.add(map);
        }
        return all;
    }

    private static OptionalInt whole(Optional<Integer> number) {
        return number.map(OptionalInt::of).orElse(OptionalInt.empty());
    }

    private static Map<String, FaultKind> kinds() {
        Map<String, FaultKind> kinds = new LinkedHashMap<>();
        FaultKind.KNOWN.forEach(kind -> kinds.put(kind.name(), kind));
        return kinds;
    }
}
