package dev.shakedown.harness.history;

import dev.shakedown.harness.history.IndexedRun.Figure;
import dev.shakedown.reports.run.RunRecord.State;
import dev.shakedown.reports.run.RunRecord.Validity;
import dev.shakedown.reports.run.RunRecord.Verdict;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatement;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Between {@link IndexedRun} and the tables {@code run} and {@code metric}. */
final class RunRows {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    /** The same run again replaces its row, whoever has written it. */
    private static final String PUT =
            """
            INSERT INTO run (id, origin, directory, parent, scenario, scenario_hash, started_ms,
                verdict, validity, state, simulated, gpu, fingerprint)
            VALUES (:id, :origin, :directory, :parent, :scenario, :hash, :started,
                :verdict, :validity, :state, :simulated, :gpu, :fingerprint)
            ON CONFLICT (id) DO UPDATE SET origin = excluded.origin, directory = excluded.directory,
                parent = excluded.parent, scenario = excluded.scenario,
                scenario_hash = excluded.scenario_hash, started_ms = excluded.started_ms,
                verdict = excluded.verdict, validity = excluded.validity, state = excluded.state,
                simulated = excluded.simulated, gpu = excluded.gpu,
                fingerprint = excluded.fingerprint
            """;

    private final Handle handle;
    private final String origin;

    RunRows(Handle handle, String origin) {
        this.handle = handle;
        this.origin = origin;
    }

    void put(IndexedRun run) {
        handle.createUpdate(PUT)
                .bind("id", run.id())
                .bind("origin", origin)
                .bind("directory", run.directory())
                .bind("parent", run.parent().orElse(null))
                .bind("scenario", run.scenario())
                .bind("hash", run.scenarioHash())
                .bind("started", run.startedAt().toEpochMilli())
                .bind("verdict", run.verdict().name())
                .bind("validity", run.validity().name())
                .bind("state", run.state().name())
                .bind("simulated", run.simulated())
                .bind("gpu", run.gpu())
                .bind("fingerprint", MAPPER.writeValueAsString(new TreeMap<>(run.fingerprint())))
                .execute();
        handle.createUpdate("DELETE FROM metric WHERE run_id = :id").bind("id", run.id()).execute();
        PreparedBatch figures =
                handle.prepareBatch(
                        "INSERT INTO metric (run_id, name, unit, value) VALUES (:id, :name, :unit, :value)");
        run.figures()
                .forEach(
                        (name, figure) ->
                                figures.bind("id", run.id())
                                        .bind("name", name)
                                        .bind("unit", figure.unit())
                                        .bind("value", figure.value())
                                        .add());
        if (figures.size() > 0) {
            figures.execute();
        }
    }

    /** Of this folder only: other folders share the server. */
    void deleteAll() {
        handle.createUpdate("DELETE FROM run WHERE origin = :origin")
                .bind("origin", origin)
                .execute();
    }

    /** In the order of their start. */
    List<IndexedRun> list(RunFilter filter) {
        String where = where(filter);
        Map<String, Map<String, Figure>> figures = new HashMap<>();
        bound(
                        handle.createQuery(
                                "SELECT m.run_id, m.name, m.unit, m.value FROM metric m JOIN run r ON r.id = m.run_id"
                                        + where),
                        filter)
                .map((row, _) -> figure(row, figures))
                .forEach(_ -> {});
        Query runs =
                handle.createQuery(
                        "SELECT r.* FROM run r" + where + " ORDER BY r.started_ms, r.id");
        return bound(runs, filter)
                .map((row, _) -> run(row, figures.getOrDefault(row.getString("id"), Map.of())))
                .list();
    }

    /** Directories of this folder that are indexed. */
    List<String> directories() {
        return handle.createQuery("SELECT directory FROM run WHERE origin = :origin")
                .bind("origin", origin)
                .mapTo(String.class)
                .list();
    }

    private static String where(RunFilter filter) {
        return " WHERE r.started_ms >= :since"
                + (filter.scenario().isPresent() ? " AND r.scenario = :scenario" : "")
                + (filter.loads() ? "" : " AND r.parent IS NULL");
    }

    private static <S extends SqlStatement<S>> S bound(S statement, RunFilter filter) {
        statement.bind("since", filter.since().map(Instant::toEpochMilli).orElse(Long.MIN_VALUE));
        filter.scenario().ifPresent(scenario -> statement.bind("scenario", scenario));
        return statement;
    }

    private static String figure(ResultSet row, Map<String, Map<String, Figure>> figures)
            throws SQLException {
        String name = row.getString("name");
        figures.computeIfAbsent(row.getString("run_id"), _ -> new HashMap<>())
                .put(name, new Figure(row.getString("unit"), row.getDouble("value")));
        return name;
    }

    private static IndexedRun run(ResultSet row, Map<String, Figure> figures) throws SQLException {
        return new IndexedRun(
                row.getString("id"),
                row.getString("directory"),
                Optional.ofNullable(row.getString("parent")),
                row.getString("scenario"),
                row.getString("scenario_hash"),
                Instant.ofEpochMilli(row.getLong("started_ms")),
                Verdict.valueOf(row.getString("verdict")),
                Validity.valueOf(row.getString("validity")),
                State.valueOf(row.getString("state")),
                row.getBoolean("simulated"),
                row.getString("gpu"),
                MAPPER.readValue(
                        row.getString("fingerprint"), new TypeReference<Map<String, String>>() {}),
                figures);
    }
}
