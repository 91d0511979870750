package dev.shakedown.harness.history;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Tells scenarios apart by what they ask for: not by their question, nor by the order of keys. */
final class ScenarioHash {
    private static final int DIGITS = 12;
    private static final JsonMapper SORTED =
            JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

    private ScenarioHash() {}

    /** The first 12 hex digits of the SHA-256 of its JSON. */
    static String of(Map<String, Object> resolved) {
        Map<String, Object> asked = new TreeMap<>(resolved);
        asked.remove("question");
        byte[] json = SORTED.writeValueAsString(asked).getBytes(StandardCharsets.UTF_8);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(json);
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
