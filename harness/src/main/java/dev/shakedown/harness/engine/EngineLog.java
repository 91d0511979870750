package dev.shakedown.harness.engine;

import dev.shakedown.harness.cluster.Progress;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** vLLM's log, read as it grows. One per engine; not for use by several threads at once. */
public final class EngineLog {
    private static final int KEPT_LINES = 15;

    private final LogTail tail;
    private final String node;
    private final FactsBuilder facts = new FactsBuilder();
    private final FirstError firstError = new FirstError();
    private final Deque<String> last = new ArrayDeque<>();
    private boolean serving;
    private long lines;

    /** The log of the node where {@code vllm serve} runs. */
    public EngineLog(Path file) {
        this(file, RankPlace.HEAD);
    }

    /** The log of a named node: ranks without an address of their own get its name. */
    public EngineLog(Path file, String node) {
        this.tail = new LogTail(file);
        this.node = node;
    }

    /** What a finished log proves. */
    public static EngineFacts factsOf(Path file, String node) {
        EngineLog log = new EngineLog(file, node);
        log.tail.readToEnd().forEach(log::accept);
        return log.facts();
    }

    /**
     * What was said since the last call; nothing while the file does not exist.
     *
     * @throws UncheckedIOException if the file cannot be read
     */
    public List<EngineEvent> poll() {
        List<EngineEvent> events = new ArrayList<>();
        tail.read().forEach(line -> events.addAll(accept(line)));
        return events;
    }

    /** The same, said to somebody who waits. */
    public void poll(Progress progress) {
        poll().forEach(event -> say(event, progress));
    }

    /** How many lines were read so far. */
    long lines() {
        return lines;
    }

    /** Whether the engine said that its server starts to listen. */
    boolean serving() {
        return serving;
    }

    /** What the log proves so far. */
    public EngineFacts facts() {
        return facts.facts();
    }

    /**
     * The lines that say why it failed, without secrets: the first error of a worker or of the
     * engine core, else the first exception, else the last lines.
     */
    public List<String> telling() {
        tail.readToEnd().forEach(this::accept);
        Optional<List<String>> block = firstError.lines();
        return block.orElseGet(() -> List.copyOf(last)).stream().map(Secrets::masked).toList();
    }

    /** The last lines as they are, without secrets. */
    public List<String> lastLines() {
        return last.stream().map(Secrets::masked).toList();
    }

    private List<EngineEvent> accept(String text) {
        lines++;
        LogLine line = LogLine.of(text, node);
        List<EngineEvent> events = EngineLogLines.events(line);
        events.forEach(facts::accept);
        serving |= events.stream().anyMatch(EngineEvent.ServerStarted.class::isInstance);
        firstError.accept(line);
        if (!text.isBlank()) {
            last.addLast(text);
            if (last.size() > KEPT_LINES) {
                last.removeFirst();
            }
        }
        return events;
    }

    private static void say(EngineEvent event, Progress progress) {
        switch (event) {
            case EngineEvent.LoadingWeights(double fraction) -> progress.bar("weights", fraction);
            case EngineEvent.CapturingGraphs(double fraction) ->
                    progress.bar("graph capture", fraction);
            case EngineEvent.Took took ->
                    progress.say(
                            "%s took %.1f s"
                                    .formatted(took.part(), took.duration().toMillis() / 1e3));
            case EngineEvent.KvCache(long tokens) ->
                    progress.say("KV cache holds %,d tokens".formatted(tokens));
            case EngineEvent.ServerStarted(String url) ->
                    progress.say(url.isEmpty() ? "server is up" : "server starts on " + url);
            case EngineEvent.RankAssigned rank ->
                    progress.bar("ranks", (rank.rank() + 1.0) / rank.worldSize());
            case EngineEvent.Version(String version) -> progress.say("vLLM " + version);
            case EngineEvent.Sizes _,
                    EngineEvent.ExecutorSeen _,
                    EngineEvent.RankJoined _,
                    EngineEvent.WorkerNamed _,
                    EngineEvent.LocalWorld _,
                    EngineEvent.LinesFolded _,
                    EngineEvent.Channel _,
                    EngineEvent.MaxConcurrency _,
                    EngineEvent.ErrorLine _ -> {}
        }
    }
}
