package dev.shakedown.harness.engine;

import dev.shakedown.harness.engine.EngineEvent.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What single lines mean. Keyed on text, never on file or line numbers: those change with every
 * vLLM release.
 */
final class EngineLogLines {
    private record Rule(Pattern pattern, BiFunction<Matcher, Source, EngineEvent> event) {}

    private static final List<Rule> RULES =
            List.of(
                    rule(
                            "(?:vLLM API server version |█ +version |LLM engine \\(v|"
                                    + "Launching vLLM \\(v)(\\d[\\w.+]*)",
                            (m, _) -> new EngineEvent.Version(m.group(1))),
                    rule(
                            "with config: .*?\\btensor_parallel_size=(\\d+),"
                                    + " pipeline_parallel_size=(\\d+)"
                                    + "(?:, data_parallel_size=(\\d+))?",
                            (m, _) ->
                                    new EngineEvent.Sizes(
                                            number(m, 1),
                                            number(m, 2),
                                            m.group(3) == null ? 1 : number(m, 3))),
                    rule(
                            "world_size=(\\d+) rank=(\\d+) local_rank=(\\d+)"
                                    + " distributed_init_method=\\S+ backend=(\\w+)",
                            (m, source) ->
                                    new EngineEvent.RankJoined(
                                            source,
                                            number(m, 1),
                                            number(m, 2),
                                            number(m, 3),
                                            m.group(4))),
                    rule(
                            "rank (\\d+) in world size (\\d+) is assigned as DP rank (\\d+),"
                                    + " PP rank (\\d+),(?: PCP rank \\d+,)? TP rank (\\d+)",
                            (m, source) ->
                                    new EngineEvent.RankAssigned(
                                            source,
                                            number(m, 2),
                                            number(m, 1),
                                            number(m, 3),
                                            number(m, 4),
                                            number(m, 5))),
                    rule(
                            "\\bworld_size=(\\d+), local_world_size=(\\d+)",
                            (m, _) -> new EngineEvent.LocalWorld(number(m, 1), number(m, 2))),
                    rule(
                            "\\[repeated \\d+x across cluster\\]",
                            (_, _) -> new EngineEvent.LinesFolded()),
                    rule(
                            "^Loading [^:]*: +(\\d{1,3})%",
                            (m, _) -> new EngineEvent.LoadingWeights(number(m, 1) / 100.0)),
                    rule(
                            "^Capturing [^:]*: +(\\d{1,3})%",
                            (m, _) -> new EngineEvent.CapturingGraphs(number(m, 1) / 100.0)),
                    took(EngineFacts.WEIGHTS, "Loading weights took ([\\d.]+) seconds"),
                    took(
                            EngineFacts.MODEL,
                            "(?:Model loading took [\\d.]+ Gi?B(?: memory)? and|"
                                    + "Initializing model took) ([\\d.]+) ?s"),
                    took(EngineFacts.COMPILE, "torch\\.compile (?:takes|took) ([\\d.]+) ?s"),
                    took(EngineFacts.COMPILE, "init engine .*\\(compilation: ([\\d.]+) ?s\\)"),
                    took(EngineFacts.GRAPHS, "Graph capturing finished in ([\\d.]+) secs?"),
                    took(EngineFacts.INIT, "init engine (?:\\([^)]*\\) )?took ([\\d.]+) ?s"),
                    rule(
                            "[CG]PU KV cache size: ([\\d,]+) tokens",
                            (m, _) ->
                                    new EngineEvent.KvCache(
                                            Long.parseLong(m.group(1).replace(",", "")))),
                    rule(
                            "Maximum concurrency for [\\d,]+ tokens per request: ([\\d.]+)x",
                            (m, _) ->
                                    new EngineEvent.MaxConcurrency(Double.parseDouble(m.group(1)))),
                    rule(
                            "NCCL INFO Channel \\d+(?:/\\d+)? : \\d+\\[\\w+\\] -> \\d+\\[\\w+\\]"
                                    + "(?: \\[(?:send|receive)\\])? via (\\S.*?)(?: comm 0x.*)?$",
                            (m, _) -> new EngineEvent.Channel(m.group(1).strip())),
                    rule(
                            "Starting vLLM (?:API )?server (?:\\d+ )?on (\\S+)",
                            (m, _) -> new EngineEvent.ServerStarted(m.group(1))),
                    rule(
                            "^INFO: +Application startup complete",
                            (_, _) -> new EngineEvent.ServerStarted("")));

    private static final Pattern WORKER_NAME =
            Pattern.compile("(?:Worker|VllmWorker)((?:_[A-Z]+\\d+)+)");

    private static final Pattern DIMENSION = Pattern.compile("_([A-Z]+)(\\d+)");

    private EngineLogLines() {}

    /** Everything that one line says; mostly nothing. */
    static List<EngineEvent> events(LogLine line) {
        List<EngineEvent> events = new ArrayList<>();
        if (line.error()) {
            // Error texts quote other lines (and vLLM dumps its whole state there).
            events.add(new EngineEvent.ErrorLine(line.source(), line.text()));
            return events;
        }
        Stream.of(executor(line), workerName(line.source()))
                .flatMap(List::stream)
                .forEach(events::add);
        for (Rule rule : RULES) {
            Matcher matcher = rule.pattern().matcher(line.text());
            if (matcher.find()) {
                events.add(rule.event().apply(matcher, line.source()));
            }
        }
        return events;
    }

    private static List<EngineEvent> executor(LogLine line) {
        String process = line.source().process();
        if (process.startsWith("RayWorker")
                || line.text().contains("Connecting to existing Ray cluster")) {
            return List.of(new EngineEvent.ExecutorSeen("ray"));
        }
        return process.startsWith("VllmWorker") || line.text().contains(" local_world_size=")
                ? List.of(new EngineEvent.ExecutorSeen("mp"))
                : List.of();
    }

    private static List<EngineEvent> workerName(Source source) {
        Matcher name = WORKER_NAME.matcher(source.process());
        if (!name.matches()) {
            return List.of();
        }
        int dp = 0;
        int pp = 0;
        int tp = 0;
        for (Matcher m = DIMENSION.matcher(name.group(1)); m.find(); ) {
            int index = number(m, 2);
            switch (m.group(1)) {
                case "DP" -> dp = index;
                case "PP" -> pp = index;
                case "TP" -> tp = index;
                default -> {} // EP, DCP, PCP do not place a rank on a GPU
            }
        }
        return List.of(new EngineEvent.WorkerNamed(source, dp, pp, tp));
    }

    private static Rule took(String part, String regex) {
        return rule(
                regex,
                (m, _) -> {
                    double seconds = Double.parseDouble(m.group(1));
                    return new EngineEvent.Took(part, Duration.ofMillis((long) (seconds * 1e3)));
                });
    }

    private static Rule rule(String regex, BiFunction<Matcher, Source, EngineEvent> event) {
        return new Rule(Pattern.compile(regex), event);
    }

    private static int number(Matcher matcher, int group) {
        String digits = matcher.group(group);
        return digits.length() > 9 ? -1 : Integer.parseInt(digits);
    }
}
