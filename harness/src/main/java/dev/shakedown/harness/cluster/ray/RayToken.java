package dev.shakedown.harness.cluster.ray;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** The secret of one cluster: who reaches an open Ray runs code on it. */
public final class RayToken {
    private static final int BYTES = 32;

    private RayToken() {}

    /** That the user has for a Ray of somebody else, in {@code RAY_AUTH_TOKEN}. */
    public static Optional<String> ofEnvironment(Map<String, String> environment) {
        return Optional.ofNullable(environment.get("RAY_AUTH_TOKEN"))
                .filter(token -> !token.isBlank());
    }

    /** A new one, in hexadecimal digits. */
    public static String make() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
