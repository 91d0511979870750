package dev.shakedown.harness.scenario;

import java.net.URI;
import java.util.List;

/** Where NVIDIA's dcgm-exporter tells of the cluster's GPUs. */
public sealed interface DcgmSpec {
    /** Where it is, in words. */
    String text();

    /** One on every node, on this port of the node's address. */
    record OnNodes(int port) implements DcgmSpec {
        @Override
        public String text() {
            return "port %d of every node".formatted(port);
        }
    }

    /** Some pages; those of one service need not name their node. */
    record Pages(List<URI> urls) implements DcgmSpec {
        public Pages {
            urls = List.copyOf(urls);
        }

        @Override
        public String text() {
            return String.join(", ", urls.stream().map(URI::toString).toList());
        }
    }
}
