package dev.shakedown.harness.history;

import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** Opens the database of a history, with its tables as this version knows them. */
final class Database {
    private static final String MIGRATIONS = "classpath:dev/shakedown/harness/history/migration";

    /**
     * A rebuild reads all run directories while it holds the database: thousands in some seconds.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);
    private static final int CONNECT_SECONDS = 10;

    private Database() {}

    /**
     * @throws HistoryException if it cannot be reached or read, or is of a newer version
     */
    static Handle open(HistoryPlace place) {
        DataSource source = place.server().map(Database::postgres).orElseGet(() -> sqlite(place));
        migrate(place, source);
        try {
            return Jdbi.create(source).open();
        } catch (JdbiException e) {
            throw unusable(place, e);
        }
    }

    /** What goes wrong later, in words. */
    static HistoryException unusable(HistoryPlace place, Throwable trouble) {
        String next =
                place.server().isPresent()
                        ? "look at the server, and at " + HistoryPlace.URL
                        : "if it is damaged, delete it; `shakedown history rebuild` makes it again";
        return new HistoryException(
                "the history %s cannot be used: %s\n  next: %s"
                        .formatted(place, reason(trouble), next),
                trouble);
    }

    /** What the database said; the messages around it repeat SQL. */
    private static String reason(Throwable trouble) {
        return causes(trouble)
                .filter(SQLException.class::isInstance)
                .findFirst()
                .map(said -> String.valueOf(said.getMessage()))
                .orElseGet(trouble::toString)
                .lines()
                .findFirst()
                .orElse("");
    }

    private static Stream<Throwable> causes(Throwable trouble) {
        return Stream.iterate(trouble, Objects::nonNull, Throwable::getCause);
    }

    private static DataSource postgres(HistoryPlace.Server server) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(server.url());
        source.setApplicationName("shakedown");
        source.setConnectTimeout(CONNECT_SECONDS);
        source.setLoginTimeout(CONNECT_SECONDS);
        source.setSocketTimeout((int) PATIENCE.toSeconds());
        server.password().ifPresent(source::setPassword);
        return source;
    }

    /**
     * With SQLite's usual rollback journal: its write-ahead log needs memory that processes share,
     * which network file systems do not give. A writer takes its lock at once, so that two cannot
     * each wait for the other.
     */
    private static DataSource sqlite(HistoryPlace place) {
        if (!Files.isDirectory(place.runs())) {
            throw new HistoryException(
                    "%s is no folder, so it has no history\n  next: name the folder of the runs with --runs"
                            .formatted(place.runs()));
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.setBusyTimeout((int) PATIENCE.toMillis());
        config.enforceForeignKeys(true);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + place.file());
        return source;
    }

    /**
     * Several processes may find a new database at once. On SQLite, where Flyway takes no lock, all
     * but one of them fail, each undone as a whole; the next try finds the work done.
     */
    private static void migrate(HistoryPlace place, DataSource source) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (; ; ) {
            try {
                tryToMigrate(place, source);
                return;
            } catch (FlywayException e) {
                if (place.server().isPresent() || !collided(e) || System.nanoTime() > deadline) {
                    throw unusable(place, e);
                }
                pause(place, e);
            }
        }
    }

    private static void pause(HistoryPlace place, FlywayException trouble) {
        try {
            Thread.sleep(BETWEEN_TRIES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unusable(place, trouble);
        }
    }

    /** Another process has made the same table, or holds the file. */
    private static boolean collided(Throwable trouble) {
        return causes(trouble)
                .filter(SQLException.class::isInstance)
                .map(t -> String.valueOf(t.getMessage()))
                .anyMatch(
                        text ->
                                text.contains("already exists")
                                        || text.contains("SQLITE_BUSY")
                                        || text.contains("SQLITE_CONSTRAINT")
                                        || text.contains("SQLITE_LOCKED"));
    }

    private static void tryToMigrate(HistoryPlace place, DataSource source) {
        Flyway flyway = Flyway.configure().dataSource(source).locations(MIGRATIONS).load();
        MigrationInfoService info = flyway.info();
        Optional<MigrationInfo> newer =
                Arrays.stream(info.all())
                        .filter(each -> each.getState() == MigrationState.FUTURE_SUCCESS)
                        .findFirst();
        if (newer.isPresent()) {
            throw new HistoryException(
                    "the history %s was made by a newer Shakedown (its version %s is not known here)\n  next: use that version; or keep an index of your own: unset %s, or name another folder with --runs"
                            .formatted(place, newer.get().getVersion(), HistoryPlace.URL));
        }
        if (info.pending().length > 0) {
            flyway.migrate();
        }
    }
}
