package dev.shakedown.harness.cluster.ssh;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * What a look at a host showed.
 *
 * @param host its name in the scenario
 * @param clockOffset by how much at least the host's clock is ahead of this machine's; zero where
 *     the round trip could explain it
 */
record HostFacts(String host, JsonNode json, Duration clockOffset, Duration roundTrip) {

    /** An interface that leads somewhere, and the host's own address on it. */
    record Route(String networkInterface, String address) {}

    String text(String path) {
        return json.at("/" + path.replace('.', '/')).asString("");
    }

    Optional<String> optional(String path) {
        return Optional.of(text(path)).filter(text -> !text.isEmpty());
    }

    boolean flag(String path) {
        return json.at("/" + path.replace('.', '/')).asBoolean(false);
    }

    /** Empty where it is unlimited or not known. */
    OptionalLong number(String path) {
        JsonNode at = json.at("/" + path.replace('.', '/'));
        return at.isNumber() ? OptionalLong.of(at.asLong()) : OptionalLong.empty();
    }

    List<JsonNode> rows(String name) {
        return json.path(name).valueStream().toList();
    }

    Map<String, String> texts(String name) {
        Map<String, String> texts = new TreeMap<>();
        json.path(name)
                .properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asString("")));
        return texts;
    }

    /** Python, Ray, vLLM, torch, NCCL, CUDA and driver, as far as they are there. */
    Map<String, String> versions() {
        Map<String, String> versions = new TreeMap<>();
        for (String name : List.of("image", "python", "ray", "vllm", "torch", "nccl", "cuda")) {
            optional("python." + name).ifPresent(version -> versions.put(name, version));
        }
        gpus().stream()
                .findFirst()
                .ifPresent(gpu -> versions.put("driver", gpu.path("driver_version").asString("?")));
        return versions;
    }

    List<JsonNode> gpus() {
        return rows("gpus");
    }

    /** The way to the first other host that can be named; else the way outward. */
    Optional<Route> routeToOthers() {
        List<JsonNode> ways = new ArrayList<>(json.path("routes").valueStream().toList());
        ways.add(json.path("outward"));
        return ways.stream()
                .filter(way -> !way.path("interface").asString("").isEmpty())
                .findFirst()
                .map(
                        way ->
                                new Route(
                                        way.path("interface").asString(""),
                                        way.path("address").asString("")));
    }

    /** Of this host on its way to the others, and of those. */
    List<String> clusterAddresses() {
        return json.path("routes")
                .valueStream()
                .flatMap(way -> Stream.of(way.path("address"), way.path("to")))
                .map(address -> address.asString(""))
                .filter(address -> !address.isEmpty())
                .distinct()
                .toList();
    }

    /** The way over a given interface, if the host has it with an address. */
    Optional<Route> routeOver(String name) {
        return Optional.of(json.path("interfaces").path(name).path("address").asString(""))
                .filter(address -> !address.isEmpty())
                .map(address -> new Route(name, address));
    }
}
