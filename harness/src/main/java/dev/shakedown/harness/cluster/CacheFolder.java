package dev.shakedown.harness.cluster;

import java.nio.file.Path;
import java.util.Map;

/** Where Shakedown keeps what it made and can make again. */
public final class CacheFolder {

    private CacheFolder() {}

    /** {@code ${SHAKEDOWN_CACHE:-${XDG_CACHE_HOME:-~/.cache}/shakedown}}, absolute. */
    public static Path of(Map<String, String> environment) {
        String own = environment.getOrDefault("SHAKEDOWN_CACHE", "");
        if (!own.isBlank()) {
            return Path.of(own).toAbsolutePath().normalize();
        }
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home", "/")));
        Path base = xdg.startsWith("/") ? Path.of(xdg) : home.resolve(".cache");
        return base.resolve("shakedown").toAbsolutePath().normalize();
    }
}
