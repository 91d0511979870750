package dev.shakedown.harness.history;

import dev.shakedown.reports.regression.ScenarioFields;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells scenarios apart by what {@code compare} holds together, but for what a trend marks in its
 * runs' fingerprints, or draws anew each night.
 */
final class ScenarioHash {
    private static final int DIGITS = 12;
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private ScenarioHash() {}

    /** The first 12 hex digits of the SHA-256 of its fields as JSON, which are sorted. */
    static String of(Map<String, Object> resolved) {
        Map<String, String> asked = new TreeMap<>(ScenarioFields.of(resolved));
        asked.keySet().removeIf(ScenarioHash::varies);
        byte[] json = MAPPER.writeValueAsString(asked).getBytes(StandardCharsets.UTF_8);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(json);
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static boolean varies(String path) {
        return path.equals(ScenarioFields.SEED)
                || path.endsWith(".image")
                || path.endsWith(".python");
    }
}
