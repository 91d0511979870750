package dev.shakedown.simulator.fault;

import dev.shakedown.simulator.SimulatedNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The lines that faults leave, with names and times put in.
 *
 * @param nodes that are there, the head first
 */
public record FaultLines(Faults faults, List<SimulatedNode> nodes, String model) {
    /** Those that are not a file of the node. */
    private static final Set<String> OUTPUTS = Set.of("engine", "rank", "nccl");

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("MM-dd HH:mm:ss");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    public FaultLines {
        nodes = List.copyOf(nodes);
    }

    /**
     * A fault's lines, none where its node is not there, for one of the outputs {@code engine},
     * {@code rank}, {@code nccl}.
     */
    public List<String> of(Fault fault, String output, Instant when) {
        return fault.kind().log().stream()
                .filter(line -> line.file().equals(output) && node(fault).isPresent())
                .map(line -> filled(fault, line.text(), when))
                .toList();
    }

    /**
     * Writes a fault's lines to the files of its node.
     *
     * @param logs holds a folder a node
     * @throws UncheckedIOException if they cannot be written
     */
    public void append(Fault fault, Path logs, Instant when) {
        Path folder = logs.resolve(node(fault).orElseThrow().hostname());
        for (FaultKind.LogLine line : fault.kind().log()) {
            if (!OUTPUTS.contains(line.file())) {
                try {
                    Files.createDirectories(folder);
                    Files.writeString(
                            folder.resolve(line.file()),
                            filled(fault, line.text(), when) + "\n",
                            StandardOpenOption.CREATE,
                            StandardOpenOption.APPEND);
                } catch (IOException unwritable) {
                    throw new UncheckedIOException(unwritable);
                }
            }
        }
    }

    private Optional<SimulatedNode> node(Fault fault) {
        int index = faults.nodeOf(fault);
        return nodes.stream().filter(node -> node.index() == index).findFirst();
    }

    private String filled(Fault fault, String text, Instant when) {
        SimulatedNode node = node(fault).orElseThrow();
        int rank = faults.rankOf(fault);
        return text.replace("{ip}", node.ip())
                .replace("{host}", node.hostname())
                .replace("{head}", nodes.getFirst().ip())
                .replace("{rank}", String.valueOf(rank))
                .replace("{gpu}", String.valueOf(rank % node.gpuUuids().size()))
                .replace("{model}", model)
                .replace("{stamp}", STAMP.format(when.atZone(ZoneId.systemDefault())))
                .replace("{time}", TIME.format(when.atZone(ZoneId.systemDefault())))
                .replace(
                        "{uptime}",
                        "%d.%06d"
                                .formatted(
                                        when.getEpochSecond() % 1_000_000, when.getNano() / 1000));
    }
}
