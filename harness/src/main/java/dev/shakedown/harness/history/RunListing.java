package dev.shakedown.harness.history;

import dev.shakedown.harness.history.IndexedRun.Figure;
import dev.shakedown.reports.render.Show;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/** Indexed runs for people and for scripts. */
public final class RunListing {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String GAP = "  ";

    private RunListing() {}

    /** A table, one line a run, the newest last. Latencies in ms. */
    public static String text(List<IndexedRun> runs) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(
                List.of(
                        "started, UTC",
                        "verdict",
                        "scenario",
                        "TTFT p50",
                        "TPOT p50",
                        "tokens/s",
                        "run"));
        runs.forEach(run -> rows.add(row(run)));
        return aligned(rows);
    }

    /** {@code {"runs":[{"id","directory","scenario","startedAt","verdict",…,"metrics":{}}]}}. */
    public static String json(List<IndexedRun> runs) {
        return JsonMapper.shared()
                .writeValueAsString(Map.of("runs", runs.stream().map(RunListing::entry).toList()));
    }

    private static List<String> row(IndexedRun run) {
        return List.of(
                TIME.format(run.startedAt()),
                run.verdict() + (run.simulated() ? " SIMULATED" : ""),
                run.scenario(),
                ms(run, "ttft.intended.p50", "ttft.p50"),
                ms(run, "tpot.p50"),
                Optional.ofNullable(run.figures().get("outputTokens/s"))
                        .map(figure -> Show.number(figure.value()))
                        .orElse("–"),
                run.id());
    }

    private static String ms(IndexedRun run, String... keys) {
        for (String key : keys) {
            Figure figure = run.figures().get(key);
            if (figure != null) {
                return Show.ms(figure.value());
            }
        }
        return "–";
    }

    private static Map<String, Object> entry(IndexedRun run) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("id", run.id());
        entry.put("directory", run.directory());
        entry.put("parent", run.parent().orElse(null));
        entry.put("scenario", run.scenario());
        entry.put("scenarioHash", run.scenarioHash());
        entry.put("startedAt", run.startedAt().toString());
        entry.put("verdict", run.verdict());
        entry.put("validity", run.validity());
        entry.put("state", run.state());
        entry.put("simulated", run.simulated());
        entry.put("fingerprint", new TreeMap<>(run.fingerprint()));
        entry.put("metrics", new TreeMap<>(run.figures()));
        return entry;
    }

    private static String aligned(List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                int column = i;
                int width = rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0);
                line.append(row.get(i)).append(" ".repeat(width - row.get(i).length())).append(GAP);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
