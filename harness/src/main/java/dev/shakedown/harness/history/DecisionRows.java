package dev.shakedown.harness.history;

import dev.shakedown.harness.history.BaselineDecision.What;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Between {@link BaselineDecision} and its table. */
final class DecisionRows {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final Handle handle;
    private final String origin;

    DecisionRows(Handle handle, String origin) {
        this.handle = handle;
        this.origin = origin;
    }

    /** A decision never changes: one that is there stays. */
    void put(BaselineDecision decision) {
        handle.createUpdate(
                        """
                        INSERT INTO baseline_decision (id, origin, scenario, what, runs, who, why, at_ms)
                        VALUES (:id, :origin, :scenario, :what, :runs, :who, :why, :at)
                        ON CONFLICT (id) DO NOTHING
                        """)
                .bind("id", decision.id())
                .bind("origin", origin)
                .bind("scenario", decision.scenario())
                .bind("what", decision.what().name())
                .bind("runs", MAPPER.writeValueAsString(decision.runs()))
                .bind("who", decision.who())
                .bind("why", decision.why())
                .bind("at", decision.at().toEpochMilli())
                .execute();
    }

    void deleteAll() {
        handle.createUpdate("DELETE FROM baseline_decision WHERE origin = :origin")
                .bind("origin", origin)
                .execute();
    }

    /** Of one scenario, the oldest first. */
    List<BaselineDecision> of(String scenario) {
        return handle.createQuery(
                        "SELECT * FROM baseline_decision WHERE scenario = :scenario ORDER BY at_ms, id")
                .bind("scenario", scenario)
                .map((row, _) -> decision(row))
                .list();
    }

    private static BaselineDecision decision(ResultSet row) throws SQLException {
        return new BaselineDecision(
                row.getString("id"),
                row.getString("scenario"),
                What.valueOf(row.getString("what")),
                MAPPER.readValue(row.getString("runs"), new TypeReference<List<String>>() {}),
                row.getString("who"),
                row.getString("why"),
                Instant.ofEpochMilli(row.getLong("at_ms")));
    }
}
