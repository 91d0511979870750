package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.Check.Verdict;
import dev.shakedown.harness.cluster.InParallel;
import dev.shakedown.harness.scenario.ContainerSpec;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.SshSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Looks at all hosts at once, one round trip each, and holds them against each other. */
final class SshPreflight {
    private static final Duration PATIENCE = Duration.ofSeconds(50);

    private final Scenario scenario;
    private final SshSpec spec;
    private final RayPorts ports;
    private final Optional<Containers> containers;
    private final List<Check> checks = new ArrayList<>();
    private final List<HostFacts> facts = new ArrayList<>();

    SshPreflight(Scenario scenario, SshSpec spec, RayPorts ports, Optional<Containers> containers) {
        this.scenario = scenario;
        this.spec = spec;
        this.ports = ports;
        this.containers = containers;
    }

    List<Check> look(List<HostAgent> agents) {
        Map<HostAgent, String> names = names(agents);
        List<InParallel.Outcome<HostFacts>> outcomes =
                InParallel.of(agents, agent -> look(agent, agents, names));
        for (InParallel.Outcome<HostFacts> outcome : outcomes) {
            switch (outcome) {
                case InParallel.Done<HostFacts>(HostFacts host) -> facts.add(host);
                case InParallel.Failed<HostFacts>(var why) ->
                        checks.add(
                                new Check(
                                        "reach",
                                        Verdict.FAILED,
                                        why.node()
                                                + ": "
                                                + why.what()
                                                + why.evidence().stream()
                                                        .limit(1)
                                                        .map(line -> " (" + line + ")")
                                                        .collect(Collectors.joining()),
                                        why.next()));
            }
        }
        if (!facts.isEmpty()) {
            checks.add(
                    new Check(
                            "reach",
                            Verdict.OK,
                            facts.stream()
                                    .map(
                                            host ->
                                                    "%s in %d ms"
                                                            .formatted(
                                                                    host.host(),
                                                                    host.roundTrip().toMillis()))
                                    .collect(Collectors.joining(", ")),
                            ""));
        }
        scenario.lentUntil().ifPresent(this::allocation);
        eachHost();
        differences();
        packetSizes();
        return List.copyOf(checks);
    }

    /** Of the hosts that answered. */
    List<HostFacts> facts() {
        return List.copyOf(facts);
    }

    /** What ssh makes of each host's name in the scenario; asked once a host. */
    private static Map<HostAgent, String> names(List<HostAgent> agents) {
        List<String> found =
                InParallel.all(agents, agent -> agent.host().address().orElse(agent.host().name()));
        Map<HostAgent, String> names = new LinkedHashMap<>();
        for (int i = 0; i < agents.size(); i++) {
            names.put(agents.get(i), found.get(i));
        }
        return names;
    }

    private HostFacts look(HostAgent agent, List<HostAgent> all, Map<HostAgent, String> names) {
        List<String> peers =
                all.stream().filter(other -> !other.equals(agent)).map(names::get).toList();
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("do", "look");
        request.put("python", spec.python());
        request.put("peers", peers);
        request.put("ports", ports.single(agent.equals(all.getFirst())));
        request.put("folder", SshFolder.BASE);
        containers.ifPresent(it -> request.put("container", asked(it)));
        double before = System.currentTimeMillis() / 1e3;
        JsonNode json = agent.ask(request, PATIENCE);
        double after = System.currentTimeMillis() / 1e3;
        // Between sending and receiving lies all of the look; its clock was read at both ends.
        double most = json.path("began").asDouble(before) - before;
        double least = json.path("ended").asDouble(after) - after;
        return new HostFacts(
                agent.host().name(),
                json,
                seconds(Math.max(least, Math.min(0, most))),
                seconds(after - before));
    }

    private static Map<String, Object> asked(Containers containers) {
        ContainerSpec spec = containers.spec();
        return Map.of(
                "runtime", spec.runtime().command(),
                "image", spec.image(),
                "look", containers.look(false),
                "lookWithGpus", containers.look(true),
                "needed", containers.needed());
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1e3));
    }

    /** A load that cannot end in time is not worth its start. */
    private void allocation(Instant end) {
        Duration left = Duration.between(Instant.now(), end);
        Duration load = scenario.loadTime();
        checks.add(
                new Check(
                        "allocation",
                        left.compareTo(load) > 0 ? Verdict.OK : Verdict.FAILED,
                        "Slurm ends it in %d min, the load takes %d s"
                                .formatted(left.toMinutes(), load.toSeconds()),
                        "ask for more time (salloc --time), or shorten load.duration"));
    }

    /** What is right on all hosts is one check; what is wrong names its host. */
    private void eachHost() {
        Map<String, List<Check>> byName = new LinkedHashMap<>();
        for (HostFacts host : facts) {
            for (Check check : new HostChecks(scenario, spec, host).all()) {
                byName.computeIfAbsent(check.name(), _ -> new ArrayList<>()).add(check);
            }
        }
        byName.forEach(
                (name, ofHosts) -> {
                    List<Check> good =
                            ofHosts.stream().filter(c -> c.verdict() == Verdict.OK).toList();
                    if (!good.isEmpty()) {
                        String detail =
                                good.stream()
                                        .map(Check::detail)
                                        .distinct()
                                        .collect(Collectors.joining("; "));
                        checks.add(new Check(name, Verdict.OK, detail, ""));
                    }
                    ofHosts.stream().filter(c -> c.verdict() != Verdict.OK).forEach(checks::add);
                });
    }

    /** Large packets vanish between interfaces that disagree, small ones do not. */
    private void packetSizes() {
        Map<String, String> sizes = new LinkedHashMap<>();
        for (HostFacts host : facts) {
            SshNodes.route(spec, host)
                    .map(way -> host.text("interfaces." + way.networkInterface() + ".mtu"))
                    .ifPresent(mtu -> sizes.put(host.host(), mtu));
        }
        if (new TreeSet<>(sizes.values()).size() > 1) {
            checks.add(
                    new Check(
                            "MTU",
                            Verdict.WARN,
                            "hosts differ: " + sizes,
                            "ping -M do -s 8972 from host to host; set one MTU on all of them"));
        }
    }

    /** Ray refuses another Ray or Python; NCCL another NCCL; the rest are the first suspects. */
    private void differences() {
        Map<String, Map<String, String>> seen = new TreeMap<>();
        for (HostFacts host : facts) {
            host.versions()
                    .forEach(
                            (what, version) ->
                                    seen.computeIfAbsent(what, _ -> new LinkedHashMap<>())
                                            .put(host.host(), version));
        }
        seen.forEach(
                (what, versions) -> {
                    if (new TreeSet<>(versions.values()).size() > 1
                            || versions.size() < facts.size()) {
                        boolean refused = what.equals("ray") || what.equals("python");
                        checks.add(
                                new Check(
                                        what + " versions",
                                        refused ? Verdict.FAILED : Verdict.WARN,
                                        "hosts differ: " + versions,
                                        "install the same " + what + " on all hosts"));
                    }
                });
    }
}
