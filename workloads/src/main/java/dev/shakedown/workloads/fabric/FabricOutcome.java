package dev.shakedown.workloads.fabric;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/** What the fabric job proved. */
public sealed interface FabricOutcome {

    /** One sentence. */
    String text();

    /** What to do about it; empty where nothing is to be done or nothing is known. */
    default String next() {
        return "";
    }

    /**
     * All ranks summed right, and so did each two nodes.
     *
     * @param placed ranks that got a process; without GPUs not all of them reduce
     * @param directions between nodes in which TCP was tried
     * @param between kinds of transport between nodes; empty where none is known
     * @param remarks what else a reader should know: that the expected transport could not be
     *     judged, or that some nodes use fewer ports than others
     */
    record Passed(
            Reduction all,
            List<Reduction> pairs,
            int placed,
            int directions,
            List<String> between,
            List<String> remarks)
            implements FabricOutcome {
        public Passed {
            remarks = List.copyOf(remarks);
            pairs = List.copyOf(pairs);
            between = List.copyOf(between);
        }

        @Override
        public String text() {
            StringBuilder text = new StringBuilder();
            text.append(all.ranks().size());
            text.append(placed > all.ranks().size() ? " of " + placed : "");
            text.append(" ranks on ").append(all.backend());
            text.append(", ").append(speed(all)).append(" bus");
            OptionalDouble slowest =
                    pairs.stream().flatMapToDouble(pair -> pair.busGbPerSecond().stream()).min();
            slowest.ifPresent(
                    gb -> {
                        text.append(
                                pairs.size() == 1 ? "; between the nodes " : "; between nodes ");
                        text.append(pairs.size() == 1 ? "" : "at least ").append(gbPerSecond(gb));
                    });
            if (!between.isEmpty()) {
                text.append(" over ").append(String.join(", ", between));
            }
            return text.toString();
        }
    }

    /** TCP is open; there is nothing to reduce with. */
    record TcpOnly(int directions, String why) implements FabricOutcome {
        @Override
        public String text() {
            String tcp = "TCP is open in all %d directions between nodes; ".formatted(directions);
            return (directions > 0 ? tcp : "") + "no all-reduce: " + why;
        }
    }

    /**
     * The classic: Ray's ports are open, those that the kernel hands out are not.
     *
     * @param blocked never empty
     * @param ports the kernel's range on the node that the first leads to; empty if unknown
     */
    record Blocked(List<FabricLine.Tcp> blocked, int directions, String ports)
            implements FabricOutcome {
        private static final int NAMED = 4;

        /** Loopback, link-local, Docker's bridge. */
        private static final List<String> OWN_NETWORKS = List.of("127.", "169.254.", "172.17.");

        public Blocked {
            blocked = List.copyOf(blocked);
        }

        @Override
        public String text() {
            String named =
                    String.join(
                            "; ", blocked.stream().limit(NAMED).map(Blocked::direction).toList());
            int more = blocked.size() - NAMED;
            return "%s%s, although Ray's own ports work: %s"
                    .formatted(
                            named,
                            more > 0 ? "; and %d more directions".formatted(more) : "",
                            scope());
        }

        /** One sentence for each way to fail: rules are rarely made for a single direction. */
        @Override
        public String next() {
            Map<String, FabricLine.Tcp> first = new LinkedHashMap<>();
            blocked.forEach(at -> first.putIfAbsent(culprit(at), at));
            return first.values().stream().map(this::advice).collect(Collectors.joining("; "));
        }

        private static String culprit(FabricLine.Tcp at) {
            return switch (at.result()) {
                case "denied", "stranger" -> at.result();
                default ->
                        own(at.to()) == own(at.from())
                                ? "firewall"
                                : own(at.to()) ? "their address" : "own address";
            };
        }

        /** Whether an address is in a network that its machine has for itself. */
        private static boolean own(String address) {
            return OWN_NETWORKS.stream().anyMatch(address::startsWith);
        }

        private static String badAddress(String address, String host) {
            return ("%s is no address for other machines (loopback, link-local or a container bridge): start Ray on %s "
                            + "with --node-ip-address=CLUSTER_IP; look there at getent hosts $(hostname) and ip -br addr")
                    .formatted(address, host);
        }

        private String advice(FabricLine.Tcp at) {
            return switch (culprit(at)) {
                case "denied" ->
                        ("%s itself does not let its processes connect to %s: look there at ip route get %s, "
                                        + "SELinux (ausearch -m avc), eBPF policies, nft list ruleset")
                                .formatted(at.from(), at.to(), at.to());
                case "stranger" ->
                        ("from %s something else answers at %s: look for the address on another machine "
                                        + "(arping -D %s), address translation, a transparent proxy")
                                .formatted(at.from(), at.to(), at.to());
                case "their address" -> badAddress(at.to(), at.toHost());
                case "own address" -> badAddress(at.from(), at.fromHost());
                default -> opening(at);
            };
        }

        private String opening(FabricLine.Tcp at) {
            boolean known = at.to().equals(blocked.getFirst().to()) && !ports.isEmpty();
            return ("let the firewalls accept all TCP from %s to %s and back, as between all nodes; "
                            + "at the least net.ipv4.ip_local_port_range (%s), where torch, NCCL, Gloo "
                            + "and vLLM listen. Look for the rule on %s: nft list ruleset, or iptables -S; "
                            + "in a cloud at the security group")
                    .formatted(at.from(), at.to(), known ? ports : "see sysctl", at.to());
        }

        private String scope() {
            return blocked.size() == directions
                    ? "no direction between the nodes is open"
                    : "%d of %d directions are open"
                            .formatted(directions - blocked.size(), directions);
        }

        private static String direction(FabricLine.Tcp at) {
            return "%s (%s) cannot reach %s (%s) by TCP on ephemeral ports (port %d: %s)"
                    .formatted(
                            at.fromHost(), at.from(), at.toHost(), at.to(), at.port(), at.result());
        }
    }

    /** Some ranks did not take part. */
    record Absent(String ranks, String reason) implements FabricOutcome {
        @Override
        public String text() {
            return "absent from the all-reduce: " + ranks + "; " + reason;
        }

        @Override
        public String next() {
            return "look at the absent ranks' nodes: nvidia-smi, `ray list actors`, the workers' logs; where the reason names 127.0.0.1 or an address that is not the cluster's, set GLOO_SOCKET_IFNAME and NCCL_SOCKET_IFNAME where Ray starts";
        }
    }

    /** The sum is not the right one. */
    record WrongValue(String where, String what) implements FabricOutcome {
        @Override
        public String text() {
            return "the all-reduce over %s gave a wrong sum: %s".formatted(where, what);
        }

        @Override
        public String next() {
            return "take these nodes out of service and run dcgmi diag -r 3 and all_reduce_perf -c 1 on them";
        }
    }

    /**
     * A variable that a node's processes must have.
     *
     * @param seen empty where it is not set
     */
    record Variable(String node, String name, String expected, Optional<String> seen) {
        /** Lists of places that Ray puts its own in front of. */
        private static final Set<String> GROWING = Set.of("PATH", "PYTHONPATH");

        boolean arrived() {
            return seen.equals(Optional.of(expected))
                    || (GROWING.contains(name)
                            && seen.filter(value -> value.endsWith(":" + expected)).isPresent());
        }

        @Override
        public String toString() {
            return "%s on %s is %s instead of %s"
                    .formatted(name, node, seen.orElse("not set"), expected);
        }
    }

    /** What was set where Ray started is not what Ray's processes have. */
    record WrongEnvironment(List<Variable> wrong) implements FabricOutcome {
        private static final int NAMED = 4;

        public WrongEnvironment {
            wrong = List.copyOf(wrong);
        }

        @Override
        public String text() {
            String named =
                    wrong.stream()
                            .limit(NAMED)
                            .map(Variable::toString)
                            .collect(Collectors.joining("; "));
            int more = wrong.size() - NAMED;
            return "in Ray's processes "
                    + named
                    + (more > 0 ? "; and %d more".formatted(more) : "");
        }

        @Override
        public String next() {
            return "look for what sets it between ray start and its workers: a wrapper named ray or python, "
                    + "a sitecustomize, a file that the shell reads, an older Ray that is still there";
        }
    }

    /** Channels between nodes go over something else than the scenario expects. */
    record WrongTransport(String expected, List<String> found) implements FabricOutcome {
        public WrongTransport {
            found = List.copyOf(found);
        }

        @Override
        public String text() {
            return "expect.transport is %s, between nodes NCCL uses %s"
                    .formatted(expected, String.join(", ", found));
        }

        @Override
        public String next() {
            return "read the NCCL lines in logs/fabric/job.log: NET/Socket means that no RDMA device was usable "
                    + "(ibstat, NCCL_IB_HCA, NCCL_IB_GID_INDEX); a missing GDRDMA, that nvidia_peermem or dma-buf is not";
        }
    }

    /**
     * The job failed, was stopped, or never started; or an all-reduce failed for its own reason.
     */
    record NotFinished(String reason) implements FabricOutcome {
        @Override
        public String text() {
            return "the fabric job was not finished: " + reason;
        }
    }

    private static String speed(Reduction reduction) {
        return reduction.busGbPerSecond().isPresent()
                ? gbPerSecond(reduction.busGbPerSecond().getAsDouble())
                : "no";
    }

    private static String gbPerSecond(double gb) {
        return String.format(Locale.ROOT, gb < 10 ? "%.2f GB/s" : "%.0f GB/s", gb);
    }
}
