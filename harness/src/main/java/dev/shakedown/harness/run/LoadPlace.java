package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.LoadFrom;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The node of the cluster on which a load's generator runs. */
record LoadPlace(Cluster.Node node) {

    /**
     * Empty for a load that starts here.
     *
     * @throws StepFailedException if there is no such node
     */
    static Optional<LoadPlace> of(LoadFrom from, Cluster cluster) {
        return switch (from) {
            case LoadFrom.Here _ -> Optional.empty();
            case LoadFrom.Head head -> Optional.of(find(head, cluster, Cluster.Node::head));
            case LoadFrom.Pod pod ->
                    Optional.of(find(pod, cluster, node -> !node.head() && node.gpus() == 0));
            case LoadFrom.Node named ->
                    Optional.of(find(named, cluster, node -> isNamed(node, named.name())));
        };
    }

    /** For people. */
    String text() {
        return node.hostname().isEmpty() ? node.ip() : node.hostname() + " (" + node.ip() + ")";
    }

    private static LoadPlace find(LoadFrom from, Cluster cluster, Predicate<Cluster.Node> is) {
        List<LoadPlace> places = cluster.nodes().stream().map(LoadPlace::new).toList();
        return places.stream()
                .filter(place -> is.test(place.node()))
                .findFirst()
                .orElseThrow(
                        () ->
                                new StepFailedException(
                                        "load.from: " + from.key() + " is no node of this Ray",
                                        "",
                                        places.stream()
                                                .map(place -> "there is " + place.text())
                                                .toList(),
                                        "name one of these, or use load.from: head"));
    }

    private static boolean isNamed(Cluster.Node node, String name) {
        return name.equals(node.hostname())
                || name.equals(node.ip())
                || addresses(name).contains(node.ip());
    }

    /** A host may be known here by another name than it has itself. */
    private static List<String> addresses(String name) {
        try {
            return Arrays.stream(InetAddress.getAllByName(name))
                    .map(InetAddress::getHostAddress)
                    .toList();
        } catch (UnknownHostException e) {
            return List.of();
        }
    }
}
