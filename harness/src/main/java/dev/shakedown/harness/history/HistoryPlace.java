package dev.shakedown.harness.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the index of a runs folder is: in a SQLite file beside the runs, or in a team's PostgreSQL.
 *
 * @param runs the folder that is indexed
 * @param server present where a PostgreSQL was named
 */
public record HistoryPlace(Path runs, Optional<Server> server) {
    /** The environment variable that names a PostgreSQL, as {@code jdbc:postgresql://HOST/NAME}. */
    public static final String URL = "SHAKEDOWN_HISTORY";

    private static final String PASSWORD = URL + "_PASSWORD";
    private static final String PASSWORD_FILE = URL + "_PASSWORD_FILE";
    private static final String POSTGRES = "jdbc:postgresql:";

    /** The file's name in the runs folder. */
    static final String FILE = "history.db";

    public HistoryPlace {
        runs = runs.toAbsolutePath().normalize();
    }

    /**
     * A PostgreSQL. Without a password here its driver looks in {@code ~/.pgpass}.
     *
     * @param url without a password
     */
    public record Server(String url, Optional<String> password) {
        /** Never with the password, and without options that could hold one. */
        @Override
        public String toString() {
            return url.replaceFirst("\\?.*", "");
        }
    }

    /**
     * As the environment says; without it, SQLite.
     *
     * @throws IllegalArgumentException if what it says cannot be used; the message says why
     */
    public static HistoryPlace of(Path runs, Map<String, String> environment) {
        String url = environment.getOrDefault(URL, "");
        if (url.isEmpty()) {
            return new HistoryPlace(runs, Optional.empty());
        }
        if (!url.startsWith(POSTGRES)) {
            throw new IllegalArgumentException(
                    "%s must begin with %s (or be unset, for %s in the runs folder)"
                            .formatted(URL, POSTGRES + "//", FILE));
        }
        if (url.matches("(?i).*([?&]password=|//[^/]*@).*")) {
            throw new IllegalArgumentException(
                    "%s holds a password, which messages would show: put it into %s, into the file that %s names, or into ~/.pgpass, and the user into ?user="
                            .formatted(URL, PASSWORD, PASSWORD_FILE));
        }
        return new HistoryPlace(runs, Optional.of(new Server(url, password(environment))));
    }

    private static Optional<String> password(Map<String, String> environment) {
        String file = environment.getOrDefault(PASSWORD_FILE, "");
        if (file.isEmpty()) {
            return Optional.ofNullable(environment.get(PASSWORD)).filter(text -> !text.isEmpty());
        }
        try {
            return Files.readString(Path.of(file)).lines().findFirst();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "%s=%s cannot be read (%s)".formatted(PASSWORD_FILE, file, e), e);
        }
    }

    /** The SQLite file, whether or not it is the one that is used. */
    Path file() {
        return runs.resolve(FILE);
    }

    /**
     * Whose rows are this folder's. Several folders share a server; the index inside a folder is
     * its own wherever the folder is moved to.
     */
    String origin() {
        return server.isPresent() ? host() + ":" + runs : "";
    }

    private static String host() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "?";
        }
    }

    /** As a message names it. */
    @Override
    public String toString() {
        return server.map(Server::toString).orElseGet(() -> file().toString());
    }
}
