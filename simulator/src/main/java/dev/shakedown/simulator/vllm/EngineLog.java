package dev.shakedown.simulator.vllm;

import dev.shakedown.simulator.SimulatedNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The engine's output: on its node and where the caller wants it; each node's ranks apart. */
final class EngineLog implements AutoCloseable {
    static final String MARK =
            "# SIMULATED by Shakedown: no GPU, no vLLM and no Ray wrote this file.";

    private final List<PrintWriter> engine;
    private final Map<Integer, PrintWriter> ranks;

    private EngineLog(List<PrintWriter> engine, Map<Integer, PrintWriter> ranks) {
        this.engine = engine;
        this.ranks = ranks;
    }

    /**
     * @throws UncheckedIOException if a file cannot be written
     */
    static EngineLog open(Path logs, List<SimulatedNode> nodes, Optional<Path> output) {
        List<PrintWriter> engine = new ArrayList<>();
        engine.add(writer(logs.resolve(nodes.getFirst().hostname()).resolve("vllm.log")));
        output.ifPresent(path -> engine.add(writer(path)));
        Map<Integer, PrintWriter> ranks = new LinkedHashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            Path folder = logs.resolve(nodes.get(i).hostname());
            ranks.put(i, writer(folder.resolve("worker-ranks.out")));
        }
        return new EngineLog(engine, ranks);
    }

    void write(StartLines.Line line) {
        engine.forEach(writer -> writer.println(line.text()));
        line.node()
                .ifPresent(
                        node ->
                                Optional.ofNullable(ranks.get(node))
                                        .ifPresent(writer -> writer.println(line.text())));
    }

    @Override
    public void close() {
        engine.forEach(PrintWriter::close);
        ranks.values().forEach(PrintWriter::close);
    }

    private static PrintWriter writer(Path path) {
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            PrintWriter writer = new PrintWriter(Files.newBufferedWriter(path), true);
            writer.println(MARK);
            return writer;
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
